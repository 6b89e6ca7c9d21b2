"""Results for programs: JSON, CSV and tab-separated text.

JSON is one line, with raw numbers, full hashes and every key of a row; it loses nothing, as what a terminal must not
see is escaped by JSON's own rules. CSV has every key of a row too, CRLF line ends and lists joined by spaces; TSV has
the columns of the table. Neither of these two can express a control character, so there it becomes visible text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hfcli_core.output.escaping import escape, escape_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def to_json(data: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """A JSON document without its final line break. Paths and dates become text, sets lists, NaN and infinity null."""
    separators = (",", ":") if indent is None else (",", ": ")

    def dump(value: Any) -> str:
        return json.dumps(
            value, indent=indent, separators=separators, ensure_ascii=ascii_only, allow_nan=False, default=_plain
        )

    try:
        return escape_json(dump(data))
    except ValueError:
        return escape_json(dump(_without_nan(data)))


def to_csv(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> str:
    """A header and one record for each row, under ``keys`` or, where there are rows, under all of their keys."""
    import csv
    import io

    found = dict.fromkeys(key for row in rows for key in row)
    names = list(found) or list(keys)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([escape(name) for name in names])
    writer.writerows([escape(_flat(row.get(name))) for name in names] for row in rows)
    return buffer.getvalue()


def to_tsv(rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> str:
    """A line of raw keys, then a line of raw values for each row."""
    lines = [keys, *([_flat(row.get(key), separator=", ") for key in keys] for row in rows)]
    return "".join("\t".join(escape(cell) for cell in line) + "\n" for line in lines)


def _flat(value: Any, *, separator: str = " ") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and not any(isinstance(item, dict | list | tuple) for item in value):
        return separator.join(_flat(item) for item in value)
    if isinstance(value, dict | list | tuple):
        return to_json(value)
    return str(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    # Only NaN and the infinities are not finite: each differs from itself when subtracted.
    return None if isinstance(value, float) and value - value != 0 else value
