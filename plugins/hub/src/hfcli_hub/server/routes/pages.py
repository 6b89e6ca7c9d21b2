"""The one page for people: which public repos are here. What ``hf hub serve --open`` shows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from ...store.names import KINDS
from ..auth import hub_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from ...store.repos import Repo

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hub</title>
<style>body {{ font: 1rem/1.6 sans-serif; max-width: 48rem; margin: 2rem auto; }} code {{ background: #eee; }}</style>
<h1>Hub</h1>
{sections}
<p><code>hf download NAME</code> gets a repo, <code>git clone {endpoint}/NAME</code> its history.</p>
</html>
"""


def index(request: Request) -> HTMLResponse:
    hub = hub_of(request)
    sections = "".join(
        f"<h2>{kind.capitalize()}s</h2>\n{_list([repo for repo in hub.list_repos(kind) if not repo.private])}"
        for kind in KINDS
    )
    endpoint = escape(str(request.base_url).rstrip("/"))
    return HTMLResponse(_PAGE.format(sections=sections, endpoint=endpoint))


def _list(repos: list[Repo]) -> str:
    if not repos:
        return "<p>None yet.</p>\n"
    items = (f'<li><a href="/{escape(repo.api_path)}">{escape(repo.id)}</a></li>' for repo in repos)
    return f"<ul>{''.join(items)}</ul>\n"


routes: list[BaseRoute] = [Route("/", index)]
