"""What is ours and what is the command's: a command line, and what the job would run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Plan = Callable[..., dict[str, Any]]

IMAGE = "python:3.12"
RUN: list[tuple[list[str], list[str], dict[str, Any]]] = [
    ([IMAGE, "python", "-c", "print(1)"], ["python", "-c", "print(1)"], {"flavor": "cpu-basic"}),
    ([IMAGE, "ls", "-d"], ["ls", "-d"], {}),
    ([IMAGE, "ls", "--", "-d"], ["ls", "--", "-d"], {}),
    ([IMAGE, "--", "ls", "-d"], ["ls", "-d"], {}),
    ([IMAGE, "--", "--", "ls"], ["--", "ls"], {}),
    (["--", IMAGE, "ls"], ["ls"], {}),
    (["--flavor", "t4-small", IMAGE, "ls"], ["ls"], {"flavor": "t4-small"}),
    (["--flavor=t4-small", IMAGE, "ls"], ["ls"], {"flavor": "t4-small"}),
    ([IMAGE, "train", "--flavor", "t4-small"], ["train", "--flavor", "t4-small"], {"flavor": "cpu-basic"}),
    ([IMAGE, "train", "--timeout=5"], ["train", "--timeout=5"], {"timeoutSeconds": None}),
    (["-e", "A=1", "-e", "B=2", IMAGE, "env"], ["env"], {"environment": {"A": "1", "B": "2"}}),
    (["-eA=1", IMAGE, "env", "-e", "B=2"], ["env", "-e", "B=2"], {"environment": {"A": "1"}}),
    (["-e", "--", IMAGE, "env"], ["env"], "usage"),  # type: ignore[list-item]
    (["-de", "A=1", IMAGE, "env"], ["env"], {"environment": {"A": "1"}}),
    ([IMAGE, "--help"], ["--help"], {}),
    ([IMAGE, "prog", "--json", "-q", "--format", "x"], ["prog", "--json", "-q", "--format", "x"], {}),
    ([IMAGE, "-v"], ["-v"], {}),
    ([IMAGE, "sh", "-c", "echo \"$A\" 'b' \\n"], ["sh", "-c", "echo \"$A\" 'b' \\n"], {}),
    ([IMAGE, ""], [""], {}),
    (["--name", "x", "-l", "a=b", "-l", "c", IMAGE, "ls"], ["ls"], {"labels": {"name": "x", "a": "b", "c": ""}}),
    (["--nonsense", IMAGE, "ls"], [], "usage"),  # type: ignore[list-item]
    ([IMAGE], [], "usage"),  # type: ignore[list-item]
    (["hf.co/spaces/me/app", "ls"], ["ls"], {"spaceId": "me/app", "dockerImage": None}),
    (["https://huggingface.co/spaces/me/app", "ls"], ["ls"], {"spaceId": "me/app"}),
]
SCHEDULED: list[tuple[list[str], list[str], dict[str, Any]]] = [
    (["@hourly", IMAGE, "ls", "-d"], ["ls", "-d"], {"flavor": "cpu-basic"}),
    (["@hourly", "--flavor", "t4-small", IMAGE, "ls"], ["ls"], {"flavor": "t4-small"}),
    (["--flavor", "t4-small", "@hourly", "-e", "A=1", IMAGE, "ls"], ["ls"], {"environment": {"A": "1"}}),
    (["@hourly", IMAGE, "ls", "--suspend"], ["ls", "--suspend"], {}),
    (["@hourly", "--", IMAGE, "ls"], ["ls"], {}),
    (["@hourly", IMAGE, "--", "ls", "--", "x"], ["ls", "--", "x"], {}),
    (["*/5 * * * *", IMAGE, "ls"], ["ls"], {}),
]
UV: list[tuple[list[str], list[str], dict[str, Any]]] = [
    (["s.py"], ["s.py"], {"flavor": "cpu-basic"}),
    (["s.py", "--flavor", "t4-small"], ["s.py"], {"flavor": "t4-small"}),
    (
        ["s.py", "--flavor", "t4-small", "-de", "A=1", "in.csv", "-e", "B=2"],
        ["s.py", "in.csv", "-e", "B=2"],
        {
            "flavor": "t4-small",
            "environment": {"A": "1"},
        },
    ),
    (["s.py", "--epochs", "3", "--flavor", "x"], ["s.py", "--epochs", "3", "--flavor", "x"], {"flavor": "cpu-basic"}),
    (["s.py", "--", "--flavor", "x"], ["s.py", "--flavor", "x"], {"flavor": "cpu-basic"}),
    (["s.py", "--flavor=l4x1", "--", "--flavor=x"], ["s.py", "--flavor=x"], {"flavor": "l4x1"}),
    (["--flavor", "l4x1", "s.py", "--timeout", "5"], ["s.py"], {"flavor": "l4x1", "timeoutSeconds": 5}),
    (["--", "s.py", "--flavor", "x"], ["s.py", "--flavor", "x"], {}),
    (["s.py", "--help"], ["s.py", "--help"], {}),
    (["s.py", "-dx"], ["s.py", "-dx"], {}),
    (["s.py", "-"], ["s.py", "-"], {}),
    (["s.py", "in.csv", "out.parquet"], ["s.py", "in.csv", "out.parquet"], {}),
    (
        ["--with", "a", "s.py", "--with", "b", "-p", "3.12", "x"],
        ["--with", "a", "--with", "b", "--python", "3.12", "s.py", "x"],
        {},
    ),
    (["https://h/s.py", "--flavor", "l4x1", "x"], ["https://h/s.py", "x"], {"flavor": "l4x1"}),
    (["python", "--flavor", "x"], ["python", "--flavor", "x"], {"flavor": "cpu-basic"}),
    (["python", "-c", "print(1)"], ["python", "-c", "print(1)"], {}),
    (["python", "--", "-c"], ["python", "-c"], {}),
    (["s.py", "--flavor"], [], "usage"),  # type: ignore[list-item]
    (["missing.py"], [], "usage"),  # type: ignore[list-item]
]


def check(plan: Plan, words: list[str], command: list[str], fields: Any, *path: str) -> dict[str, Any]:
    if fields == "usage":
        return plan(*path, *words, expect=2)
    body = plan(*path, *words)
    spec = body.get("jobSpec", body)
    assert spec["command"] == command
    assert {name: spec.get(name) for name in fields} == fields
    return body


@pytest.mark.parametrize(("words", "command", "fields"), RUN, ids=lambda value: " ".join(value)[:60] or "-")
def test_run(plan: Plan, words: list[str], command: list[str], fields: Any) -> None:
    check(plan, words, command, fields, "run")


@pytest.mark.parametrize(("words", "command", "fields"), SCHEDULED, ids=lambda value: " ".join(value)[:60] or "-")
def test_scheduled_run(plan: Plan, words: list[str], command: list[str], fields: Any) -> None:
    body = check(plan, words, command, fields, "scheduled", "run")
    assert body["schedule"] == next(word for word in words if word.startswith(("@", "*")))


@pytest.mark.parametrize(("words", "command", "fields"), UV, ids=lambda value: " ".join(value)[:60] or "-")
def test_uv_run(plan: Plan, cli: Any, words: list[str], command: list[str], fields: Any) -> None:
    (cli.work / "s.py").write_text("print(1)\n")
    check(plan, words, ["uv", "run", *command], fields, "uv", "run")


def test_scheduled_uv_run(plan: Plan, cli: Any) -> None:
    (cli.work / "s.py").write_text("print(1)\n")
    words = ["@daily", "--flavor", "l4x1", "s.py", "--timeout", "5", "x", "--suspend"]
    body = check(plan, words, ["uv", "run", "s.py", "x", "--suspend"], {"flavor": "l4x1"}, "scheduled", "uv", "run")
    assert body["schedule"] == "@daily"
    assert body["jobSpec"]["timeoutSeconds"] == 5


def test_a_word_of_the_command_that_may_have_been_meant_for_us(plan: Plan) -> None:
    plan("run", IMAGE, "train", "--flavor=t4-small")
    assert "Hint: --flavor=t4-small is part of the job's command" in plan.err  # type: ignore[attr-defined]
    plan("run", IMAGE, "ls", "-d")
    assert "Hint" not in plan.err  # type: ignore[attr-defined]
