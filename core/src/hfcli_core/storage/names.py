"""Names that came from a server, judged before any of them reaches the disk (faults.md S01, S19, D6, D7).

A path is accepted when Linux, macOS and Windows would all store it, as it stands, below the directory it is meant
for. The verdict is the same on every system, so that a folder made on one can be used on another.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from hfcli_core.errors import UnsafeInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 4096

_ILLEGAL = re.compile(r'[\x00-\x1f<>:"|?*\\]')
# Windows also reads the superscript digits one to three as part of a device name.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)", re.IGNORECASE)
# HFS+ compares names without these characters, so that ".g\u200cit" opens ".git".
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_GIT = re.compile(r"\.git|git~\d+")
_CACHE = re.compile(r"\.cache|cache~\d+")
_HINT_OF_RESERVED = re.compile(r"git|^\.?cache", re.IGNORECASE)
_HUGGINGFACE = re.compile(r"huggingface|huggin~\d+")


def check_path(path: str) -> str:
    """The path, once it is certain that it names a file below the root of a repo.

    Raises ``UnsafeInputError``; its message names the path as Python would write it, so that a terminal cannot be
    fooled, and ``details`` has the ``path`` and the ``reason``.
    """
    if reason := _objection(path):
        shown = ascii(path if len(path) <= 200 else f"{path[:200]}…")
        raise UnsafeInputError(
            f"unsafe file name in the repository, {reason}: {shown}",
            hint="leave it out with --exclude, and tell the owner of the repository",
            details={"path": path, "reason": reason},
        )
    return path


def is_reserved(path: str) -> bool:
    """Whether the path is in ``.git``, or in the ``.cache/huggingface`` where a local directory's metadata is kept.

    Look-alikes count: other case, 8.3 names, characters that HFS+ does not see. Some repos contain such files by
    accident; a caller may leave them out with a note rather than refuse the whole repo.
    """
    if path.isascii() and _HINT_OF_RESERVED.search(path) is None:
        return False
    parts = [fold(part) for part in path.split("/")]
    if any(_GIT.fullmatch(part) for part in parts):
        return True
    in_cache = _CACHE.fullmatch(parts[0]) is not None
    return in_cache and (len(parts) == 1 or _HUGGINGFACE.fullmatch(parts[1]) is not None)


def fold(path: str) -> str:
    """The same text for any two paths that some file system takes for the same."""
    return unicodedata.normalize("NFC", _IGNORED_BY_HFS.sub("", unicodedata.normalize("NFC", path)).casefold())


def check_collisions(paths: Iterable[str], *, folding: bool = True) -> None:
    """Refuse a set of paths of which two would be the same file, or one both a file and a directory.

    ``folding``: the file system does not distinguish case or Unicode normal forms (``Root.folds_names``). Raises
    ``UnsafeInputError`` naming both paths.
    """
    files: dict[str, str] = {}
    for path in paths:
        key = fold(path) if folding else path
        if key in files:
            raise _collision(files[key], path)
        files[key] = path
    for key, path in files.items():
        for parent in _parents(key):
            if parent in files:
                raise _collision(files[parent], path)


def _collision(one: str, other: str) -> UnsafeInputError:
    return UnsafeInputError(
        f"two files of the repository cannot exist side by side here: {one!a} and {other!a}",
        hint="leave one of them out with --exclude",
        details={"paths": [one, other]},
    )


def _parents(path: str) -> Iterable[str]:
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


# Each file's path is judged several times in a row: when it is planned, looked for, and linked.
@functools.lru_cache(256)
def _objection(path: str) -> str | None:
    try:
        encoded = path.encode()
    except UnicodeEncodeError:
        return "not valid Unicode"
    if len(encoded) > MAX_PATH_BYTES:
        return f"longer than {MAX_PATH_BYTES} bytes"
    for part in path.split("/"):
        if reason := _objection_to_name(part):
            return reason
    return "reserved for bookkeeping" if is_reserved(path) else None


def _objection_to_name(name: str) -> str | None:
    if name in ("", ".", ".."):
        return "a part is empty or made of dots"
    if found := _ILLEGAL.search(name):
        return f"contains {found[0]!a}"
    if name[-1] in ". ":
        return "a part ends with a dot or a space"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"a part is longer than {MAX_NAME_BYTES} bytes"
    # Windows finds a device behind any extension, and behind spaces before it: "con.txt", "aux .log".
    if _DEVICE.fullmatch(name.split(".", 1)[0].rstrip(" ")):
        return "a part is the name of a Windows device"
    return None
