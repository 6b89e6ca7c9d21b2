"""Tables for people, in the form of the guide: SCREAMING_SNAKE headers, a rule of dashes, every cell padded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hfcli_core.output.escaping import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the key of its value in each row, and how people see it.

    ``header`` is the key in capitals by default; ``human`` makes the text of a cell from the raw value; ``min_width``
    is in terminal cells. Formats for programs show the raw value under the key.
    """

    key: str
    header: str | None = None
    align: Literal["left", "right"] = "left"
    human: Callable[[Any], str] | None = None
    min_width: int = 0

    @property
    def title(self) -> str:
        return self.key.upper() if self.header is None else self.header

    def cell(self, row: Mapping[str, Any]) -> str:
        value = row.get(self.key)
        return escape(human_value(value) if self.human is None else self.human(value))


def human_value(value: Any) -> str:
    """A raw value as a person reads it: nothing for None, yes and no, lists with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(human_value(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={human_value(item)}" for key, item in value.items())
    return str(value)


def render_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, width: int | None = None
) -> tuple[str, bool]:
    """The text of a table, and whether cells were cut to make its lines fit ``width`` terminal cells.

    Every line has the same width. A terminal of fewer than two cells for each column is not served.
    """
    cells = [[column.cell(row) for column in columns] for row in rows]
    titles = [column.title for column in columns]
    widths = [
        max(column.min_width, *(cell_width(line[index]) for line in [titles, *cells]))
        for index, column in enumerate(columns)
    ]
    cut = width is not None and sum(widths) + len(widths) > width
    if cut and width is not None:
        widths = _shrink(widths, width - len(widths))
    aligned_right = [column.align == "right" for column in columns]
    lines = [
        _line(titles, widths, [False] * len(columns)),
        _line(["-" * one for one in widths], widths, [False] * len(columns)),
        *(_line(line, widths, aligned_right) for line in cells),
    ]
    return "".join(f"{line}\n" for line in lines), cut


def cell_width(text: str) -> int:
    """How many terminal cells the text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    # Only text beyond ASCII needs the tables of Unicode.
    from rich.cells import cell_len

    return cell_len(text)


def cut_to_width(text: str, width: int) -> str:
    """The text, or as much of its beginning as fits ``width`` cells together with an ellipsis."""
    if cell_width(text) <= width:
        return text
    ellipsis = _ELLIPSIS if width > len(_ELLIPSIS) else ""
    if text.isascii():
        return text[: width - len(ellipsis)] + ellipsis
    kept = text[: width - len(ellipsis)]
    while cell_width(kept) > width - len(ellipsis):
        kept = kept[:-1]
    return kept + ellipsis


def _shrink(widths: Sequence[int], available: int) -> list[int]:
    """Take from the widest columns first, so that short ones stay whole."""
    shrunk = list(widths)
    excess = sum(shrunk) - available
    while excess > 0:
        widest = max(shrunk)
        if widest <= 1:
            break
        at_widest = [index for index, width in enumerate(shrunk) if width == widest]
        next_widest = max((width for width in shrunk if width < widest), default=1)
        step = max(1, min(widest - next_widest, excess // len(at_widest)))
        for index in at_widest:
            taken = min(step, excess)
            shrunk[index] -= taken
            excess -= taken
    return shrunk


def _line(cells: Sequence[str], widths: Sequence[int], aligned_right: Sequence[bool]) -> str:
    parts = []
    for cell, width, right in zip(cells, widths, aligned_right, strict=True):
        text = cut_to_width(cell, width)
        padding = " " * (width - cell_width(text))
        parts.append(f"{padding}{text} " if right else f"{text}{padding} ")
    return "".join(parts)
