"""What the Hub knows of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import escape, format_size, list_tree, repo_info

from .nearest import suggesting
from .visibility import visibility_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import HubSession, Output, Repo, RepoInfo


def show_info(session: HubSession, repo: Repo, revision: str | None, output: Output) -> None:
    """Some lines for people; programs get all that the Hub answers, and the number and size of the files."""
    with suggesting(session, repo, revision):
        info = repo_info(session, repo, revision)
        entries = list_tree(session, repo, info.sha) if info.sha else ()
        sizes = [entry.size for entry in entries if entry.type == "file"]
    url = repo.web_url(session.endpoint)
    lines = [
        f"{name}: {escape(str(value))}" for name, value in _facts(repo, info, url, sizes) if value not in (None, "", [])
    ]
    counted = {"repo_type": repo.type, "url": url, "files": len(sizes), "size": sum(sizes)}
    output.result("\n".join(lines), {**info.raw, **counted}, quiet=info.id)


def _facts(repo: Repo, info: RepoInfo, url: str, sizes: list[int]) -> Iterator[tuple[str, Any]]:
    raw = info.raw
    yield "id", info.id
    yield "type", repo.type
    yield "url", url
    yield "visibility", visibility_of(info)
    yield "gated", info.gated or "no"
    yield "commit", info.sha
    yield "modified", raw.get("lastModified")
    yield "files", f"{len(sizes)}, {format_size(sum(sizes))}"
    yield "sdk", raw.get("sdk")
    tags = raw.get("tags")
    yield "tags", ", ".join(str(tag) for tag in tags) if isinstance(tags, list) else None
