"""Distributions that are not directories: in zip archives on ``sys.path``, or known to a finder of a frozen program."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hfcli_core.plugins.discovery import Distribution, normalise

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator


class ArchiveCache:
    """What archives hold, by path. ``rows`` survives in the index: ``{path: [mtime_ns, size, [distribution, …]]}``."""

    def __init__(self, rows: dict[str, Any] | None = None) -> None:
        self._known = rows or {}
        self.rows: dict[str, Any] = {}

    @property
    def changed(self) -> bool:
        """Whether ``rows`` is worth saving again."""
        return self.rows != self._known

    def distributions(self, archive: str, status: os.stat_result) -> list[Distribution]:
        """The distributions in an archive, which is opened only when its time or size is another than last time."""
        row = self._known.get(archive)
        if not (isinstance(row, list) and row[:2] == [status.st_mtime_ns, status.st_size]):
            # It costs more than ten milliseconds; it answers the same on every Python, as the standard one does not.
            import importlib_metadata

            found = importlib_metadata.distributions(path=[archive])
            row = [status.st_mtime_ns, status.st_size, [_to_row(item) for item in _described(found)]]
        self.rows[archive] = row
        return [_from_row(item) for item in row[2]]

    @staticmethod
    def of_other_finders() -> Iterator[Distribution]:
        """What finders know that do not search ``sys.path``; asked every time, as there is nothing to stamp."""
        for finder in sys.meta_path:
            find: Any = getattr(finder, "find_distributions", None)
            if find is not None and not _searches_sys_path(finder):
                yield from _described(find())


def _searches_sys_path(finder: object) -> bool:
    """The standard finder, and that of ``importlib_metadata``, which takes its place and is vendored by many."""
    module = getattr(finder, "__module__", "")
    return module.endswith("_external") or "importlib_metadata" in module


def _described(found: Iterable[Any]) -> Iterator[Distribution]:
    for item in found:
        try:
            text = item.read_text("entry_points.txt")
            name, version = item.metadata["Name"], item.metadata["Version"]
        except Exception:  # noqa: S112  a damaged archive has no plugins; it must not end the program
            continue
        if name:
            place = str(getattr(item, "_path", type(item).__qualname__))
            yield Distribution(normalise(name), version or "unknown", place, text.encode() if text else None)


def _to_row(item: Distribution) -> list[str | None]:
    text = None if item.entry_points is None else item.entry_points.decode()
    return [item.name, item.version, item.metadata, text]


def _from_row(row: list[Any]) -> Distribution:
    name, version, place, text = row
    return Distribution(name, version, place, None if text is None else text.encode())
