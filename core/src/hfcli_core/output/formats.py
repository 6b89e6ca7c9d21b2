"""The values of ``--format``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from hfcli_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Format(StrEnum):
    """How a result is shown. A plugin's format counts as ``JSON`` for everything but the text of the result."""

    HUMAN = "human"
    JSON = "json"
    CSV = "csv"
    QUIET = "quiet"
    AGENT = "agent"


def parse_format(text: str, environ: Mapping[str, str]) -> Format:
    """The format that a value of ``--format`` stands for.

    ``table`` is ``human``; ``auto`` is ``agent`` where a program that drives other programs says that it is there, by
    ``AI_AGENT`` or ``AGENT`` (wire.md §9), and ``human`` otherwise, whether or not there is a terminal.
    """
    if text == "auto":
        is_agent = any(environ.get(name, "").strip() for name in ("AI_AGENT", "AGENT"))
        return Format.AGENT if is_agent else Format.HUMAN
    if text == "table":
        return Format.HUMAN
    try:
        return Format(text)
    except ValueError:
        known = ", ".join(["auto", "table", *Format])
        raise UsageError(f"no such output format: {text}", hint=f"one of {known}") from None
