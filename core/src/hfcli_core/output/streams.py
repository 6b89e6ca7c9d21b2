"""Standard streams that never fail for their encoding, and what each of them is able to show."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Literal, TextIO

from hfcli_core.errors import LocalStorageError

if TYPE_CHECKING:
    from collections.abc import Mapping

ColorMode = Literal["auto", "always", "never"]


def prepare(stream: TextIO | None) -> TextIO:
    """The stream, set to write ``\u2713`` where its encoding has no such character; a missing one becomes a sink."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  no pathlib for `hf --help`; lasts as long as the process
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return stream


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def can_move_cursor(stream: TextIO, environ: Mapping[str, str]) -> bool:
    return is_terminal(stream) and environ.get("TERM") != "dumb"


def has_color(stream: TextIO, mode: ColorMode, environ: Mapping[str, str]) -> bool:
    """``--color``, then ``NO_COLOR``, then ``CLICOLOR_FORCE``, then whether the stream is a terminal that can."""
    if mode != "auto":
        return mode == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return can_move_cursor(stream, environ)


def can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def terminal_size(stream: TextIO, environ: Mapping[str, str]) -> tuple[int, int]:
    """Columns and rows: ``COLUMNS``, else what the terminal says, else 80 by 24."""
    try:
        size = os.get_terminal_size(stream.fileno())
        columns, rows = size.columns, size.lines
    except (OSError, ValueError, AttributeError):
        columns, rows = 0, 0
    wanted = environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit():
        columns = int(wanted)
    return columns or 80, rows or 24


def write(stream: TextIO, text: str) -> bool:
    """Write and flush; False once the reader has gone (``hf … | head``), which is no failure.

    Raises ``LocalStorageError`` when the text cannot be kept, as on a full disk.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _give_up(stream, error)
        return False
    return True


def write_bytes(stream: TextIO, data: bytes) -> bool:
    """Like :func:`write` for bytes, which reach the stream unchanged."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        return write(stream, data.decode(errors="replace"))
    try:
        stream.flush()
        buffer.write(data)
        buffer.flush()
    except OSError as error:
        _give_up(stream, error)
        return False
    return True


def _give_up(stream: TextIO, error: OSError) -> None:
    """Leave a stream that does not work; raise unless only its reader has gone."""
    _redirect_to_null(stream)
    # Windows says EINVAL of a pipe without a reader.
    if error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL):
        return
    raise LocalStorageError(f"cannot write to standard output: {error.strerror}") from error


def _redirect_to_null(stream: TextIO) -> None:
    """What is still buffered has to go somewhere, or the interpreter would fail once more when it ends."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
