"""What running jobs take, from the events that the Hub sends each second (wire.md §5.7)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Budget, Cancelled, Column, Format, HfError, NotFoundError, format_size

from hfcli_jobs.logs.events import EventReader
from hfcli_jobs.service import TERMINAL, stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import Output

    from hfcli_jobs.service import JobsService

_BUDGET = Budget(connect=10, first_byte=30, read=30, total=None)
_NOT_RUNNING = (406, 500)
_MOST_AT_ONCE = 16


def show_stats(service: JobsService, output: Output, job_ids: Sequence[str]) -> None:
    """One row for each job; nothing but the id for one that does not run."""
    ids = _ids(service, job_ids)
    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        rows = list(pool.map(lambda job_id: next(_samples(service, job_id), {"job_id": job_id}), ids))
    output.table(rows, COLUMNS, quiet="job_id", empty="No running jobs")


def follow_stats(service: JobsService, output: Output, job_ids: Sequence[str]) -> None:
    """A row each second and job, as it comes, until all have ended."""
    ids = _ids(service, job_ids)
    if output.format is Format.HUMAN:
        output.print("".join(f"{column.title:<{_WIDTH}}" for column in COLUMNS).rstrip())
    stopped = threading.Event()
    service.session.cancelled = stopped

    def tell(job_id: str) -> None:
        try:
            for row in _samples(service, job_id):
                if stopped.is_set() or output.reader_gone:
                    return
                if output.format is Format.HUMAN:
                    output.print("".join(f"{column.cell(row):<{_WIDTH}}" for column in COLUMNS).rstrip())
                else:
                    output.document(row)
        except Cancelled:
            return

    with ThreadPoolExecutor(max(1, len(ids))) as pool:
        try:
            for _ in pool.map(tell, ids):
                pass
        finally:
            stopped.set()


def _ids(service: JobsService, job_ids: Sequence[str]) -> list[str]:
    if job_ids:
        return list(dict.fromkeys(job_ids))
    return [service.named(job) for job in service.jobs(stages=["RUNNING"]) if stage(job) == "RUNNING"]


def _samples(service: JobsService, job_id: str) -> Iterator[dict[str, Any]]:
    """The events of a job until it ends. Raises :class:`NotFoundError` for a job that never was."""
    reader = EventReader()
    try:
        with service.session.stream(
            "GET",
            f"{service.path(job_id)}/metrics",
            headers={"Accept": "text/event-stream"},
            budget=_BUDGET,
            accept=_NOT_RUNNING,
        ) as answer:
            if answer.status not in _NOT_RUNNING:
                for part in answer.iter_raw():
                    for event in reader.feed(part):
                        yield {"job_id": job_id, **event}
    except NotFoundError as error:
        error.message = f"Job '{job_id}' not found"
        raise
    except HfError:
        # It is cut off where the job ends.
        if stage(service.inspect(job_id)) not in TERMINAL:
            raise


def _percent(value: Any) -> str:
    return f"{value:.1f}" if isinstance(value, int | float) else "--"


def _bytes(value: Any) -> str:
    return format_size(value) if isinstance(value, int | float) else "--"


def _gpus(value: Any) -> str:
    gpus = value.values() if isinstance(value, dict) else ()
    return ", ".join(_percent(gpu.get("utilization")) for gpu in gpus if isinstance(gpu, dict)) or "--"


_WIDTH = 26
COLUMNS = (
    Column("job_id", "JOB ID"),
    Column("cpu_usage_pct", "CPU %", human=_percent),
    Column(
        "cpu_millicores", "NUM CPU", human=lambda value: f"{value / 1000:g}" if isinstance(value, int | float) else "--"
    ),
    Column("memory_used_bytes", "MEM USAGE", human=_bytes),
    Column("memory_total_bytes", "MEM LIMIT", human=_bytes),
    Column("rx_bps", "NET IN/s", human=_bytes),
    Column("tx_bps", "NET OUT/s", human=_bytes),
    Column("gpus", "GPU UTIL %", human=_gpus),
)
