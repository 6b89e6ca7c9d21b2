"""Reports of errors that nobody foresaw: the screen shows one line with an id, the traceback is in a file."""

from __future__ import annotations

import secrets
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core import __version__
from hfcli_core.hub.redaction import redact
from hfcli_core.places import user_cache_dir
from hfcli_core.private_files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEPT = 5


def format_traceback(error: BaseException) -> str:
    """The traceback without secrets; it shows no local variables and no command line."""
    return redact("".join(traceback.format_exception(error)))


def write_report(error: BaseException, command: Sequence[str], environ: Mapping[str, str]) -> tuple[str, Path | None]:
    """Write the report of ``error`` and give its id, and its path unless the place cannot be written to.

    ``command`` is the path of the command (``("cache", "ls")``); the words after it may be secret and are not kept.
    """
    report_id = secrets.token_hex(4)
    folder = Path(user_cache_dir(environ)) / "reports"
    path = folder / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{report_id}.txt"
    lines = [
        f"report: {report_id}",
        f"command: {' '.join(('hf', *command))}",
        f"hfcli: {__version__}",
        f"python: {sys.version.split()[0]} on {sys.platform}",
        "",
        format_traceback(error),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_private(str(path), "\n".join(lines).encode(errors="backslashreplace"))
    except OSError:
        return report_id, None
    _remove_old(folder)
    return report_id, path


def _remove_old(folder: Path) -> None:
    """Keep the last few; the names begin with the time, so their order is that of their age."""
    with suppress(OSError):
        for path in sorted(folder.glob("*-*.txt"))[:-_KEPT]:
            path.unlink(missing_ok=True)
