"""Lines of a log on the screen, in a pipe, for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Format, escape

from hfcli_jobs.logs.events import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfcli_core.api import Output

    from hfcli_jobs.logs.events import Event


class LogPrinter:
    """Called with lines as they come. A job says what it likes: control characters are made visible unless ``raw``.

    ``aside``: the log is not what the command is about, as standard output is to hold one JSON object; it then goes to
    standard error, and nowhere under ``--quiet``.
    """

    def __init__(self, output: Output, *, raw: bool = False, timestamps: bool = False, aside: bool = False) -> None:
        self._output, self._raw, self._timestamps = output, raw, timestamps
        self._aside = aside and output.format in (Format.JSON, Format.CSV, Format.QUIET)

    def __call__(self, events: Iterable[Event]) -> None:
        lines = []
        for event in events:
            if event.data.startswith(HIDDEN):
                self._remark(event.data)
            elif self._aside:
                self._output.note(event.data)
            elif self._output.format is Format.JSON:
                self._output.document({"timestamp": event.timestamp, "data": event.data})
            else:
                lines.append(self._line(event))
        if lines:
            self._output.raw(b"".join(lines))

    def gone(self) -> bool:
        """Whether nobody reads any more."""
        return self._output.reader_gone

    def tell_left_out(self, count: int) -> None:
        """Say how many lines were too long to be shown."""
        if count:
            self._output.warn(f"{count} {'line' if count == 1 else 'lines'} of more than 64 MiB left out")

    def _line(self, event: Event) -> bytes:
        start = f"{event.timestamp} " if self._timestamps else ""
        if self._raw:
            return f"{escape(start)}{event.data}\n".encode("utf-8", "replace")
        # Tabs are no danger, and tables need them.
        text = "\t".join(map(escape, f"{start}{event.data.removesuffix(chr(13))}".split("\t")))
        return f"{text}\n".encode(self._output.stdout.encoding or "utf-8", "backslashreplace")

    def _remark(self, line: str) -> None:
        """The first line is a heading; a Hub may say there how it runs the job."""
        said = line.removeprefix(HIDDEN).partition(" =====")[2].strip()
        if said:
            self._output.note(f"Job started {said}")
