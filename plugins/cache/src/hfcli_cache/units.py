"""Sizes and ages as ``hf cache`` takes them (surface.md §6.1)."""

from __future__ import annotations

import re

from hfcli_core.api import UsageError

_SIZES = {"": 1, **{unit: 1000**power for power, unit in enumerate("kmgtp", start=1)}}
SIZE_UNITS = {"": 1, "b": 1, **{unit: factor for unit, factor in _SIZES.items() if unit}} | {
    f"{unit}b": factor for unit, factor in _SIZES.items() if unit
}
AGE_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 30 * 86400, "y": 365 * 86400}

_QUANTITY = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([a-z]*)", re.ASCII | re.IGNORECASE)


def parse_size(text: str) -> float:
    """Bytes from ``100``, ``30g``, ``1.5GB``; decimal units, large or small."""
    return _parse(text, SIZE_UNITS, "size")


def parse_age(text: str) -> float:
    """Seconds from ``90``, ``36h``, ``1.5d``, ``2w``, ``6mo``, ``1y``."""
    return _parse(text, AGE_UNITS, "age")


def _parse(text: str, units: dict[str, int], what: str) -> float:
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"Not a number with a unit, as a {what} is: '{text}'")
    unit = match[2].lower()
    if unit not in units:
        known = ", ".join(unit for unit in units if unit)
        raise UsageError(f"Unknown unit '{match[2]}' in '{text}'", hint=f"one of {known}, or none")
    return float(match[1]) * units[unit]
