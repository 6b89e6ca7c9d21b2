"""Numbers as people read them, and sizes as they write them."""

from __future__ import annotations

import re

_AGES = (
    ("second", 1, 59),
    ("minute", 60, 59),
    ("hour", 3600, 23),
    ("day", 86400, 6),
    ("week", 604800, 6),
    ("month", 30 * 86400, 11),
)
_SIZE = r"(\d{1,15}(?:\.\d{0,15})?|\.\d{1,15}) ?(?:([KkMmGgTt])(i?))?B?"
_YEAR = 365 * 86400


def format_size(size: float) -> str:
    """Decimal units, one decimal, no ``B``: ``0.0``, ``9.0``, ``1.0K``, ``35.5G`` (wire.md §10)."""
    for unit in ("", "K", "M", "G", "T", "P", "E", "Z"):
        if abs(size) < 1000.0:
            return f"{size:.1f}{unit}"
        size /= 1000.0
    return f"{size:.1f}Y"


def parse_size(text: str) -> int:
    """Bytes from ``500``, ``500k``, ``20M`` or ``1.5MiB``. An ``i`` makes a unit binary, and a ``B`` may follow it.

    The letter of the unit may be large or small. Raises ``ValueError`` for anything else: also for a small ``b``, as
    that means bits.
    """
    found = re.fullmatch(_SIZE, text.strip(), re.ASCII)
    if found is None:
        raise ValueError(text)
    number, unit, binary = found.groups("")
    return int(float(number) * (1024 if binary else 1000) ** " kmgt".index(unit.lower() or " "))


def format_bytes_exact(size: int) -> str:
    """``1,048,576 bytes``."""
    return "1 byte" if size == 1 else f"{size:,} bytes"


def format_duration(seconds: float | None) -> str:
    """``45s``, ``1m 32s``, ``2h 15m``, and ``--`` when it is not known (wire.md §10)."""
    if seconds is None:
        return "--"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60}s"
    return f"{whole // 3600}h {whole % 3600 // 60}m"


def format_age(seconds: float) -> str:
    """How long ago, from an age in seconds: ``a few seconds ago``, ``2 days ago`` (surface.md §6.1)."""
    if seconds < 20:
        return "a few seconds ago"
    for label, length, most in _AGES:
        if round(seconds / length) <= most:
            return _ago(round(seconds / length), label)
    return _ago(round(seconds / _YEAR), "year")


def _ago(number: int, label: str) -> str:
    # 365 days are no 12 months of 30 days yet, and rounding must not say "0 years".
    number = max(1, number)
    return f"{number} {label}{'' if number == 1 else 's'} ago"
