"""Each example of the guide is typed as it stands, and prints what the guide says (but for errata.md)."""

from __future__ import annotations

import re

import pytest

from tests.guide import (
    auth_cases,
    cache_cases,
    download_cases,
    endpoint_cases,
    jobs_cases,
    other_cases,
    repo_cases,
    upload_cases,
)
from tests.guide.examples import Example, read_examples, read_unrun
from tests.guide.world import Case, World, expected_stdout, fetched

_AREAS = (
    *(auth_cases, download_cases, upload_cases, repo_cases, cache_cases),
    *(jobs_cases, endpoint_cases, other_cases),
)
CASES: dict[str, Case] = {text: case for area in _AREAS for text, case in area.CASES.items()}
RUN = [example for example in read_examples() if example.text in CASES]


@pytest.mark.parametrize("example", RUN, ids=lambda example: example.text.replace("/", "|"))
def test_example(world: World, example: Example) -> None:
    case = CASES[example.text]
    case.before(world)
    if case.typed:
        done = world.type_command(example.text, case.typed)
    else:
        done = world.run_command(example.text, token="" if case.anonymous else None, types=case.types)
    assert done.returncode == 0, done.stderr
    if example.sample or case.prints:
        shown = done.stdout.splitlines()
        if example.text == "hf env":
            assert labels(shown) == ["hfcli version", *labels(example.sample)]
            assert shown[1:3] == [*example.sample[:1], ""]
        else:
            assert shown == expected_stdout(world, case, example.sample)
    count = fetched(example.sample)
    if count is not None:
        assert f"Fetching {count} files" in done.stderr
    if "--quiet" in example.text:
        assert done.stderr == ""
    case.after(world)
    assert not world.hub.record.credentials_at_content()


def labels(lines: tuple[str, ...] | list[str]) -> list[str]:
    """The names of the fields of ``hf env``, in order."""
    return re.findall("^- (.+?): ", "\n".join(lines), flags=re.MULTILINE)


def test_no_example_is_forgotten() -> None:
    unrun = read_unrun()
    used: set[str] = set()
    for example in read_examples():
        reasons = {start for start in unrun if example.text.startswith(start)}
        used |= reasons
        assert (example.text in CASES) != bool(reasons), f"run or listed in errata.md, one of both: {example.name}"
    assert used == set(unrun), "errata.md lists what the guide does not say"
    assert set(CASES) == {example.text for example in RUN}, "a case that is no example"
