"""The wanted set: the union of FILENAMES and --include, less --exclude."""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

from hfcli_core.api import EntryNotFoundError, NothingMatchedError, Repo
from hfcli_transfer.download.request import DownloadRequest
from hfcli_transfer.download.select import select
from hypothesis import given, strategies as st

PATHS = ["README.md", "config.json", "d/config.json", "d/e/x.bin", "d[1]/x.bin", "part[1].bin", "part1.bin"]


class File(NamedTuple):
    path: str


FILES = [File(path) for path in PATHS]

names = st.lists(
    st.sampled_from([*PATHS, "d", "d/", "d/e/", "d[1]", "*.json", "d*", "part[1]*", "*.md", "*.zip", "nope", "no/"]),
    max_size=3,
)
patterns = st.lists(st.sampled_from(["*.json", "d/*", "/d/", "./README.*", "part[1].bin", "*.zip", "*"]), max_size=3)


def chosen(filenames: list[str], include: list[str], exclude: list[str]) -> list[str]:
    """The paths of what is selected; none where that is an error."""
    request = DownloadRequest(
        Repo("model", "alice/model"), filenames=tuple(filenames), include=tuple(include), exclude=tuple(exclude)
    )
    try:
        return [file.path for file in select(request, FILES, lambda _note: None)]
    except (EntryNotFoundError, NothingMatchedError):
        return []


def by_name(name: str) -> set[str]:
    if name in PATHS:
        return {name}
    below = {path for path in PATHS if path.startswith(f"{name.rstrip('/')}/")}
    return below or {path for path in PATHS if fnmatch.fnmatchcase(path, name)}


def by_pattern(pattern: str) -> set[str]:
    pattern = pattern.removeprefix(".").removeprefix("/")
    return {path for path in PATHS if fnmatch.fnmatchcase(path, f"{pattern}*" if pattern.endswith("/") else pattern)}


@given(names, patterns, patterns)
def test_union_and_exclusion(filenames: list[str], include: list[str], exclude: list[str]) -> None:
    wanted = set(PATHS) if not filenames and not include else set[str]()
    for found in [*map(by_name, filenames), *map(by_pattern, include)]:
        wanted |= found
    for pattern in exclude:
        wanted -= by_pattern(pattern)
    if {"nope", "no/"}.intersection(filenames):
        wanted = set()  # a name without wildcards must be there
    assert chosen(filenames, include, exclude) == [path for path in PATHS if path in wanted]


@given(names, patterns, patterns)
def test_the_order_of_words_changes_nothing(filenames: list[str], include: list[str], exclude: list[str]) -> None:
    assert chosen(filenames, include, exclude) == chosen(filenames[::-1], include[::-1], exclude[::-1])
