"""Small files of a long listing are fetched while the rest of it is still coming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import BlobRef, Patterns, check_path, free_space, is_reserved

from .destination import State
from .plan import LARGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hfcli_core.api import TreeEntry

    from .destination import Destination
    from .request import DownloadRequest

_SHARE_OF_SPACE = 0.5
"""Of what is free. Whether all of it fits is known in the end only."""


class EarlyFiles:
    """Begins what will surely be wanted: called with each part of a listing but the last.

    What is checked for the whole listing at its end is checked here for each file before it is begun, so that a name
    that must not reach the disk never does. Where names may turn out to collide, nothing is begun before all are known.
    """

    def __init__(
        self, request: DownloadRequest, destination: Destination, begin: Callable[[Sequence[BlobRef]], None]
    ) -> None:
        self._begun: dict[str, BlobRef] = {}
        self._request = request
        self._destination = destination
        self._begin = begin
        self._space: float | None = None
        self._patterns = Patterns(request.include or None, request.exclude)
        # Which files a name stands for is known when all of them are.
        self._off = bool(request.filenames) or request.dry_run

    def __call__(self, commit: str, files: Iterable[TreeEntry]) -> None:
        if self._off:
            return
        if self._space is None:
            self._space = free_space(self._destination.root) * _SHARE_OF_SPACE
            self._off = self._destination.folds_names()
        refs = [] if self._off else [ref for ref in self._wanted(commit, files) if self._may_begin(ref)]
        if refs:
            self._destination.partials(refs[0])  # listed before there are any of ours
            self._begin(refs)

    def begun(self, ref: BlobRef) -> BlobRef | None:
        """The file that was begun and brings what is in this one: itself, or one of the same content."""
        return self._begun.get(self._content(ref))

    def _content(self, ref: BlobRef) -> str:
        return ref.etag if self._destination.shares_blobs else ref.path

    def _wanted(self, commit: str, files: Iterable[TreeEntry]) -> Iterable[BlobRef]:
        for entry in files:
            if entry.size < LARGE and self._patterns.matches(entry.path) and not is_reserved(entry.path):
                check_path(entry.path)
                yield BlobRef.from_entry(self._request.repo, commit, entry)

    def _may_begin(self, ref: BlobRef) -> bool:
        size = ref.size or 0
        assert self._space is not None
        if self.begun(ref) or size > self._space:
            return False
        if not self._request.force_download and self._destination.state(ref) is not State.MISSING:
            return False
        self._begun[self._content(ref)] = ref
        self._space -= size
        return True
