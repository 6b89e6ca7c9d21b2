"""Which display shows the progress, and the one of plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hfcli_core.output.formats import Format
from hfcli_core.output.progress_text import json_object, plain_line, summary_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.output.progress import Snapshot

ProgressMode = Literal["auto", "bar", "plain", "json", "none"]


def choose_style(
    mode: ProgressMode,
    *,
    disabled: bool | None,
    format: Format,  # noqa: A002  the name of the option
    can_move_cursor: bool,
) -> Literal["bar", "plain", "json", "none"]:
    """``--progress`` first, then the tri-state of ``HF_HUB_DISABLE_PROGRESS_BARS``, then what suits the format.

    By itself progress is a bar on a terminal and plain lines elsewhere; off under quiet and for an agent; and where the
    result is JSON or CSV it is only shown on a terminal, as a program may read both streams.
    """
    live: Literal["bar", "plain"] = "bar" if can_move_cursor else "plain"
    if mode == "bar":
        return live
    if mode != "auto":
        return mode
    if disabled is not None:
        return "none" if disabled else live
    if format is Format.HUMAN:
        return live
    return "bar" if format in {Format.JSON, Format.CSV} and can_move_cursor else "none"


class PlainDisplay:
    """A line every ten seconds and one at the end, or JSON objects in their place."""

    def __init__(self, write: Callable[[str], None], *, as_json: bool) -> None:
        self.interval = 1.0 if as_json else 10.0
        self._write = write
        self._as_json = as_json

    def show(self, snapshot: Snapshot) -> None:
        self._write(self._json(snapshot, "progress") if self._as_json else plain_line(snapshot))

    def close(self, snapshot: Snapshot, *, failed: bool) -> None:
        if self._as_json:
            self._write(self._json(snapshot, "failed" if failed else "done"))
        else:
            self._write(summary_line(snapshot, failed=failed))

    def _json(self, snapshot: Snapshot, event: str) -> str:
        from hfcli_core.output.machine import to_json

        return to_json(json_object(snapshot, event=event), ascii_only=True)
