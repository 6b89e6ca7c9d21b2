from __future__ import annotations

import fnmatch

import pytest
from hfcli_core.storage.patterns import Patterns, anchored
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
        (["./data/*"], None, ["data/a/x.csv", "data/b.csv"]),
        (["./"], None, REPO),
        (["././/data/"], None, ["data/a/x.csv", "data/b.csv"]),
        ([".\\data\\"], None, ["data/a/x.csv", "data/b.csv"]),
        (["../data/*"], None, []),
        ([".gitattributes"], None, [".gitattributes"]),
        (None, ["./logs/", ".git*"], [path for path in REPO if path not in (".gitattributes", "logs/1.txt")]),
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


PATTERN = st.text("ab*?[]!-/.\\", max_size=12)
PATH = st.text("ab/.-]", max_size=12)


def by_fnmatch(pattern: str, path: str) -> bool:
    """What the class promises, word by word, on the matcher of the standard library."""
    pattern = pattern.replace("\\", "/")
    if pattern.endswith("/"):
        pattern += "*"
    while pattern.startswith(("/", "./")):
        pattern = pattern.partition("/")[2]
    return fnmatch.fnmatchcase(path, pattern)


@given(PATTERN, PATH)
def test_agrees_with_fnmatch(pattern: str, path: str) -> None:
    assert Patterns([pattern]).matches(path) == by_fnmatch(pattern, path)


@given(st.lists(PATTERN, max_size=3), st.lists(PATTERN, max_size=3), PATH)
def test_several_patterns_are_a_union(some: list[str], others: list[str], path: str) -> None:
    either = Patterns(some).matches(path) or Patterns(others).matches(path)
    assert Patterns([*some, *others]).matches(path) == either
    assert Patterns(exclude=[*some, *others]).matches(path) == (not either)


@given(st.lists(PATTERN, max_size=3), st.lists(PATTERN, max_size=3), PATH)
def test_what_is_excluded_is_taken_off(include: list[str], exclude: list[str], path: str) -> None:
    assert Patterns(include, exclude).matches(path) == (
        Patterns(include).matches(path) and not Patterns(exclude).matches(path)
    )


@given(PATTERN)
def test_anchoring_is_done_once(pattern: str) -> None:
    once = anchored(pattern)
    assert anchored(once) == once
    assert not once.startswith(("/", "./"))


@given(st.text("ab*?", min_size=1, max_size=8), st.sampled_from(["/", "./", ".//", ".\\"]), PATH)
def test_a_pattern_begins_at_the_root_anyway(pattern: str, root: str, path: str) -> None:
    assert Patterns([root + pattern]).matches(path) == Patterns([pattern]).matches(path)
