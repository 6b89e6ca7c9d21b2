"""Server-sent events of a job, from bytes that come in any pieces (wire.md §5.7)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 64 << 20
"""Bytes; what is longer is left out, as it must be in memory as a whole."""

HIDDEN = "===== Job started"


@dataclass(frozen=True, slots=True)
class Event:
    """A line that the job said. ``id`` is the server's name for its place, where it has one."""

    timestamp: str
    data: str
    id: str | None = None


class EventReader:
    """Gives each event when its end has come; what a lost connection has begun is gone with :meth:`reset`."""

    def __init__(self) -> None:
        self.too_long = 0
        """How many events were left out for their length."""
        self.reset()

    def reset(self) -> None:
        self._held = bytearray()
        self._searched = 0
        self._data: list[bytes] = []
        self._size = 0
        self._id: str | None = None

    def feed(self, part: bytes) -> list[dict[str, Any]]:
        """The JSON objects of the events that ``part`` completes, each with its ``id`` under ``"id"`` if it has one."""
        self._held += part
        found = []
        start = 0
        while (end := self._held.find(b"\n", max(start, self._searched))) >= 0:
            event = self._line(bytes(self._held[start:end]).removesuffix(b"\r"))
            if event is not None:
                found.append(event)
            start = end + 1
        del self._held[:start]
        if len(self._held) > LONGEST_LINE:
            self._size += len(self._held)
            self._held.clear()
        self._searched = len(self._held)
        return found

    def finish(self) -> list[dict[str, Any]]:
        """What is left at the end of the stream: its last event need not be followed by an empty line."""
        event = self._line(b"")
        self.reset()
        return [event] if event is not None else []

    def _line(self, line: bytes) -> dict[str, Any] | None:
        if line.startswith(b"data:"):
            data = line[6:] if line.startswith(b"data: ") else line[5:]
            self._size += len(data)
            if self._size <= LONGEST_LINE:
                self._data.append(data)
        elif line.startswith(b"id:"):
            self._id = line[3:].strip().decode("utf-8", "replace")
        elif not line:
            return self._event()
        return None

    def _event(self) -> dict[str, Any] | None:
        text, size, event_id = b"\n".join(self._data), self._size, self._id
        self._data, self._size, self._id = [], 0, None
        if size > LONGEST_LINE:
            self.too_long += 1
            return None
        if not text.startswith(b"{"):
            return None
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if isinstance(event, dict) and event_id:
            event["id"] = event_id
        return event if isinstance(event, dict) else None


def log_event(event: dict[str, Any]) -> Event | None:
    """A line of a log; None for an event of another kind."""
    data, timestamp, event_id = event.get("data"), event.get("timestamp"), event.get("id")
    if not isinstance(data, str):
        return None
    return Event(timestamp if isinstance(timestamp, str) else "", data, event_id if isinstance(event_id, str) else None)
