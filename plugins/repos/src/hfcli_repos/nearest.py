"""What was probably meant, where a repo, a branch or a tag is not found. Asked only after the failure."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hfcli_core.api import REPO_TYPES, HfError, Repo, RepoNotFoundError, RevisionNotFoundError, list_refs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hfcli_core.api import HubSession


@contextmanager
def suggesting(session: HubSession, repo: Repo, revision: str | None = None) -> Iterator[None]:
    """Add the nearest names to a "not found" of this repo, or of ``revision`` in it."""
    try:
        yield
    except RepoNotFoundError as error:
        # Whatever goes wrong with the suggestion, the failure itself is what is told.
        with suppress(HfError):
            error.hint = _other_type(session, repo) or _other_name(session, repo) or error.hint
        raise
    except RevisionNotFoundError as error:
        with suppress(HfError):
            refs = list_refs(session, repo)
            names = [ref.name for ref in (*refs.branches, *refs.tags)]
            error.hint = did_you_mean(revision or "", names) or error.hint
        raise


def did_you_mean(word: str, words: Iterable[str] | Mapping[str, str]) -> str | None:
    """Some of ``words`` that are like ``word``; of a mapping, the values whose keys are."""
    from difflib import get_close_matches

    shown = words if isinstance(words, Mapping) else {one: one for one in words}
    close = [shown[one] for one in get_close_matches(word, list(shown), n=3)]
    return f"did you mean {' or '.join(close)}?" if close else None


def _other_type(session: HubSession, repo: Repo) -> str | None:
    for kind in REPO_TYPES:
        other = Repo(kind, repo.id)
        if other != repo and session.request("GET", other.api_path, retry=False, accept=(401, 403, 404)).status == 200:
            return f"there is a {kind} of this name: --repo-type {kind}"
    return None


def _other_name(session: HubSession, repo: Repo) -> str | None:
    owner, slash, name = repo.id.rpartition("/")
    query = {"author": owner, "limit": 1000} if owner else {"search": name, "limit": 100}
    listed = session.json("GET", f"api/{repo.type}s", params=query, retry=False)
    ids = [item.get("id") for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    # Compared without the owner, which all have in common.
    return did_you_mean(name, {one.removeprefix(owner + slash): one for one in ids if isinstance(one, str)})
