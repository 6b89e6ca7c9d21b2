"""``--include`` and ``--exclude``: shell patterns on the paths of a repo (wire.md §12)."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_ROOT = re.compile(r"^(?:\.?/)+")


class Patterns:
    """Chooses paths: a path passes when it matches one of ``include`` and none of ``exclude``.

    ``include=None`` lets everything pass, an empty list nothing. ``*`` and ``?`` match ``/`` too, ``**`` means nothing
    more than ``*``, a leading dot is not special, case matters on every system, ``\\`` means ``/`` on both sides. A
    pattern covers the whole path, so it is always anchored at the root; ``dir/`` means everything below ``dir``, and a
    leading ``/`` or ``./`` says what is true anyway (the official client takes it literally, so that it never matches).
    """

    def __init__(self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None) -> None:
        self._include = None if include is None else _compile(include)
        self._exclude = _compile(exclude or ())

    def matches(self, path: str) -> bool:
        path = path.replace("\\", "/")
        if self._include is not None and not any(pattern.match(path) for pattern in self._include):
            return False
        return not any(pattern.match(path) for pattern in self._exclude)

    def filter(self, paths: Iterable[str]) -> Iterator[str]:
        return (path for path in paths if self.matches(path))


def anchored(name: str) -> str:
    """A name or a pattern as paths in a repo are written: ``/`` between the parts, and nothing before the first."""
    return _ROOT.sub("", name.replace("\\", "/"))


def _compile(patterns: Iterable[str]) -> list[re.Pattern[str]]:
    return [re.compile(fnmatch.translate(_normalize(pattern))) for pattern in patterns]


def _normalize(pattern: str) -> str:
    return anchored(f"{pattern}*" if pattern.endswith(("/", "\\")) else pattern)
