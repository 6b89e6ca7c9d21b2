"""Files and words that set variables (surface.md §8.1)."""

from __future__ import annotations

import pytest
from hfcli_core.dotenv import parse_binding, parse_dotenv
from hfcli_core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("\ufeffA=1\n", {"A": "1"}),
        ("A=1\r\nB = 2 \n\n# note\nexport C=3", {"A": "1", "B": "2", "C": "3"}),
        ("A=one two # note\nB=a#b", {"A": "one two", "B": "a#b"}),
        ('A=\'it is $raw \\n\'\nB="two\\nlines\\t\\"x\\" \\$"', {"A": "it is $raw \\n", "B": 'two\nlines\t"x" $'}),
        ("A='two\nlines'\nB=1", {"A": "two\nlines", "B": "1"}),
        ("A\nB=", {"A": None, "B": ""}),
        ("A=1\nA=2", {"A": "2"}),
    ],
)
def test_what_a_file_sets(text: str, found: dict[str, str | None]) -> None:
    assert parse_dotenv(text, "env") == found


def test_a_bad_line_is_named_and_not_shown() -> None:
    with pytest.raises(UsageError, match=r"^line 2 of env is not of the form NAME=value$"):
        parse_dotenv("A=1\n?secret", "env")


def test_a_word() -> None:
    assert parse_binding("A=b=c", "--env") == ("A", "b=c")
    assert parse_binding("A", "--env") == ("A", None)
    with pytest.raises(UsageError, match=r"^invalid value for '--env': '1' is no name of a variable$"):
        parse_binding("1=secret", "--env")
