"""The words of a progress display: pure functions from a snapshot to lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.output.escaping import escape
from hfcli_core.output.sizes import format_duration, format_size
from hfcli_core.output.tables import cell_width, cut_to_width

if TYPE_CHECKING:
    from hfcli_core.output.progress import ActiveFile, Snapshot

_MOST_ACTIVE = 5
_BAR_WIDTH = 24
_NARROWEST_BAR = 8
_NARROWEST_TITLE = 8


def plain_line(snapshot: Snapshot) -> str:
    """``Downloading org/m: 1.2G of 4.9G (24%), 35.0M/s, 1m 45s left, 3 of 12 files``."""
    line = f"{escape(snapshot.title)}: {', '.join(_facts(snapshot))}"
    return f"{line} ({escape(snapshot.status)})" if snapshot.status else line


def summary_line(snapshot: Snapshot, *, failed: bool) -> str:
    """``Downloading org/m: done, 4.9G in 2m 10s (37.7M/s), 12 files``, or how far it came."""
    title = escape(snapshot.title)
    if failed:
        return f"{title}: stopped at {', '.join([_amount(snapshot), *_files(snapshot)])}"
    facts = ["done"]
    if snapshot.moved:
        rate = snapshot.moved / snapshot.elapsed if snapshot.elapsed > 0 else 0.0
        facts.append(f"{format_size(snapshot.moved)} in {format_duration(snapshot.elapsed)} ({format_size(rate)}/s)")
    if snapshot.files_done:
        facts.append(_count(snapshot.files_done))
    return f"{title}: {', '.join(facts)}"


def live_lines(snapshot: Snapshot, *, width: int, height: int, ascii_only: bool) -> list[str]:
    """The lines of a live display: the whole, the status, at most five active files; none wider than ``width``."""
    lines = [_headline(snapshot, width, ascii_only=ascii_only)]
    if snapshot.status:
        lines.append(f"  {escape(snapshot.status)}")
    lines.extend(_active_line(file, width) for file in snapshot.active[:_MOST_ACTIVE])
    if len(snapshot.active) > _MOST_ACTIVE:
        lines.append(f"  and {len(snapshot.active) - _MOST_ACTIVE} more")
    return [cut_to_width(line, width) for line in lines[: max(1, height)]]


def json_object(snapshot: Snapshot, *, event: str) -> dict[str, Any]:
    """The object of ``--progress json``; ``event`` is ``progress``, ``done`` or ``failed``."""
    return {
        "event": event,
        "title": snapshot.title,
        "bytes": snapshot.done,
        "total_bytes": snapshot.total,
        "files": snapshot.files_done,
        "total_files": snapshot.total_files,
        "bytes_per_second": round(snapshot.rate),
        "eta_seconds": None if snapshot.eta is None else round(snapshot.eta),
        "elapsed_seconds": round(snapshot.elapsed, 1),
        "status": snapshot.status or None,
        "active": [{"name": file.name, "bytes": file.done, "size": file.size} for file in snapshot.active],
    }


def _headline(snapshot: Snapshot, width: int, *, ascii_only: bool) -> str:
    """Title, bar and numbers; where they do not all fit, the bar goes first, then the end of the title."""
    numbers = "  ".join(_short_facts(snapshot))
    room = width - cell_width(numbers) - 2
    title = escape(snapshot.title)
    bar_width = min(_BAR_WIDTH, room - cell_width(title) - 2)
    if snapshot.total and bar_width >= _NARROWEST_BAR:
        return f"{title}  {_bar(snapshot, bar_width, ascii_only=ascii_only)}  {numbers}"
    return f"{cut_to_width(title, room)}  {numbers}" if room >= _NARROWEST_TITLE else numbers


def _facts(snapshot: Snapshot) -> list[str]:
    facts = [_amount(snapshot), f"{format_size(snapshot.rate)}/s"]
    if snapshot.total is not None and snapshot.done < snapshot.total:
        facts.append(f"{format_duration(snapshot.eta)} left")
    return facts + _files(snapshot)


def _short_facts(snapshot: Snapshot) -> list[str]:
    """The same in the width of a terminal, the most important first."""
    facts = []
    if snapshot.total is None:
        facts.append(format_size(snapshot.done))
    else:
        facts += [f"{_percent(snapshot)}%", f"{format_size(snapshot.done)}/{format_size(snapshot.total)}"]
    facts.append(f"{format_size(snapshot.rate)}/s")
    if snapshot.total is not None and snapshot.done < snapshot.total:
        facts.append(f"{format_duration(snapshot.eta)} left")
    if snapshot.total_files is not None:
        facts.append(f"{snapshot.files_done}/{snapshot.total_files} files")
    return facts


def _amount(snapshot: Snapshot) -> str:
    if snapshot.total is None:
        return format_size(snapshot.done)
    return f"{format_size(snapshot.done)} of {format_size(snapshot.total)} ({_percent(snapshot)}%)"


def _percent(snapshot: Snapshot) -> int:
    if not snapshot.total:
        return 100
    # Rounded down: 100 % is said only of what is complete.
    return max(0, min(100, snapshot.done * 100 // snapshot.total))


def _files(snapshot: Snapshot) -> list[str]:
    if snapshot.total_files is not None:
        return [f"{snapshot.files_done} of {snapshot.total_files} files"]
    return [_count(snapshot.files_done)] if snapshot.files_done else []


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"


def _bar(snapshot: Snapshot, width: int, *, ascii_only: bool) -> str:
    filled = _percent(snapshot) * width // 100
    done, rest = ("#", "-") if ascii_only else ("█", "░")
    return done * filled + rest * (width - filled)


def _active_line(file: ActiveFile, width: int) -> str:
    size = "" if file.size is None else format_size(file.size)
    if file.done:
        size = f"{format_size(file.done)} of {size}" if size else format_size(file.done)
    name = cut_to_width(escape(file.name), max(1, width - len(size) - 4))
    return f"  {name}  {size}" if size else f"  {name}"
