"""The listing of a commit on disk, in the official client's format (wire.md §6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from hfcli_core.storage.identity import is_etag, is_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfcli_core.storage.identity import FileEntry

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class CachedEntry:
    """A file of a commit; ``size`` is that of the content in bytes, ``oid`` git's hash of the file or LFS pointer."""

    path: str
    oid: str
    size: int
    lfs_sha256: str | None = None
    xet_hash: str | None = None

    @property
    def etag(self) -> str:
        return self.lfs_sha256 or self.oid

    @classmethod
    def _parse(cls, path: str, fields: dict[str, Any]) -> Self:
        entry = cls(path, fields["blob_id"], fields["size"], fields.get("lfs_sha256"), fields.get("xet_hash"))
        sizes_agree = entry.lfs_sha256 is None or fields["lfs_size"] == entry.size
        if type(entry.size) is not int or entry.size < 0 or not sizes_agree:
            raise ValueError(path)
        if not is_etag(entry.oid) or not (entry.lfs_sha256 is None or is_sha256(entry.lfs_sha256)):
            raise ValueError(path)
        if not (entry.xet_hash is None or is_sha256(entry.xet_hash)):
            raise ValueError(path)
        return entry


def dump_tree(entries: Iterable[FileEntry]) -> bytes:
    """The bytes of ``trees/<commit>.json``; byte for byte what client 2.4.0 writes for the same listing."""
    # An entry at a time: json's own indentation keeps a piece of text for every sign of it, ten times the whole.
    text = bytearray(f'{{\n "format_version": {FORMAT_VERSION},\n "files": {{'.encode())
    separator = "\n"
    by_path = {entry.path: entry for entry in entries}
    for path in sorted(by_path):
        fields = ",\n".join(f'   "{name}": {json.dumps(value)}' for name, value in _fields(by_path[path]).items())
        text += f"{separator}  {json.dumps(path)}: {{\n{fields}\n  }}".encode()
        separator = ",\n"
    text += b"}\n}" if separator == "\n" else b"\n }\n}"
    return bytes(text)


def parse_tree(data: bytes) -> list[CachedEntry] | None:
    """The files of a listing; None when it is damaged, of another version, or has a hash that is none."""
    try:
        document = json.loads(data)
        if document["format_version"] != FORMAT_VERSION:
            return None
        return [CachedEntry._parse(path, fields) for path, fields in document["files"].items()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _fields(entry: FileEntry) -> dict[str, Any]:
    fields: dict[str, Any] = {"size": entry.size, "blob_id": entry.oid}
    if entry.lfs_sha256 is not None:
        fields |= {"lfs_sha256": entry.lfs_sha256, "lfs_size": entry.size}
    # One malformed hash from a server would make the official client ignore the whole listing.
    if entry.xet_hash is not None and is_sha256(entry.xet_hash):
        fields["xet_hash"] = entry.xet_hash
    return fields
