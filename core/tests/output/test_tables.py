"""Tables fit the terminal, whatever is in them."""

from __future__ import annotations

from typing import Any

import pytest
from hfcli_core.output.tables import Column, cell_width, cut_to_width, human_value, render_table
from hypothesis import given, strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
CELLS = st.lists(st.lists(ANY_TEXT, min_size=3, max_size=3), max_size=5)
COLUMNS = [Column("a"), Column("b", align="right"), Column("c", header="", min_width=4)]


def _rows(cells: list[list[str]]) -> list[dict[str, Any]]:
    return [dict(zip("abc", line, strict=True)) for line in cells]


def test_the_sample_of_the_guide() -> None:
    rows = [
        {"id": "dataset/nyu-mll/glue", "size": "157.4M", "last_accessed": "2 days ago", "refs": ["main", "script"]},
        {"id": "model/LiquidAI/LFM2-VL-1.6B", "size": "3.2G", "last_accessed": "4 days ago", "refs": ["main"]},
    ]
    columns = [
        Column("id"),
        Column("size", align="right", min_width=8),
        Column("last_accessed"),
        Column("refs", human=" ".join),
    ]
    text, cut = render_table(rows, columns)
    assert not cut
    assert text == (
        "ID                          SIZE     LAST_ACCESSED REFS        \n"
        "--------------------------- -------- ------------- ----------- \n"
        "dataset/nyu-mll/glue          157.4M 2 days ago    main script \n"
        "model/LiquidAI/LFM2-VL-1.6B     3.2G 4 days ago    main        \n"
    )


@given(CELLS, st.integers(6, 120))
def test_every_line_has_the_same_width_and_fits(cells: list[list[str]], width: int) -> None:
    text, cut = render_table(_rows(cells), COLUMNS, width=width)
    lines = text.splitlines()
    assert len(lines) == len(cells) + 2
    assert len({cell_width(line) for line in lines}) == 1
    assert cell_width(lines[0]) <= width
    whole, _ = render_table(_rows(cells), COLUMNS)
    assert cut == (cell_width(whole.splitlines()[0]) > width)


@given(CELLS)
def test_without_a_width_nothing_is_cut(cells: list[list[str]]) -> None:
    rows = _rows(cells)
    text, cut = render_table(rows, COLUMNS)
    assert not cut
    for line, row in zip(text.splitlines()[2:], rows, strict=True):
        assert all(column.cell(row) in line for column in COLUMNS)


@given(ANY_TEXT, st.integers(1, 30))
def test_a_cut_text_keeps_its_beginning(text: str, width: int) -> None:
    cut = cut_to_width(text, width)
    assert cell_width(cut) <= max(width, 0)
    assert cut == text or text.startswith(cut.removesuffix("..."))


def test_the_widest_column_gives_way_first() -> None:
    row = {"id": "org/" + "x" * 60, "size": "3.2G", "state": "running"}
    text, cut = render_table([row], [Column("id"), Column("size"), Column("state")], width=40)
    assert cut
    assert text.splitlines()[2] == "org/xxxxxxxxxxxxxxxxxxx... 3.2G running "


def test_wide_characters_take_two_cells() -> None:
    text, _ = render_table([{"id": "模型"}, {"id": "ab"}], [Column("id"), Column("n")], width=20)
    assert text.splitlines()[2:] == ["模型   ", "ab     "]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (["a", 1, None], "a, 1, "),
        ({"a": 1, "b": False}, "a=1, b=no"),
    ],
)
def test_values_as_people_read_them(value: object, text: str) -> None:
    assert human_value(value) == text
