"""How the benchmark talks to its Hub: settings in, counters out. Not counted, not delayed."""

from __future__ import annotations

import asyncio
import json

from bench.hub.exchange import Exchange
from bench.hub.routing import CONTROL, answers
from bench.hub.state import HUB, Settings


@answers(HUB, "GET", "/_control/counters", CONTROL)
async def counters(exchange: Exchange) -> None:
    await exchange.json(exchange.state.counters.report())


@answers(HUB, "POST", "/_control/reset", CONTROL)
async def reset(exchange: Exchange) -> None:
    exchange.state.reset()
    await exchange.json({})


@answers(HUB, "POST", "/_control/settings", CONTROL)
async def settings(exchange: Exchange) -> None:
    """Replace all settings; what is not given has its default."""
    exchange.state.configure(Settings.from_json(json.loads(exchange.body)))
    await exchange.json({})


@answers(HUB, "GET", "/_control/files/(.+)", CONTROL)
async def files(exchange: Exchange, repo_id: str) -> None:
    """``{path: [bytes, sha256]}``, once the content is made, which may take a while the first time."""
    repo = await asyncio.get_running_loop().run_in_executor(None, exchange.repo, repo_id)
    await exchange.json({file.path: [file.size, file.sha256] for file in repo.files.values()})


@answers(HUB, "POST", "/_control/forget-uploads", CONTROL)
async def forget_uploads(exchange: Exchange) -> None:
    for kept in (exchange.state.uploads, exchange.state.objects, exchange.state.parts):
        kept.clear()
    await exchange.json({})
