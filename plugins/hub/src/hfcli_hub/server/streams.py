"""Bodies of any size in constant memory: files out, requests in, and what blocking code writes."""

from __future__ import annotations

import tempfile
import zlib
from typing import IO, TYPE_CHECKING

import anyio
import anyio.from_thread
import anyio.to_thread
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

CHUNK = 1 << 20
_IN_MEMORY = 1 << 20
_WRITE_BUFFER = 1 << 18


class BadBodyError(Exception):
    """The body is not what its Content-Encoding says."""


async def file_chunks(path: Path, start: int, stop: int) -> AsyncIterator[bytes]:
    """The bytes of a file from ``start`` up to ``stop``."""
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(start)
        while start < stop and (chunk := await file.read(min(CHUNK, stop - start))):
            start += len(chunk)
            yield chunk


async def body_chunks(request: Request) -> AsyncIterator[bytes]:
    """The body of a request in pieces of about 1 MiB, so that handing each to a thread costs little."""
    buffer = bytearray()
    async for data in request.stream():
        buffer += data
        if len(buffer) >= CHUNK:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


async def spooled_body(request: Request) -> IO[bytes]:
    """The body of a request as a file at its start, without its gzip coding; on the disk when it is large.

    Raises BadBodyError.
    """
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the caller closes it
    gzip = zlib.decompressobj(wbits=31) if request.headers.get("content-encoding") in {"gzip", "x-gzip"} else None
    try:
        async for chunk in body_chunks(request):
            await anyio.to_thread.run_sync(_write, spool, chunk, gzip)
    except BaseException as error:
        spool.close()
        if isinstance(error, zlib.error):
            raise BadBodyError(str(error)) from error
        raise
    if gzip is not None and not gzip.eof:
        spool.close()
        raise BadBodyError("the gzip body ends early")
    spool.seek(0)
    return spool


def _write(file: IO[bytes], chunk: bytes, gzip: zlib._Decompress | None) -> None:
    if gzip is None:
        file.write(chunk)
        return
    while chunk and not gzip.eof:
        # A bound on each step: a megabyte of gzip can stand for a gigabyte.
        file.write(gzip.decompress(chunk, CHUNK))
        chunk = gzip.unconsumed_tail


class ThreadedResponse(Response):
    """A response of unknown length whose body is what ``work(write)`` writes, in a thread, as it comes.

    A slow reader slows ``work`` down. When the reader has gone, ``write`` raises OSError where the server tells.
    """

    def __init__(self, work: Callable[[Callable[[bytes], None]], None], *, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the ASGI signature
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        # A thread of its own: slow clients of this kind must not use up the pool that answers everything else.
        await anyio.to_thread.run_sync(self._run, send, limiter=anyio.CapacityLimiter(1))
        await send({"type": "http.response.body", "body": b""})

    def _run(self, send: Send) -> None:
        buffer = bytearray()

        async def emit(body: bytes) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": True})

        def flush() -> None:
            body = bytes(buffer)
            buffer.clear()
            anyio.from_thread.run(emit, body)

        def write(data: bytes) -> None:
            buffer.extend(data)
            if len(buffer) >= _WRITE_BUFFER:
                flush()

        self._work(write)
        if buffer:
            flush()
