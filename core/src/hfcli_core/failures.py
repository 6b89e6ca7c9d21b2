"""What went wrong, whoever raised it, as one error with one exit code."""

from __future__ import annotations

import errno
import select
import sys
from typing import TYPE_CHECKING, NamedTuple

from click.exceptions import Abort, ClickException, Exit, UsageError

from hfcli_core.cli.output_options import requested_format
from hfcli_core.errors import HfError, LocalStorageError
from hfcli_core.hub.redaction import redact
from hfcli_core.interrupts import Interruption
from hfcli_core.output.prompts import Aborted
from hfcli_core.output.streams import write
from hfcli_core.plugins.commands import CORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.app import App

_STORAGE_ERRNOS = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "EFBIG", "EMFILE", "ENFILE", "ENAMETOOLONG")
    if hasattr(errno, name)
)


class End(NamedTuple):
    """How an invocation ended; ``error`` is what the user has to be told, if anything."""

    exit_code: int
    error: HfError | None = None


class Interrupted(HfError):  # noqa: N818  the name of an outcome
    """The user ended the program."""

    exit_code = 130
    code = "interrupted"


class Terminated(Interrupted):
    exit_code = 143


class HungUp(Interrupted):
    exit_code = 129


_INTERRUPTIONS = {kind.exit_code: kind for kind in (Interrupted, Terminated, HungUp)}


class UnexpectedError(HfError):
    """A defect of this program or of a plugin."""

    code = "unexpected"


def end_of(app: App, raised: BaseException) -> End:
    """What ``raised`` means for the user. An error that nobody foresaw is written to a report."""
    if isinstance(raised, Exit):
        return End(raised.exit_code)
    if isinstance(raised, SystemExit):
        return _end_of_exit(raised)
    if isinstance(raised, KeyboardInterrupt):
        # Whoever cleaned up may have noted what was kept and how to go on.
        hint = " ".join(getattr(raised, "__notes__", ())) or None
        kind = _INTERRUPTIONS[raised.exit_code] if isinstance(raised, Interruption) else Interrupted
        return End(kind.exit_code, kind(kind.code, hint=hint))
    if isinstance(raised, BrokenPipeError) and _reader_left():
        return End(0)
    error = _as_error(app, raised)
    return End(error.exit_code, error)


def tell(app: App, arguments: Sequence[str], error: HfError, raised: BaseException) -> None:
    """Report ``error`` on stderr in the format that was asked for, with the hints of plugins."""
    if app.invocation is None and app.display.format == "auto":
        # The command line could not be understood, so its options may not have been looked at.
        app.show(format=requested_format(arguments))
    try:
        output = app.output
        if app.debug:
            from hfcli_core.crash_reports import format_traceback

            write(sys.stderr, format_traceback(raised))
        hints = app.hints_for(error)
    except HfError:  # the settings cannot be read, which is mostly the very error that is to be told
        output, hints = app.plain_output(), []
    error.message = redact(error.message)
    error.hint = redact("; ".join([*([error.hint] if error.hint else []), *hints])) or None
    error.details = {name: redact(item) if isinstance(item, str) else item for name, item in error.details.items()}
    output.error(error)


def _as_error(app: App, raised: BaseException) -> HfError:
    if isinstance(raised, HfError):
        return raised
    if isinstance(raised, UsageError):
        from hfcli_core.cli.suggestions import explain

        return explain(raised)
    if isinstance(raised, ClickException):
        return HfError(raised.format_message())
    if isinstance(raised, Abort):
        return Aborted()
    return _as_storage_error(raised) or _unexpected(app, raised)


def _as_storage_error(raised: BaseException) -> LocalStorageError | None:
    if isinstance(raised, OSError) and raised.errno in _STORAGE_ERRNOS:
        _settle_stdout()
        place = f": {raised.filename}" if raised.filename else ""
        return LocalStorageError(f"{raised.strerror}{place}")
    if isinstance(raised, UnicodeEncodeError) and raised.encoding == sys.getfilesystemencoding() != "utf-8":
        return LocalStorageError(
            f"names of files are {raised.encoding} here, which cannot express '{raised.object}'",
            hint="use a locale with UTF-8, or set PYTHONUTF8=1",
        )
    return None


def _unexpected(app: App, raised: BaseException) -> UnexpectedError:
    from hfcli_core.crash_reports import write_report

    report_id, path = write_report(raised, app.command, app.environ)
    owner = app.invocation.distribution if app.invocation else CORE
    place = "" if owner == CORE else f" in the plugin {owner}"
    return UnexpectedError(
        f"unexpected {type(raised).__name__}{place} (report {report_id})",
        hint=f"the report is {path}" if path else "run it again with --debug to see the traceback",
        details={"report": report_id, "path": str(path) if path else None, "distribution": owner},
    )


def _end_of_exit(raised: SystemExit) -> End:
    """``sys.exit`` of a plugin's command, by the rules of the interpreter: None is 0, a text is an error."""
    if raised.code is None:
        return End(0)
    if isinstance(raised.code, int):
        return End(raised.code)
    return End(1, HfError(str(raised.code)))


def _reader_left() -> bool:
    """Whether the reader of our output has gone, as ``head`` does; elsewhere a broken pipe is a failure."""
    if not _settle_stdout() or not hasattr(select, "poll"):
        return True
    poller = select.poll()
    poller.register(sys.stdout.fileno(), 0)
    return bool(poller.poll(0))


def _settle_stdout() -> bool:
    """Write what is left in the buffer, or give it up, so that the interpreter does not fail at its end."""
    try:
        return write(sys.stdout, "")
    except LocalStorageError:
        return False
