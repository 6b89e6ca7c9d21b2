from __future__ import annotations

import fnmatch

import pytest
from hfcli_core.storage.patterns import Patterns
from hypothesis import given, strategies as st

REPO = [".gitattributes", "README.md", "config.json", "data/a/x.csv", "data/b.csv", "logs/1.txt", "old/logs/2.txt"]


@pytest.mark.parametrize(
    ("include", "exclude", "chosen"),
    [
        (None, None, REPO),
        ([], None, []),
        (["*"], None, REPO),
        (["*.csv"], None, ["data/a/x.csv", "data/b.csv"]),
        (["data/*"], None, ["data/a/x.csv", "data/b.csv"]),
        (["data/**"], None, ["data/a/x.csv", "data/b.csv"]),
        (["data/"], None, ["data/a/x.csv", "data/b.csv"]),
        (["data"], None, []),
        (["/"], None, REPO),
        (["data/?.csv"], None, ["data/b.csv"]),
        (["data??.csv"], None, ["data/b.csv"]),
        (["[Rc]*"], None, ["README.md", "config.json"]),
        (["[!Rc]*.md"], None, []),
        (["readme.md"], None, []),
        (["*.{json,md}"], None, []),
        (["data\\*"], None, ["data/a/x.csv", "data/b.csv"]),
        (["./data/*"], None, []),
        (["/data/*"], None, ["data/a/x.csv", "data/b.csv"]),
        (["config.json", "*.md"], None, ["README.md", "config.json"]),
        (["*.csv"], ["data/a/*"], ["data/b.csv"]),
        (None, ["/logs/*"], [path for path in REPO if path != "logs/1.txt"]),
        (None, ["*logs/*"], [path for path in REPO if "logs" not in path]),
        (None, ["*"], []),
        (None, [], REPO),
        ([""], None, []),
    ],
    ids=str,
)
def test_table(include: list[str] | None, exclude: list[str] | None, chosen: list[str]) -> None:
    assert list(Patterns(include, exclude).filter(REPO)) == chosen


def test_a_backslash_in_a_path_is_a_slash() -> None:
    assert Patterns(["data/*"]).matches("data\\x")


@given(st.text("ab*?[]!-/.", max_size=12), st.text("ab/.-]", max_size=12))
def test_agrees_with_fnmatch_where_we_add_nothing(pattern: str, path: str) -> None:
    if not pattern.startswith("/") and not pattern.endswith("/"):
        assert Patterns([pattern]).matches(path) == fnmatch.fnmatchcase(path, pattern)
