"""Requests and answers altered on their way through: ranges, headers, bytes, lengths, encodings."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from hfcli_hub.faults.rules import Gzip, Headers, Truncate, WrongBytes, WrongETag

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from hfcli_hub.faults.rules import Action, WrongRange

_ZEROS = bytes(1 << 20)


def without_range(scope: Scope) -> Scope:
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in (b"range", b"if-range")]}


def shift_range(action: WrongRange, scope: Scope, send: Send) -> tuple[Scope, Send]:
    """Have the app serve a range that starts later; without ``admit`` claim that it is the one asked for."""
    asked = dict(scope["headers"]).get(b"range", b"")
    first, dash, last = asked.removeprefix(b"bytes=").partition(b"-")
    if not (asked.startswith(b"bytes=") and dash and first.isdigit()):
        return scope, send
    start = int(first) + action.shift
    end = b"%d" % (int(last) + action.shift) if last else b""
    shifted = {**scope, "headers": [p for p in scope["headers"] if p[0] != b"range"]}
    shifted["headers"].append((b"range", b"bytes=%d-%s" % (start, end)))

    async def claim(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (n, _shifted_back(v, action.shift) if n == b"content-range" else v) for n, v in message["headers"]
            ]
            message = {**message, "headers": headers}
        await send(message)

    return shifted, send if action.admit else claim


def _shifted_back(content_range: bytes, shift: int) -> bytes:
    span, _, total = content_range.removeprefix(b"bytes ").partition(b"/")
    first, _, last = span.partition(b"-")
    if not (first.isdigit() and last.isdigit()):
        return content_range
    return b"bytes %d-%d/%s" % (int(first) - shift, int(last) - shift, total)


def response(action: Action, send: Send) -> Send:
    """``send`` wrapped in what ``action`` does to an answer."""
    if isinstance(action, Headers):
        return _replace_headers({n.lower(): v for n, v in action.headers.items()}, send, add=True)
    if isinstance(action, WrongETag):
        return _replace_headers({"etag": action.etag, "x-linked-etag": action.etag}, send, add=False)
    if isinstance(action, WrongBytes):
        return _invert_bytes(action, send)
    if isinstance(action, Truncate):
        return _truncate(action.at, send)
    if isinstance(action, Gzip):
        return _compress(action.padding, send)
    raise TypeError(f"not an action on answers: {action}")


def _replace_headers(values: dict[str, str], send: Send, *, add: bool) -> Send:
    async def replaced(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower().decode("latin-1") for name, _ in message["headers"]}
            kept = [pair for pair in message["headers"] if pair[0].lower().decode("latin-1") not in values]
            new = [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in values.items()
                if value and (add or name in present)
            ]
            message = {**message, "headers": kept + new}
        await send(message)

    return replaced


def _invert_bytes(action: WrongBytes, send: Send) -> Send:
    offset = 0

    async def inverted(message: Message) -> None:
        nonlocal offset
        if message["type"] == "http.response.body":
            body = bytearray(message.get("body", b""))
            first = max(0, action.at - offset)
            last = min(len(body), action.at + action.count - offset)
            for index in range(first, last):
                body[index] ^= 0xFF
            offset += len(body)
            message = {**message, "body": bytes(body)}
        await send(message)

    return inverted


def _truncate(at: int, send: Send) -> Send:
    remaining = at

    async def truncated(message: Message) -> None:
        nonlocal remaining
        if message["type"] == "http.response.start":
            headers = [(n, b"%d" % min(at, int(v)) if n == b"content-length" else v) for n, v in message["headers"]]
            message = {**message, "headers": headers}
        else:
            body = message.get("body", b"")[:remaining]
            remaining -= len(body)
            message = {**message, "body": body}
        await send(message)

    return truncated


def _compress(padding: int, send: Send) -> Send:
    compressor = zlib.compressobj(wbits=31)

    async def compressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0] != b"content-length"]
            await send({**message, "headers": [*headers, (b"content-encoding", b"gzip")]})
            return
        data = compressor.compress(message.get("body", b""))
        if message.get("more_body"):
            await send({**message, "body": data})
            return
        await send({**message, "body": data, "more_body": True})
        for start in range(0, padding, len(_ZEROS)):
            block = compressor.compress(_ZEROS[: padding - start])
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": compressor.flush(), "more_body": False})

    return compressed
