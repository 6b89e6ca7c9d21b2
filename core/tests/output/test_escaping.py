"""Text from elsewhere cannot act on a terminal, on a log or on a CI system (faults.md S13, S14)."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hfcli_core.output.escaping import escape, escape_json, escape_lines
from hfcli_core.output.machine import to_json
from hypothesis import given, strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("model/org/name v1.0 (été) 模型 🤗", "model/org/name v1.0 (été) 模型 🤗"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x1b]8;;http://evil\x07click\x1b]8;;\x07", "\\x1b]8;;http://evil\\x07click\\x1b]8;;\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("over\rwritten\b\n", "over\\rwritten\\x08\\n"),
        ("a\tb", "a\\tb"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone\udc80", "lone\\udc80"),
        ("::error file=x::gone", "\\x3a:error file=x::gone"),
        ("  ::set-output name=a::b", "  \\x3a:set-output name=a::b"),
        ("std::vector and ::", "std::vector and ::"),
        ("x ##vso[task.setvariable]y", "x \\x23#vso[task.setvariable]y"),
        ("##[add-path]/tmp", "\\x23#[add-path]/tmp"),
        ("##teamcity[x]", "\\x23#teamcity[x]"),
        ("## a heading", "## a heading"),
    ],
)
def test_shows_what_would_act_and_keeps_the_rest(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(ANY_TEXT)
def test_nothing_that_acts_survives(text: str) -> None:
    shown = escape(text)
    bad = [
        c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(c) in BIDI
    ]
    assert bad == []
    assert not shown.lstrip().startswith(tuple(f"::{c}" for c in "abcxyz"))
    shown.encode()


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(ANY_TEXT)
def test_an_escaped_text_is_not_changed_again(text: str) -> None:
    assert escape(escape(text)) == escape(text)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1))
def test_ordinary_text_is_untouched(text: str) -> None:
    assert escape(text) == text


def test_our_own_line_breaks_stay_but_start_no_command() -> None:
    assert escape_lines("one\n::error::two\x1b") == "one\n\\x3a:error::two\\x1b"


@given(st.recursive(ANY_TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3)))
def test_json_loses_nothing_and_shows_no_control_character(data: object) -> None:
    document = to_json(data)
    assert json.loads(document) == _joined_surrogates(data)
    assert [c for c in document if unicodedata.category(c) in {"Cc", "Cs"}] == []


def test_json_gives_no_orders_to_a_ci_system() -> None:
    document = escape_json(json.dumps({"name": "##vso[task.complete]"}))
    assert "##vso[" not in document
    assert json.loads(document) == {"name": "##vso[task.complete]"}


def _joined_surrogates(data: object) -> object:
    """JSON cannot tell two lone surrogates in a row from the character that they make together."""
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(data, list):
        return [_joined_surrogates(item) for item in data]
    assert isinstance(data, dict)
    return {_joined_surrogates(key): _joined_surrogates(value) for key, value in data.items()}
