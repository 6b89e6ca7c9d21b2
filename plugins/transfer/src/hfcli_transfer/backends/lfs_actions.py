"""What the LFS batch answer says to do with each object (wire.md §5.5); a server's words, so nothing is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hfcli_core.api import AuthenticationError, HfError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Action:
    """An address and the headers to send there; of an upload in parts also their size and their addresses, in order."""

    href: str
    header: Mapping[str, str]
    part_size: int | None = None
    part_urls: tuple[str, ...] = ()

    def parts(self, size: int) -> Iterator[tuple[int, str, int, int]]:
        """Number from 1, address, first byte and end of each part of an object of ``size`` bytes."""
        assert self.part_size
        for number, url in enumerate(self.part_urls, start=1):
            start = (number - 1) * self.part_size
            yield number, url, start, min(start + self.part_size, size)


@dataclass(frozen=True, slots=True)
class Actions:
    """``upload`` is None for an object that is stored already."""

    upload: Action | None
    verify: Action | None


def parse_batch(raw: Any, sizes: Mapping[str, int]) -> dict[str, Actions]:
    """The actions by oid, for each object that was asked about (``sizes``: bytes by oid).

    Raises what an object's own ``error`` means, and :class:`IntegrityError` for an answer that makes no sense.
    """
    objects = raw.get("objects") if isinstance(raw, dict) else None
    if not isinstance(objects, list):
        raise IntegrityError("The Hub did not answer where to send large files")
    actions: dict[str, Actions] = {}
    for item in objects:
        oid = item.get("oid") if isinstance(item, dict) else None
        if not isinstance(oid, str) or oid not in sizes:
            continue
        if item.get("error"):
            raise _object_error(oid, item["error"])
        given = item.get("actions", {})
        if not isinstance(given, dict):
            raise _nonsense(oid)
        upload, verify = given.get("upload"), given.get("verify")
        actions[oid] = Actions(
            None if upload is None else _upload(oid, upload, sizes[oid]),
            None if verify is None else Action(_href(oid, verify), _headers(oid, verify)),
        )
    if missing := sizes.keys() - actions.keys():
        raise IntegrityError(f"The Hub did not answer where to send the object {min(missing)}")
    return actions


def _upload(oid: str, raw: Any, size: int) -> Action:
    href, headers = _href(oid, raw), _headers(oid, raw)
    if "chunk_size" not in headers:
        return Action(href, headers)
    chunk_size = headers["chunk_size"]
    part_size = int(chunk_size) if chunk_size.isascii() and chunk_size.isdecimal() else 0
    numbered = {int(name): url for name, url in headers.items() if name.isascii() and name.isdecimal()}
    expected = -(-size // part_size) if part_size else 0
    if not part_size or sorted(numbered) != list(range(1, expected + 1)):
        raise IntegrityError(
            f"The Hub wants the object {oid} of {size} bytes in {len(numbered)} parts of {chunk_size} bytes"
        )
    return Action(href, {}, part_size, tuple(numbered[number] for number in sorted(numbered)))


def _href(oid: str, raw: Any) -> str:
    href = raw.get("href") if isinstance(raw, dict) else None
    if not isinstance(href, str) or not href.startswith(("http://", "https://")):
        raise _nonsense(oid)
    return href


def _headers(oid: str, raw: Any) -> dict[str, str]:
    header = raw.get("header") or {}
    if not isinstance(header, dict) or not all(isinstance(value, str) for value in header.values()):
        raise _nonsense(oid)
    return header


def _nonsense(oid: str) -> IntegrityError:
    return IntegrityError(f"The Hub gave no address that can be used for the object {oid}")


def _object_error(oid: str, raw: Any) -> HfError:
    error = raw if isinstance(raw, dict) else {}
    code, message = error.get("code"), str(error.get("message") or "no reason given")[:300]
    kind = AuthenticationError if code in (401, 403) else HfError
    return kind(f"The Hub does not take the object {oid[:12]}…: {message}", details={"oid": oid, "code": code})
