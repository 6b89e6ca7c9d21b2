"""Every option of ``hf upload`` makes a difference, and none is silently ignored."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

EVERYTHING = [".gitattributes", "README.md", "config.json", "model.safetensors", "onnx/model.onnx"]


@pytest.mark.parametrize("option", ["--repo-type=dataset", "--type=dataset"])
def test_repo_type(hub, cli, model, option) -> None:
    assert cli("upload", "alice/d", "./model", option).lines == [f"{hub.endpoint}/datasets/alice/d/tree/main/"]
    assert hub.list_files("alice/d", "dataset") == EVERYTHING


def test_a_space_is_created_with_an_sdk(hub, cli, model) -> None:
    assert cli("upload", "alice/s", "./model", "--repo-type", "space").returncode == 0
    assert hub.repo("alice/s", "space").sdk == "gradio"


def test_revision_is_made_from_main(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"old.txt": b"old"})
    result = cli("upload", "alice/m", "./model/config.json", "--revision", "feature/x")
    assert result.stdout == f"{hub.endpoint}/alice/m/blob/feature%2Fx/config.json\n"
    assert "created the branch feature/x from main" in result.stderr
    assert hub.list_files("alice/m", revision="feature/x") == [".gitattributes", "config.json", "old.txt"]
    assert hub.list_files("alice/m") == [".gitattributes", "old.txt"]
    again = cli("upload", "alice/m", "./model/README.md", "--revision", "feature/x")
    assert "created" not in again.stderr


def test_revision_of_a_repo_that_is_created(hub, cli, model) -> None:
    assert cli("upload", "alice/new", "./model", "--revision", "dev").returncode == 0
    assert hub.list_files("alice/new", revision="dev") == EVERYTHING
    assert hub.list_files("alice/new") == [".gitattributes"]


def test_create_pr_to_the_repo_of_another(hub, cli, model) -> None:
    hub.create_repo("bob/m")
    result = cli("upload", "bob/m", "./model", "--create-pr", "--json")
    assert result.returncode == 0, result.stderr
    made = result.json()
    assert made["url"] == f"{hub.endpoint}/bob/m/tree/refs%2Fpr%2F1/"
    assert made["pr_url"] == f"{hub.endpoint}/bob/m/discussions/1"
    assert made["pr_url"] in result.stderr
    assert hub.list_files("bob/m") == [".gitattributes"]
    assert hub.list_files("bob/m", revision="refs/pr/1") == EVERYTHING


def test_revision_of_a_pull_request(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    cli("upload", "alice/m", "./model/config.json", "--create-pr")
    more = cli("upload", "alice/m", "./model/onnx", ".", "--revision", "refs/pr/1")
    assert more.stdout == f"{hub.endpoint}/alice/m/tree/refs%2Fpr%2F1/\n"
    assert hub.list_files("alice/m", revision="refs/pr/1") == [".gitattributes", "config.json", "model.onnx"]
    assert hub.list_files("alice/m") == [".gitattributes"]


def test_create_pr_against_a_branch(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    cli("upload", "alice/m", "./model/config.json", "--revision", "dev")
    result = cli("upload", "alice/m", "./model/README.md", "--revision", "dev", "--create-pr")
    assert result.returncode == 0
    assert hub.list_files("alice/m", revision="refs/pr/1") == [".gitattributes", "README.md", "config.json"]
    missing = cli("upload", "alice/m", "./model", "--revision", "nowhere", "--create-pr")
    assert missing.returncode == 5


def test_create_pr_where_nothing_changed(hub, cli, model) -> None:
    cli("upload", "alice/m", "./model")
    result = cli("upload", "alice/m", "./model", "--create-pr", "--json").json()
    assert (result["url"], result["pr_url"]) == (f"{hub.endpoint}/alice/m/tree/main/", None)
    assert hub.repo("alice/m").pulls() == []


@pytest.mark.parametrize(("option", "private"), [("--private", True), ("--no-private", False)])
def test_private(hub, cli, model, option, private) -> None:
    assert cli("upload", "alice/m", "./model", option).returncode == 0
    assert hub.repo("alice/m").private is private
    other = "--no-private" if private else "--private"
    result = cli("upload", "alice/m", "./model", other)
    assert f"{other} is for repos that are created" in result.stderr
    assert hub.repo("alice/m").private is private


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--include", "*.json", "--include", "onnx/"], ["config.json", "onnx/model.onnx"]),
        (["--exclude", "/onnx/*", "--exclude", "*.md"], ["config.json", "model.safetensors"]),
        (["--include", "*model*", "--exclude", "onnx/*"], ["model.safetensors"]),
    ],
)
def test_include_and_exclude(hub, cli, model, options, expected) -> None:
    assert cli("upload", "alice/m", "./model", "sub", *options).returncode == 0
    assert hub.list_files("alice/m") == [".gitattributes", *(f"sub/{path}" for path in expected)]


def test_delete_what_is_no_longer_here(hub, cli, model, titles) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"old.txt": b"1", "logs/a.log": b"2", "config.json": b"3", "keep.md": b"4"})
    result = cli(
        "upload", "alice/m", "./model", "--exclude", "onnx/*", "--delete", "*.txt", "--delete", "logs/*", "--json"
    )
    assert result.json()["deleted"] == 2
    assert hub.list_files("alice/m") == sorted([*EVERYTHING[:-1], "keep.md"])
    assert len(titles("alice/m")) == 2


def test_delete_is_relative_to_the_path_in_the_repo(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"a.txt": b"1", "sub/a.txt": b"2", "sub/deep/b.txt": b"3", "subway.txt": b"4"})
    assert cli("upload", "alice/m", "./model/onnx", "sub", "--delete", "*").returncode == 0
    assert hub.list_files("alice/m") == [".gitattributes", "a.txt", "sub/model.onnx", "subway.txt"]


def test_delete_alone_and_unchanged_files_stay(hub, cli, model) -> None:
    cli("upload", "alice/m", "./model")
    hub.put_files("alice/m", {"old.txt": b"1"})
    assert cli("upload", "alice/m", "./model", "--delete", "*").returncode == 0
    assert hub.list_files("alice/m") == EVERYTHING
    empty = cli.work / "empty"
    empty.mkdir()
    assert cli("upload", "alice/m", "./empty", "nosuchfolder", "--delete", "*").returncode == 0
    assert cli("upload", "alice/m", "./empty", "onnx", "--delete", "*").returncode == 0
    assert hub.list_files("alice/m") == EVERYTHING[:-1]


def test_commit_message_and_description(hub, cli, model) -> None:
    options = ["--commit-message", "Epoch 34/50", "--commit-description", "Val accuracy: 68%."]
    assert cli("upload", "alice/m", "./model", *options).returncode == 0
    git = hub.repo("alice/m").git
    newest = next(iter(git.log(git.resolve("main"))))
    assert (newest.title, newest.message.strip()) == ("Epoch 34/50", "Val accuracy: 68%.")


def test_the_message_names_a_single_file(cli, model, titles) -> None:
    cli("upload", "alice/m", "./model/config.json", "/vae/config.json")
    assert titles("alice/m") == ["Upload vae/config.json with hfcli"]


def test_token(hub, cli, model) -> None:
    result = cli("upload", "model", "./model", "--token", hub.token("bob"))
    assert result.stdout == f"{hub.endpoint}/bob/model/tree/main/\n"
    assert hub.token("bob") not in result.stderr


def test_progress(hub, cli, model) -> None:
    result = cli("upload", "alice/m", "./model", "--progress", "json")
    last = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")][-1]
    size = sum(path.stat().st_size for path in model.rglob("*") if path.is_file())
    assert json.dumps(size) in json.dumps(last)
    assert result.lines == [f"{hub.endpoint}/alice/m/tree/main/"]
    silent = cli("upload", "alice/m", "./model", "other", "--progress", "none")
    assert "Uploading" not in silent.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([""], 2, "LOCAL_PATH is empty"),
        (["./nope"], 2, "No such file or folder: './nope'"),
        ([], 2, "'m' is not a file or a folder here"),
        (["./model/config.json", "--include", "*"], 2, "--include has no meaning for a single file"),
        (["./model/config.json", "--exclude", "*"], 2, "--exclude has no meaning for a single file"),
        (["./model/config.json", "--delete", "*"], 2, "--delete has no meaning for a single file"),
        (["./model", "--create-pr", "--revision", "refs/pr/1"], 2, "is one already"),
        (["./model", "--revision", "a" * 40], 2, "A commit cannot be changed"),
        (["./model", "--revision", "refs/pr/9"], 5, "refs/pr/9"),
        (["./model", "../up"], 2, "'..'"),
        (["./model", ".git/hooks"], 9, "reserved"),
        (["./model", "--commit-message", " "], 2, "--commit-message is empty"),
        (["./model", "--revision", ""], 2, "--revision is empty"),
        (["model/*.json", "sub"], 2, "PATH_IN_REPO"),
        (["model/*.json", "--include", "*"], 2, "--include"),
        (["../*.json"], 2, "below the current folder"),
        (["model/*.zip"], 15, "'model/*.zip'"),
        (["./model", "--include", "*.zip"], 15, "'*.zip'"),
        (["./model", "--exclude", "*"], 15, "--exclude leaves nothing of the 4 files"),
    ],
)
def test_what_cannot_be_understood(hub, cli, model, arguments, code, said) -> None:
    hub.create_repo("alice/m")
    result = cli("upload", "alice/m", *arguments)
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr.splitlines()[0]
    assert len(result.stderr.splitlines()) <= 3
    assert hub.list_files("alice/m") == [".gitattributes"]


@pytest.mark.parametrize("options", [["--revision", "refs/pr/1"], ["--revision", "dev", "--create-pr"]])
def test_no_repo_is_made_for_what_it_could_not_have(hub, cli, model, options) -> None:
    assert cli("upload", "alice/new", "./model", *options).returncode == 5
    assert hub.store.find_repo("model", "alice/new") is None


@pytest.mark.parametrize(
    ("address", "arguments"),
    [("hf://alice/m@dev", ["./model", "--revision", "main"]), ("hf://alice/m/sub", ["./model", "other"])],
)
def test_nothing_is_said_twice(hub, cli, model, address, arguments) -> None:
    result = cli("upload", address, *arguments)
    assert (result.returncode, hub.record.count()) == (2, 0)
    assert "twice" in result.stderr


def test_connections_and_limit_rate(hub, cli, model) -> None:
    hub.store.limits = replace(hub.store.limits, multipart_threshold=1, part_size=200_000)
    started = time.monotonic()
    result = cli("upload", "alice/m", "./model", "--limit-rate", "1M", "--connections", "1")
    assert result.returncode == 0, result.stderr
    assert time.monotonic() - started > 0.8
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()
    assert hub.record.count(method="PUT") > 8
