"""Where repos of each kind are below the endpoint, for people, for git and for downloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..store.names import Kind

# Models have none, so the others come first: `/datasets/squad/resolve/…` could also be a model of a user "datasets".
WEB_PREFIXES: Mapping[str, Kind] = {"/datasets": "dataset", "/spaces": "space", "": "model"}


def git_addresses() -> Iterator[tuple[str, Kind]]:
    """Where git finds repos, as beginnings of routes, with and without `.git`."""
    for prefix, kind in WEB_PREFIXES.items():
        # Without the .git last: else Starlette would take it for a part of the name.
        for suffix in (".git", ""):
            yield f"{prefix}/{{repo:repo}}{suffix}", kind
