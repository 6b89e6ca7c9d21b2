"""The live display: a few lines at the bottom of the terminal, redrawn in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

from hfcli_core.output import streams
from hfcli_core.output.progress_text import live_lines, summary_line

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from hfcli_core.output.progress import Snapshot


class BarDisplay:
    """Draws on a terminal. The cursor stays visible and rests below the lines, so that even a killed process leaves
    the terminal as it should be."""

    interval = 0.1

    def __init__(self, stream: TextIO, environ: Mapping[str, str], lock: threading.RLock) -> None:
        self._stream = stream
        self._environ = environ
        self._console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
        self._ascii_only = not streams.can_encode(stream, "█░")
        self._lock = lock
        self._height = 0
        self.is_open = True

    def show(self, snapshot: Snapshot) -> None:
        with self._lock:
            if not self.is_open:
                return
            columns, rows = streams.terminal_size(self._stream, self._environ)
            # A line as wide as the terminal would wrap on some of them.
            lines = live_lines(snapshot, width=max(1, columns - 1), height=rows - 1, ascii_only=self._ascii_only)
            self._draw(lines)

    def close(self, snapshot: Snapshot, *, failed: bool) -> None:
        """Replace the display by its summary."""
        with self._lock:
            self._draw([summary_line(snapshot, failed=failed)])
            self._height = 0
            self.is_open = False

    def clear(self) -> None:
        """Take the display away, until it is next shown; for the holder of the lock, who writes in its place."""
        if self._height:
            self._draw([])

    def _draw(self, lines: list[str]) -> None:
        """Put ``lines`` in the place of those drawn before, in one write."""
        try:
            with self._console as console:
                if self._height:
                    console.control(_erase(self._height))
                for line in lines:
                    console.print(Text(line), soft_wrap=True)
        except (OSError, ValueError):
            # The terminal has gone; the operation goes on.
            self.is_open = False
        self._height = len(lines)


def _erase(height: int) -> Control:
    above = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))
    return Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *(above * height))
