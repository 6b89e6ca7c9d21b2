"""The storage backend ``layers``: read-only caches of others, searched before the network (design.md §5).

A layer is a hub cache in the official layout, such as one that a site fills for all its machines. What is taken from it
is copied, and verified as if it came from anywhere: a layer need not be trusted.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hfcli_core.api import EntryNotFoundError, HfError, IntegrityError, Offer, ReadBackend, Root, UsageError

from .layout import SHARED, STORE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hfcli_core.api import BackendContext, BlobRef, Sink

T = TypeVar("T")

_CHUNK = 1 << 20
_COST = 0.5
"""A disk of this machine or near it: before any network, after what is here already."""


class LayersBackend(ReadBackend):
    """Reads blobs from the caches that the setting ``cache.layers`` names, in that order."""

    def __init__(self, context: BackendContext) -> None:
        self._context = context
        self._layers = [Root(_checked(path)) for path in context.settings.get("cache.layers") or ()]

    def offers(self, refs: Sequence[BlobRef]) -> Mapping[BlobRef, Offer]:
        found = {}
        for ref in refs if self._layers else ():
            if any(self._place(layer, ref) for layer in self._layers):
                found[ref] = Offer(cost=_COST, ranged=True)
        return found

    def fetch(self, ref: BlobRef, start: int, stop: int | None, sink: Sink) -> None:
        for layer in self._layers:
            if place := self._place(layer, ref):
                try:
                    fd = layer.open(place, os.O_RDONLY)
                except OSError as error:
                    self._context.log(f"cannot read {layer.join(place)}: {error}")
                    continue
                return self._copy(fd, start, stop, sink)
        raise EntryNotFoundError(f"no layer has the blob {ref.etag} any more")

    def _copy(self, fd: int, start: int, stop: int | None, sink: Sink) -> None:
        with os.fdopen(fd, "rb", buffering=0) as file:
            file.seek(start)
            position = start
            while stop is None or position < stop:
                self._context.check()
                data = file.read(_CHUNK if stop is None else min(_CHUNK, stop - position))
                if not data:
                    break
                sink.write_at(position, data)
                position += len(data)
                self._context.advance(len(data))
        if stop is not None and position < stop:
            raise IntegrityError(f"a blob of a layer ends at byte {position}, before {stop}")

    def _place(self, layer: Root, ref: BlobRef) -> str | None:
        """Where the layer has the blob, below its root; also in 2.4.0's store for what several repos share."""
        place = f"{ref.repo.folder_name}/blobs/{ref.etag}"
        found = _tried(layer.stat, place)
        if found is not None and stat.S_ISLNK(found.st_mode):
            match = SHARED.fullmatch(_tried(layer.readlink, place) or "")
            if match is None:
                return None
            place = f"{STORE}/{match[1]}"
            found = _tried(layer.stat, place)
        if found is None or not stat.S_ISREG(found.st_mode) or ref.size not in (None, found.st_size):
            return None
        return place


def _checked(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise UsageError(f"cache.layers: not a whole path: {text}", hint="begin it with / or ~")
    return path


def _tried(look: Callable[[str], T | None], place: str) -> T | None:
    """A layer that is not there, or cannot be read, has nothing."""
    try:
        return look(place)
    except (OSError, HfError):
        return None
