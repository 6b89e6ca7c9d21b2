"""Names and patterns that cannot be meant as they were written, or that leave nothing to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hfcli_core.api import UsageError
from hfcli_transfer.cli.download_words import stray_after_exclude
from hfcli_transfer.download.target import misplaced_repo, read_target

if TYPE_CHECKING:
    from hfcli_hub.testkit.cli import Cli

    from .conftest import Model


@pytest.mark.parametrize(
    ("arguments", "code", "error", "hint"),
    [
        (["config.json", "confg.json"], 5, "no file 'confg.json'", "did you mean config.json"),
        (["*.json", "confg.json"], 5, "no file 'confg.json'", "did you mean config.json"),
        (["confg.json", "--include=*.json"], 5, "no file 'confg.json'", "did you mean config.json"),
        (["config.json", "onx/"], 15, "matches 'onx/'", "the repo has"),
        (
            ["*.jsn", "--include=*.bin"],
            15,
            "none of the 7 files of model 'alice/model' matches '*.jsn', '*.bin'",
            "the",
        ),
        (["--include", "onnx"], 15, "matches 'onnx'", "'onnx/' means all files of that folder"),
        (["config.json", "--exclude=/config.json"], 15, "--exclude takes off the only file wanted", "narrow it"),
        (["--include=*.json", "--exclude=*.json"], 15, "--exclude takes off all 2 files wanted", "narrow it"),
        (["--include", ""], 2, "empty", "variable"),
        (["--exclude="], 2, "empty", "variable"),
        (["--transport="], 2, "empty", "variable"),
        (["../config.json"], 2, "outside of it: '../config.json'", "from its root"),
        (["onnx/../config.json"], 2, "outside of it", "from its root"),
        (["--include=..\\*"], 2, "outside of it", "from its root"),
        (["--exclude=./../*"], 2, "outside of it", "from its root"),
        (
            ["--exclude", "*.bin", "config.json"],
            2,
            "--exclude takes one pattern, so config.json after it would be a file",
            "write --exclude '*.bin' --exclude config.json, or put the file names before the options",
        ),
    ],
)
def test_what_is_said(cli: Cli, model: Model, arguments: list[str], code: int, error: str, hint: str) -> None:
    result = cli("download", "alice/model", *arguments)
    assert result.returncode == code, result.stderr
    first, second = result.stderr.splitlines()
    assert first.startswith("Error: ")
    assert second.startswith("Hint: ")
    assert error in first
    assert hint in second
    assert result.stdout == ""
    assert not model.snapshot.exists()


def test_help_is_given_whatever_stands_beside_it(cli: Cli) -> None:
    assert cli("download", "a/b", "--exclude", "x", "y", "--help").returncode == 0


@pytest.mark.parametrize(
    ("line", "stray"),
    [
        ("r --exclude x y", ("x", "y")),
        ("r f --exclude x y --exclude z", ("x", "y")),
        ("r --include i --exclude x y z", ("x", "y")),
        ("--exclude x r --exclude y z", ("y", "z")),
        ("--exclude x *.bin r", ("x", "*.bin")),
        ("r --exclude --quiet y", ("--quiet", "y")),
        ("r --exclude -- y", ("--", "y")),
        ("r --exclude x -", ("x", "-")),
        ("--exclude x r", None),
        ("--exclude x r y", None),
        ("r y --exclude x", None),
        ("r --exclude=x y", None),
        ("r --exclude x -- y", None),
        ("r --exclude x --quiet y", None),
        ("r --exclude x --include i y", None),
        ("r --exclude x --include=i y", None),
        ("r --include --exclude x y", None),
        ("r --include x y", None),
        ("r --exclude", None),
        ("", None),
    ],
)
def test_a_word_after_an_exclude(line: str, stray: tuple[str, str] | None) -> None:
    assert stray_after_exclude(line.split(), {"--include", "--exclude"}) == stray


@pytest.mark.parametrize(
    ("first", "others", "repo"),
    [
        ("config.json", "openai-community/gpt2", "openai-community/gpt2"),
        ("CONFIG.JSON", "openai-community/gpt2", "openai-community/gpt2"),
        ("onnx/model.onnx", "README.md alice/model", "alice/model"),
        ("a/b/c.txt", "alice/model", "alice/model"),
        ("data/train/x", "datasets/alice/squad", "datasets/alice/squad"),
        ("config.json", "hf://gpt2", "hf://gpt2"),
        ("config.json", "https://huggingface.co/gpt2", "https://huggingface.co/gpt2"),
        ("config.json", "alice/model@v1.0", "alice/model@v1.0"),
        ("*.json", "gpt2", "gpt2"),
        ("*.json", "gpt2 alice/model", "alice/model"),
        ("./config.json", "gpt2", "gpt2"),
        ("part[1]", "README.md gpt2", "gpt2"),
        ("gpt2", "onnx/model", None),
        ("gpt2", "*.json", None),
        ("alice/model", "onnx/model", None),
        ("bert.cpp", "src/model", None),
        ("Qwen/Qwen2.5-7B", "data/x", None),
        ("config.json", "", None),
        ("config.json", "gpt2", None),
        ("config.json", "README.md", None),
        ("alice/model.json", "onnx/model.onnx", None),
        ("hf://alice/model.json", "onnx/model", None),
        ("https://huggingface.co/gpt2/blob/main/config.json", "a/b", None),
        ("*.json", "README.md", None),
        ("alice model", "config.json", None),
    ],
)
def test_a_repo_that_is_not_first(first: str, others: str, repo: str | None) -> None:
    assert misplaced_repo(first, others.split()) == repo


def test_the_order_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        read_target("*.json", ["a b", "alice/model"], repo_type=None, revision=None, endpoint="https://hub")
    assert caught.value.message == "the repo comes first, but '*.json' stands in its place"
    assert caught.value.hint == "write hf download alice/model '*.json' 'a b'"


def test_a_repo_that_is_not_first_is_told_before_anything_is_asked(cli: Cli) -> None:
    result = cli("download", "config.json", "alice/model", env={"HF_ENDPOINT": "http://nobody.invalid"})
    assert result.returncode == 2
    assert result.stderr.splitlines()[1] == "Hint: write hf download alice/model config.json"
