"""Everything that a command says: data on standard output, all else on standard error."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from hfcli_core.errors import LocalStorageError
from hfcli_core.output import streams
from hfcli_core.output.escaping import escape, escape_lines
from hfcli_core.output.formats import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hfcli_core.errors import HfError
    from hfcli_core.output.progress import Progress
    from hfcli_core.output.progress_bar import BarDisplay
    from hfcli_core.output.progress_displays import ProgressMode
    from hfcli_core.output.prompts import Prompter
    from hfcli_core.output.tables import Column


class Output:
    """The voice of one invocation; safe for threads.

    ``disable_progress`` gives the tri-state of ``HF_HUB_DISABLE_PROGRESS_BARS``. ``render`` is the function of a
    plugin's output format: it gets the rows and returns the text; everything else is then as for ``Format.JSON``.
    """

    def __init__(
        self,
        *,
        format: Format = Format.HUMAN,  # noqa: A002  the name of the option
        verbosity: int = 0,
        color: streams.ColorMode = "auto",
        progress: ProgressMode = "auto",
        disable_progress: Callable[[], bool | None] = lambda: None,
        truncate: bool = True,
        render: Callable[[list[dict[str, Any]]], str] | None = None,
        environ: Mapping[str, str],
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        self.format = Format.JSON if render else format
        self.verbosity = verbosity
        self.color: streams.ColorMode = color
        self.progress_mode: ProgressMode = progress
        self.stdin = stdin or sys.stdin
        self.stdout = streams.prepare(stdout or sys.stdout)
        self.stderr = streams.prepare(stderr or sys.stderr)
        self.reader_gone = False
        """Whether the program that read standard output has ended; a command without an end should then stop."""
        self._disable_progress = disable_progress
        self._truncate = truncate
        self._render = render
        self._environ = environ
        self._bar: BarDisplay | None = None
        # Re-entrant: a display writes its last line through this output while it holds the lock.
        self._lock = threading.RLock()

    def print(self, text: str = "") -> None:
        """One line for people; nothing in the other formats."""
        if self.format is Format.HUMAN:
            self._write(escape(text) + "\n")

    def result(self, human: str | None, data: Mapping[str, Any], *, quiet: str | None = None) -> None:
        """The outcome of a command.

        ``human`` may have several lines, and is printed as it stands but for dangerous characters; a name from a server
        goes into it through :func:`escape`. ``quiet`` is the one value that a script wants. The formats for programs
        show ``data``.
        """
        if self.format is Format.HUMAN:
            if human is not None:
                self._write(escape_lines(human) + "\n")
        elif self.format is Format.QUIET:
            if quiet is not None:
                self._write(escape(quiet) + "\n")
        elif self.format is Format.CSV:
            self._write_csv([data], list(data))
        elif self._render:
            self._write_rendered([data])
        else:
            self._write(self._json(data) + "\n")

    def table(
        self,
        rows: Sequence[Mapping[str, Any]],
        columns: Sequence[Column],
        *,
        quiet: str,
        empty: str = "No results found.",
        footer: str | None = None,
    ) -> None:
        """A list of things.

        People see ``columns``, fitted to the terminal, then ``footer`` after a blank line, or ``empty`` instead of
        both; ``quiet`` is the key of the one value to print for each row. JSON and CSV hold every key of the rows.
        """
        if self.format is Format.HUMAN:
            self._write_human_table(rows, columns, empty, footer)
        elif self.format is Format.QUIET:
            from hfcli_core.output.tables import human_value

            self._write("".join(escape(human_value(row.get(quiet))) + "\n" for row in rows))
        elif self.format is Format.CSV:
            self._write_csv(rows, [column.key for column in columns])
        elif self.format is Format.AGENT:
            from hfcli_core.output.machine import to_tsv

            keys = [column.key for column in columns]
            self._write(to_tsv(rows, keys) if rows else escape(empty) + "\n")
        elif self._render:
            self._write_rendered(rows)
        else:
            self._write(self._json(rows) + "\n")

    def document(self, data: Any) -> None:
        """Nested data, such as a description from the Hub: indented JSON for people, one line of JSON otherwise."""
        if self._render and isinstance(data, dict | list):
            self._write_rendered(data if isinstance(data, list) else [data])
        else:
            self._write(self._json(data, indent=2 if self.format is Format.HUMAN else None) + "\n")

    def raw(self, data: bytes) -> None:
        """Bytes, unchanged, whatever the format."""
        with self._above_bar():
            self._note_reader(streams.write_bytes(self.stdout, data))

    def note(self, text: str) -> None:
        """Information; silent under quiet."""
        if self.format is not Format.QUIET:
            self._say(escape(text))

    def warn(self, text: str) -> None:
        self._say(escape(text), label="Warning: ", fg="yellow")

    def hint(self, text: str) -> None:
        """What to do next; silent under quiet."""
        if self.format is not Format.QUIET:
            self._say(escape(text), label="Hint: ", fg="cyan")

    def verbose(self, text: str, level: int = 1) -> None:
        """Shown when ``--verbose`` was given at least ``level`` times."""
        if self.verbosity >= level:
            self._say(escape(text))

    def error(self, error: HfError) -> None:
        """At most three lines, or one JSON object under ``--json`` and its like (faults.md I4)."""
        if self.format is Format.JSON:
            self._say(self._json({"error": describe(error)}, stream=self.stderr))
            return
        if error.code == "aborted":
            self._say(escape(error.message))
            return
        self._say(escape(error.message), label="Error: ", fg="red")
        if error.hint:
            self._say(escape(error.hint), label="Hint: ", fg="cyan")
        if error.request_id:
            self._say(f"Request id: {escape(error.request_id)}")

    def confirm(self, question: str, *, assume: bool = False, flag: str = "--yes", default: bool = False) -> None:
        """Return when the answer is yes or ``assume`` says so; raise ``Aborted`` (exit 1) when it is no.

        Without a terminal, and for an agent, nobody is asked: ``UsageError`` names ``flag``.
        """
        if assume:
            return
        with self._above_bar():
            self._prompter().confirm(question, flag=flag, default=default)

    def ask(self, question: str, *, flag: str, hidden: bool = False, required: bool = True) -> str:
        """A line of text from the person, not shown while it is typed when ``hidden``; otherwise as ``confirm``.

        An empty answer is taken only where none is ``required``.
        """
        with self._above_bar():
            return self._prompter().ask(question, flag=flag, hidden=hidden, required=required)

    def progress(self, title: str, *, total_bytes: int | None = None, total_files: int | None = None) -> Progress:
        """A context manager that shows how far a long operation is, in the way that ``--progress`` chose."""
        from hfcli_core.output.progress import Progress
        from hfcli_core.output.progress_displays import PlainDisplay, choose_style

        style = choose_style(
            self.progress_mode,
            disabled=self._disable_progress(),
            format=self.format,
            can_move_cursor=streams.can_move_cursor(self.stderr, self._environ),
        )
        display: BarDisplay | PlainDisplay | None = None
        if style == "bar" and not (self._bar and self._bar.is_open):
            # Only a live display pays for rich.
            from hfcli_core.output.progress_bar import BarDisplay

            display = self._bar = BarDisplay(self.stderr, self._environ, self._lock)
        elif style in {"plain", "json"}:
            display = PlainDisplay(self._say, as_json=style == "json")
        return Progress(title, display, total_bytes=total_bytes, total_files=total_files)

    def _write(self, text: str) -> None:
        with self._above_bar():
            self._note_reader(streams.write(self.stdout, text))

    def _note_reader(self, present: bool) -> None:
        self.reader_gone = self.reader_gone or not present

    def _say(self, line: str, *, label: str = "", fg: str | None = None) -> None:
        if label and streams.has_color(self.stderr, self.color, self._environ):
            import click

            label = click.style(label, fg=fg, bold=True)
        # Nobody can be told that standard error does not work.
        with self._above_bar(), suppress(LocalStorageError):
            streams.write(self.stderr, f"{label}{line}\n")

    @contextmanager
    def _above_bar(self) -> Iterator[None]:
        """Keep other threads from writing, and the live display out of the way."""
        with self._lock:
            if self._bar is not None:
                self._bar.clear()
            yield

    def _write_human_table(
        self, rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], empty: str, footer: str | None
    ) -> None:
        from hfcli_core.output.tables import render_table

        if not rows:
            self._write(escape(empty) + "\n")
            return
        fits_to = None
        if self._truncate and streams.is_terminal(self.stdout):
            fits_to = streams.terminal_size(self.stdout, self._environ)[0]
        text, cut = render_table(rows, columns, width=fits_to)
        if footer is not None:
            footer = escape(footer)
            if streams.has_color(self.stdout, self.color, self._environ):
                import click

                footer = click.style(footer, bold=True)
            text += f"\n{footer}\n"
        self._write(text)
        if cut:
            self.hint("--no-truncate or --format json shows whole values")

    def _write_csv(self, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
        from hfcli_core.output.machine import to_csv

        # As bytes: a text stream would make CR CR LF of CSV's line ends on Windows.
        self.raw(to_csv(rows, keys).encode(self.stdout.encoding or "utf-8", "backslashreplace"))

    def _write_rendered(self, rows: Sequence[Mapping[str, Any]]) -> None:
        assert self._render
        text = escape_lines(self._render([dict(row) for row in rows]))
        self._write(text if text.endswith("\n") else f"{text}\n")

    def _json(self, data: Any, *, indent: int | None = None, stream: TextIO | None = None) -> str:
        from hfcli_core.output.machine import to_json

        text = to_json(data, indent=indent)
        return (
            text if streams.can_encode(stream or self.stdout, text) else to_json(data, indent=indent, ascii_only=True)
        )

    def _prompter(self) -> Prompter:
        from hfcli_core.output.prompts import Prompter

        return Prompter(self.stdin, self.stderr, allowed=self.format is not Format.AGENT)


def describe(error: HfError) -> dict[str, Any]:
    """An error as a program gets it: ``code`` is stable, ``message`` is for people."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
        "retryable": error.retryable,
        "request_id": error.request_id,
        "details": error.details,
    }
