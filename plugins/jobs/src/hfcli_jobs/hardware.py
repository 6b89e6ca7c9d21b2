"""Machines as rows of a table (wire.md §5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column

from hfcli_jobs.shapes import snake

if TYPE_CHECKING:
    from collections.abc import Mapping


def hardware_row(item: Mapping[str, Any]) -> dict[str, Any]:
    """Every field in snake case, with the price of an hour in dollars under ``hourly``, None where it is not told."""
    fields: dict[str, Any] = snake(dict(item))
    price = _number(fields.get("unit_cost_usd"))
    if price is None and (micro := _number(fields.get("unit_cost_micro_usd"))) is not None:
        price = micro / 1e6
    per_minute = price if fields.get("unit_label", "minute") == "minute" else None
    return {**fields, "minutely": per_minute, "hourly": None if per_minute is None else 60 * per_minute}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _price(digits: int) -> Any:
    return lambda value: "--" if value is None else "free" if value == 0 else f"${value:.{digits}f}"


def _accelerator(value: Any) -> str:
    if not isinstance(value, dict):
        return "--"
    return f"{value.get('quantity', 1)}x {value.get('model', '?')} ({value.get('vram', '?')})"


COLUMNS = (
    Column("name", "NAME"),
    Column("pretty_name", "PRETTY NAME"),
    Column("cpu", "CPU"),
    Column("ram", "RAM"),
    Column("ephemeral_storage", "STORAGE", human=lambda value: str(value or "--")),
    Column("accelerator", "ACCELERATOR", human=_accelerator),
    Column("minutely", "COST/MIN", align="right", human=_price(4)),
    Column("hourly", "COST/HOUR", align="right", human=_price(2)),
)
