"""What is in the repository where the files are to go, as far as it matters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from hfcli_core.api import EntryNotFoundError, Patterns, paths_info, tree_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import HubSession

    from .known import KnownHashes
    from .repository import Destination
    from .request import UploadRequest
    from .sources import Source

_MORE_THAN_OURS = 4
_SOME = 2000
"""A listing is read as long as it is not much longer than what is compared with it: four times, and some more."""


class Remote:
    """The files of the branch at the commit that it was found at; ``destination`` may lack it."""

    def __init__(self, session: HubSession, request: UploadRequest, destination: Destination) -> None:
        self._session, self._request, self._destination = session, request, destination

    def unchanged(self, sources: Sequence[Source], known: KnownHashes) -> set[str]:
        """The paths of the sources that are there with the content that ``known`` says they have.

        Costs a question for each thousand files of the repo, and nothing where nothing is known.
        """
        hashes = {source.path: found for source in sources if any(found := known.of(source))}
        if not hashes or self._destination.head is None:
            return set()
        there = self._etags(len(sources))
        return {path for path, found in hashes.items() if path in there and there[path] in found}

    def to_delete(self, kept: set[str]) -> list[str]:
        """The files below PATH_IN_REPO that match ``--delete``, relative to it, and have no counterpart here.

        ``.gitattributes`` stays: without it the large files of the repo would become text.
        """
        if not self._request.delete or self._destination.head is None:
            return []
        patterns, prefix = Patterns(self._request.delete), self._prefix
        return [
            path
            for path in self._whole
            if path.startswith(prefix)
            and path not in kept
            and path != ".gitattributes"
            and patterns.matches(path.removeprefix(prefix))
        ]

    @property
    def _prefix(self) -> str:
        return f"{self._request.path_in_repo}/" if self._request.path_in_repo else ""

    def _etags(self, count: int) -> dict[str, str]:
        request, destination = self._request, self._destination
        assert destination.head is not None
        if request.is_file:
            found = paths_info(self._session, destination.repo, destination.head, [request.path_in_repo])
            return {entry.path: entry.etag for entry in found if entry.type == "file"}
        if request.delete:
            return self._whole
        return self._listing(_MORE_THAN_OURS * count + _SOME) or {}

    @cached_property
    def _whole(self) -> dict[str, str]:
        return self._listing(None) or {}

    def _listing(self, limit: int | None) -> dict[str, str] | None:
        """The files below PATH_IN_REPO, and what each is known by; None where there are more than ``limit``."""
        request, destination = self._request, self._destination
        assert destination.head is not None
        etags: dict[str, str] = {}
        try:
            for page in tree_pages(self._session, destination.repo, destination.head, request.path_in_repo):
                etags.update((entry.path, entry.etag) for entry in page.entries if entry.type == "file")
                if limit is not None and page.more and len(etags) > limit:
                    return None
        except EntryNotFoundError:
            return {}
        return etags
