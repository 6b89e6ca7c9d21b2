"""What a job says, and what it takes, as server-sent events (wire.md §5.7).

Each line of the log has an id, the place in the file where it ends, and a client that sends it back as
``Last-Event-ID`` goes on from there.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from ...jobs import metrics
from ...jobs.hardware import hardware
from ..errors import HubError
from ..job_access import jobs_of
from ..parameters import whole
from .jobs import named_job

if TYPE_CHECKING:
    from ...jobs.manager import Jobs

_POLL_SECONDS = 0.05
_SAMPLE_SECONDS = 1.0
_BLOCK = 1 << 16
_HEADERS = {"Cache-Control": "no-cache"}


async def stream_logs(request: Request) -> Response:
    job = await run_in_threadpool(named_job, request)
    jobs = jobs_of(request)
    path = jobs.log(job.id)
    tail = request.query_params.get("tail")
    after = request.headers.get("last-event-id", "")
    if after.isdecimal():
        start = int(after)
    elif tail is not None:
        start = await run_in_threadpool(_tail, path, whole(tail, 0, "tail", least=0))
    else:
        start = 0
    return StreamingResponse(_events(jobs, job.id, path, start), media_type="text/event-stream", headers=_HEADERS)


async def stream_metrics(request: Request) -> Response:
    job = await run_in_threadpool(named_job, request)
    jobs = jobs_of(request)
    child = jobs.runner.child(job.id)
    if job.finished or child is None or metrics.sample(child) is None:
        raise HubError(406, "The job is not running")
    machine = hardware(job.spec.flavor)

    async def events() -> AsyncIterator[bytes]:
        before = metrics.sample(child)
        await asyncio.sleep(_SAMPLE_SECONDS / 10)
        while before is not None and (after := await run_in_threadpool(metrics.sample, child)) is not None:
            data = metrics.describe(before, after, machine.memory, machine.cpus)
            yield f"event: metric\ndata: {json.dumps(data)}\n\n".encode()
            before = after
            await asyncio.sleep(_SAMPLE_SECONDS)

    return StreamingResponse(events(), media_type="text/event-stream", headers=_HEADERS)


async def _events(jobs: Jobs, job_id: str, path: Path, start: int) -> AsyncIterator[bytes]:
    """Everything from a place of the log on, until the job has ended and all is told."""
    alive = time.monotonic()
    file: BinaryIO | None = None
    partial = bytearray()
    place = start
    try:
        while True:
            # Asked before the file is read: what is written after the last look comes before the end.
            finished = (await run_in_threadpool(jobs.records.job, job_id)).finished
            if file is None and path.exists():
                file = path.open("rb")
                file.seek(start)
            while file is not None and (data := await run_in_threadpool(file.read, _BLOCK)):
                *lines, rest = (bytes(partial) + data).split(b"\n") if b"\n" in data else (partial + data,)
                partial = bytearray(rest)
                for line in lines:
                    place += len(line) + 1
                    yield b"event: log\nid: %d\ndata: %s\n\n" % (place, bytes(line))
                    alive = time.monotonic()
            if finished:
                return
            if time.monotonic() - alive >= jobs.limits.keep_alive:
                yield b": keep-alive\n\n"
                alive = time.monotonic()
            await asyncio.sleep(_POLL_SECONDS)
    finally:
        if file is not None:
            file.close()


def _tail(path: Path, count: int) -> int:
    """Where the last ``count`` lines begin."""
    try:
        with path.open("rb") as file:
            place = file.seek(0, 2)
            found = -1  # the last line's own end is no beginning
            while place > 0:
                block = min(_BLOCK, place)
                place -= block
                file.seek(place)
                data = file.read(block)
                at = len(data)
                while (at := data.rfind(b"\n", 0, at)) >= 0:
                    found += 1
                    if found == count:
                        return place + at + 1
    except FileNotFoundError:
        pass
    return 0


routes: list[BaseRoute] = [
    Route("/api/jobs/{namespace}/{job}/logs", stream_logs),
    Route("/api/jobs/{namespace}/{job}/metrics", stream_metrics),
]
