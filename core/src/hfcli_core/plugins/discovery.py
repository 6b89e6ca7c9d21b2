"""Which installed distributions offer plugins: the entry points of the group ``hf.plugins`` on ``sys.path``.

The answer is that of ``importlib.metadata``, without importing it: reading the directories takes about a millisecond,
importing that module alone takes more than ten. Only what is not a directory (zip archives, finders of frozen
programs) is asked through it, see :mod:`hfcli_core.plugins.archives`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hfcli_core.plugins.archives import ArchiveCache

GROUP = "hf.plugins"
_GROUP_BYTES = GROUP.encode()


class EntryPoint(NamedTuple):
    """``name = module:attribute`` of ``entry_points.txt``; without an attribute the module itself is the plugin."""

    name: str
    value: str


class Candidate(NamedTuple):
    """A distribution with plugins, before anything of it is imported.

    ``distribution`` is its normalised name, ``metadata`` the directory with its ``entry_points.txt``. ``fault`` says
    why that file is unreadable. ``shadowed_by`` is where the distribution of the same name is that comes first.
    """

    distribution: str
    version: str
    metadata: str
    entry_points: tuple[EntryPoint, ...] = ()
    fault: str | None = None
    shadowed_by: str | None = None


class Distribution(NamedTuple):
    """An installed distribution. ``entry_points`` is the content of its ``entry_points.txt``, None without one."""

    name: str
    version: str
    metadata: str
    entry_points: bytes | None


def find_plugins(path: Sequence[str], archives: ArchiveCache) -> list[Candidate]:
    """Every distribution with entry points of our group, in the order of ``path``; shadowed ones are marked.

    A distribution shadows later ones of the same name even when it offers no plugin itself, as its modules do.
    """
    first: dict[str, str] = {}
    found = []
    for distribution in _distributions(path, archives):
        shadowed_by = first.setdefault(distribution.name, distribution.metadata)
        if distribution.entry_points is None or _GROUP_BYTES not in distribution.entry_points:
            continue
        candidate = _candidate(distribution)
        if candidate is None:
            continue
        if shadowed_by != distribution.metadata:
            candidate = candidate._replace(shadowed_by=shadowed_by)
        found.append(candidate)
    return found


def normalise(name: str) -> str:
    """The name by which distributions are compared: ``Hf.Corp_Tools`` is ``hf-corp-tools``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_entry_points(text: str) -> list[EntryPoint]:
    """The entry points of our group. ``ValueError`` for a line of it that is none."""
    found = []
    section = None
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == GROUP:
            name, equals, value = line.partition("=")
            if not equals:
                raise ValueError(f"a line without '=' in the section {GROUP}: {line}")
            found.append(EntryPoint(name.strip(), value.strip()))
    return found


def _candidate(distribution: Distribution) -> Candidate | None:
    candidate = Candidate(distribution.name, distribution.version, distribution.metadata)
    try:
        entry_points = parse_entry_points((distribution.entry_points or b"").decode())
    except ValueError as error:
        return candidate._replace(fault=f"unreadable entry_points.txt: {error}")
    return candidate._replace(entry_points=tuple(entry_points)) if entry_points else None


def _distributions(path: Sequence[str], archives: ArchiveCache) -> Iterator[Distribution]:
    seen = set()
    for root in path:
        try:
            status = os.stat(root or ".")  # noqa: PTH116  pathlib is not imported on the way to `hf --help`
        except (OSError, ValueError):
            continue
        if (status.st_dev, status.st_ino) in seen and status.st_ino:
            continue
        seen.add((status.st_dev, status.st_ino))
        try:
            children = os.listdir(root or ".")  # noqa: PTH208  as above
        except NotADirectoryError:
            yield from archives.distributions(root, status)
        except OSError:
            continue
        else:
            yield from _in_directory(root or ".", children)
    yield from archives.of_other_finders()


def _in_directory(root: str, children: Iterable[str]) -> Iterator[Distribution]:
    """Distributions with their metadata directly below ``root``; an old ``x.egg`` on the path has it in ``EGG-INFO``.

    Names and versions come from the names of directories, as importlib.metadata takes them; that of a development
    install (``x.egg-info``) has no version, which is then read for a plugin.
    """
    egg_infos = []
    for child in sorted(children):
        stem, dot, kind = child.rpartition(".")
        if dot and kind.lower() in {"dist-info", "egg-info"}:
            name, _, rest = stem.partition("-")
            version = rest if kind.lower() == "dist-info" else rest.partition("-")[0]
            if name:
                yield _read(f"{root}{os.sep}{child}", name, version)
        elif child.lower() == "egg-info":
            egg_infos.append(child)
    base = os.path.basename(root)  # noqa: PTH119  as above
    if base.lower().endswith(".egg"):
        name, _, rest = base[:-4].partition("-")
        for child in egg_infos:
            yield _read(f"{root}{os.sep}{child}", name, rest.partition("-")[0])


def _read(metadata: str, name: str, version: str) -> Distribution:
    text = read_bytes(f"{metadata}{os.sep}entry_points.txt")
    if not version and text is not None and _GROUP_BYTES in text:
        version = version_of(read_bytes(f"{metadata}{os.sep}PKG-INFO") or b"")
    return Distribution(normalise(name), version, metadata, text)


def read_bytes(path: str) -> bytes | None:
    """The whole file, or None where there is none to be read."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  as above
            return file.read()
    except OSError:
        return None


def version_of(metadata: bytes) -> str:
    """The version that a ``PKG-INFO`` or ``METADATA`` file states; ``"unknown"`` when it states none."""
    headers = metadata.partition(b"\n\n")[0]
    match = re.search(rb"^version:[ \t]*(\S+)", headers, re.IGNORECASE | re.MULTILINE)
    return match[1].decode(errors="replace") if match else "unknown"
