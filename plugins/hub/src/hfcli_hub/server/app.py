"""The two origins of a Hub as ASGI applications."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from ..store.errors import StoreError
from ..store.hub import Hub
from . import errors
from .attempts import Attempts
from .routes import (
    access,
    accounts,
    commits,
    content,
    device,
    endpoint_catalog,
    endpoints,
    git,
    job_streams,
    jobs,
    lfs,
    oauth,
    pages,
    preupload,
    refs,
    repo_lists,
    repos,
    resolve,
    scheduled_jobs,
    spaces,
    tree,
)
from .routing import Envelope

# `repos` is the last under /api: its `{repo}` takes `gpt2/refs` for a repo of that name, if it comes first.
_API = (
    *(accounts, oauth, device, endpoints, endpoint_catalog, jobs, job_streams, scheduled_jobs),
    *(tree, refs, commits, access, preupload, repo_lists, spaces, repos, lfs, git, resolve, pages),
)
API_ROUTES: Sequence[BaseRoute] = tuple(chain.from_iterable(module.routes for module in _API))


def build_apps(hub: Hub, *, content_url: str) -> tuple[ASGIApp, ASGIApp]:
    """The Hub itself, and the content host that it sends clients to for large files.

    content_url: where clients reach the second, without a trailing slash.
    """
    hub.content_url = content_url
    return _app(hub, API_ROUTES), _app(hub, content.routes)


def _app(hub: Hub, routes: Sequence[BaseRoute]) -> ASGIApp:
    app = Starlette(
        routes=routes,
        exception_handlers={
            errors.HubError: errors.answer_hub_error,
            StoreError: errors.answer_store_error,
            HTTPException: errors.answer_http_exception,
            ClientDisconnect: errors.answer_nobody,
            Exception: errors.answer_crash,
        },
    )
    app.router.redirect_slashes = False
    app.state.hub = hub
    app.state.device_attempts = Attempts(most=10, seconds=900)
    return Envelope(app)
