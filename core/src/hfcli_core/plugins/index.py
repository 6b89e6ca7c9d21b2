"""What plugins declared the last time they were imported, so that ``hf --help`` and completion run no plugin code.

A cache and nothing else: without it everything works the same, some milliseconds later. What may be used is decided
after it, every time. A plugin that failed to load is never remembered as such, as the cause may be gone.
"""

from __future__ import annotations

import os
import sys
import zlib
from typing import TYPE_CHECKING, Any

from hfcli_core import __version__
from hfcli_core.places import user_cache_dir
from hfcli_core.plugins.archives import ArchiveCache
from hfcli_core.plugins.manifest import Manifest
from hfcli_core.private_files import read_private_json, write_private_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.plugins.discovery import Candidate

SCHEMA = 1
_KEPT_INDEXES = 16


class Index:
    """The index of one interpreter with one ``sys.path``.

    The file: ``{"key": […], "archives": {…}, "plugins": {distribution: {"stamp", "files", "manifest", "commands"}}}``.
    """

    def __init__(self, environ: Mapping[str, str], path: Sequence[str]) -> None:
        self._key = [SCHEMA, __version__, sys.implementation.cache_tag, sys.executable, *path]
        # One file per environment and user, so that they do not evict each other from a shared HF_HOME.
        owner = os.geteuid() if hasattr(os, "geteuid") else 0
        checksum = zlib.crc32(repr((owner, self._key)).encode("utf-8", "surrogatepass"))
        self._folder = user_cache_dir(environ)
        self._file = f"{self._folder}/plugins-{checksum:08x}.json"
        data = read_private_json(self._file)
        self._is_warm = isinstance(data, dict) and data.get("key") == self._key
        self._plugins: dict[str, Any] = _dict_of(data, "plugins") if self._is_warm else {}
        self.archives = ArchiveCache(_dict_of(data, "archives") if self._is_warm else {})
        self._changed = False

    def manifest(self, candidate: Candidate) -> Manifest | None:
        """What this very installation of the distribution declared; None when its files have changed since."""
        record = _dict_of(self._plugins, candidate.distribution)
        files = record.get("files")
        if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
            return None
        return self.last_known(candidate.distribution) if record.get("stamp") == _stamp(candidate, files) else None

    def last_known(self, distribution: str) -> Manifest | None:
        """What some installation of the distribution declared: enough to name its commands, not to run them."""
        try:
            return Manifest.from_json(self._plugins[distribution]["manifest"])
        except (LookupError, TypeError, ValueError, AttributeError):
            return None

    def remember(self, candidate: Candidate, manifest: Manifest, files: Sequence[str]) -> None:
        """Keep a manifest for as long as its distribution's ``entry_points.txt`` and these files stay the same."""
        self._plugins[candidate.distribution] = {
            "stamp": _stamp(candidate, files),
            "files": list(files),
            "manifest": manifest.to_json(),
        }
        self._changed = True

    def details(self, distribution: str, path: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The option names and the ``(name, help)`` of the sub-commands of a command that was loaded before."""
        row: Any = _dict_of(_dict_of(self._plugins, distribution), "commands").get(path)
        try:
            options, children = row
            return tuple(map(str, options)), tuple((str(name), str(text)) for name, text in children)
        except (TypeError, ValueError):
            return (), ()

    def remember_details(
        self, distribution: str, path: str, options: Sequence[str], children: Sequence[tuple[str, str]]
    ) -> None:
        """Keep what only the loaded command knows."""
        row = [list(options), [list(child) for child in children]]
        commands = self._plugins.setdefault(distribution, {}).setdefault("commands", {})
        if commands.get(path) != row:
            commands[path] = row
            self._changed = True

    def save(self) -> None:
        """Write what has changed, if it can be written."""
        if not (self._changed or self.archives.changed):
            return
        rows = {"key": self._key, "archives": self.archives.rows, "plugins": self._plugins}
        if write_private_json(self._file, rows) and not self._is_warm:
            _remove_oldest(self._folder)
        self._changed = False


def _dict_of(data: Any, key: str) -> dict[str, Any]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _stamp(candidate: Candidate, files: Sequence[str]) -> list[Any]:
    entry_points = f"{candidate.metadata}{os.sep}entry_points.txt"
    return [candidate.metadata, *(_file_stamp(file) for file in (entry_points, *files))]


def _file_stamp(path: str) -> list[int]:
    """Time, size and inode of a file; of the archive for a file in an archive."""
    while True:
        try:
            status = os.stat(path)  # noqa: PTH116  pathlib is not imported on the way to `hf --help`
        except (OSError, ValueError):
            parent = os.path.dirname(path)  # noqa: PTH120  as above
            if parent == path:
                return []
            path = parent
        else:
            return [status.st_mtime_ns, status.st_size, status.st_ino]


def _remove_oldest(folder: str) -> None:
    """Short-lived environments would otherwise leave their indexes for ever."""
    try:
        with os.scandir(folder) as entries:
            indexes = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.name.startswith("plugins-")]
        for _, path in sorted(indexes, reverse=True)[_KEPT_INDEXES:]:
            os.unlink(path)  # noqa: PTH108  as above
    except OSError:
        return
