"""The NDJSON body of a commit (wire.md §5.4), read line by line: a commit of any size needs the memory of one file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from ..store.git import Change, DeleteFile, DeleteFolder, PutFile, PutLfs
from ..store.pointer import parse_pointer
from ..store.repos import Repo
from .errors import HubError
from .parameters import field, optional, parse_json

_MAX_HEADER = 1 << 20
# JSON may spell one byte as \u0041.
_WORST_ESCAPE = 6


@dataclass(frozen=True)
class Header:
    """`parent`: the commit that the branch must be at, or its first digits."""

    message: str
    parent: str | None


def read_header(body: IO[bytes]) -> Header:
    """The first line."""
    key, value = _parse(_line(body, _MAX_HEADER))
    if key != "header":
        raise HubError(400, 'The first line of a commit must be its "header"')
    summary, description = field(value, "summary", str).strip(), optional(value, "description", str) or ""
    if not summary:
        raise HubError(400, '"summary" must not be empty')
    return Header(f"{summary}\n\n{description}" if description else summary, optional(value, "parentCommit", str))


def read_changes(body: IO[bytes], repo: Repo) -> Iterator[Change]:
    """The other lines, in order. Raises HubError for a line that cannot be applied."""
    max_regular = repo.hub.limits.max_regular
    most = _WORST_ESCAPE * max_regular + _MAX_HEADER
    while line := _line(body, most):
        if not line.strip():
            continue
        key, value = _parse(line)
        path = field(value, "path", str)
        if key == "file":
            yield _regular(value, path, repo)
        elif key == "lfsFile":
            yield _lfs(value, path, repo)
        elif key == "deletedFile":
            yield DeleteFile(path)
        elif key == "deletedFolder":
            yield DeleteFolder(path)
        else:
            raise HubError(400, f"Unknown key in a commit: {key!r}")


def _line(body: IO[bytes], most: int) -> bytes:
    """The next line, empty at the end; one that cannot be valid is not read into memory."""
    line = body.readline(most + 1)
    if len(line) > most:
        raise HubError(400, "A line of the commit is too long: upload large files as LFS files")
    return line


def _parse(line: bytes) -> tuple[str, dict[str, Any]]:
    item = parse_json(line)
    key, value = (item.get("key"), item.get("value")) if isinstance(item, dict) else (None, None)
    if not isinstance(key, str) or not isinstance(value, dict):
        raise HubError(400, "Every line of a commit must be a JSON object with key and value")
    return key, value


def _content(value: dict[str, Any], path: str, most: int) -> bytes:
    content = field(value, "content", str)
    encoding = optional(value, "encoding", str) or "utf-8"
    try:
        data = base64.b64decode(content, validate=True) if encoding == "base64" else content.encode(encoding)
    except (binascii.Error, UnicodeEncodeError, LookupError):
        raise HubError(400, f"The content of {path!r} is not valid {encoding}") from None
    if len(data) > most:
        raise HubError(400, f"{path} is larger than {most} bytes: upload it as an LFS file")
    return data


def _regular(value: dict[str, Any], path: str, repo: Repo) -> PutFile:
    data = _content(value, path, repo.hub.limits.max_regular)
    pointer = parse_pointer(data)
    if pointer and not repo.has_large(pointer.sha256, pointer.size):
        raise _never_uploaded(path, pointer.sha256)
    return PutFile(path, data)


def _lfs(value: dict[str, Any], path: str, repo: Repo) -> PutLfs:
    """Without a size it is a copy of a file that the repo has."""
    sha256 = field(value, "oid", str)
    if (optional(value, "algo", str) or "sha256") != "sha256":
        raise HubError(400, f"Unknown hash of an LFS file: {path}")
    size = optional(value, "size", int)
    if size is None:
        size = repo.hub.objects.size(sha256)
    if size is None or not repo.has_large(sha256, size):
        raise _never_uploaded(path, sha256)
    return PutLfs(path, sha256, size)


def _never_uploaded(path: str, sha256: str) -> HubError:
    return HubError(
        400,
        "Your push was rejected because an LFS pointer pointed to a file that does not exist. "
        f"Offending file: {path} ({sha256})",
    )
