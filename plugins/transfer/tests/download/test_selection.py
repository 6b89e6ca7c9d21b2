"""Which files are fetched, which questions that takes, and what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.faults import Stall
from hfcli_hub.store.git import Author, DeleteFile, PutFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model

    Contents = Callable[[Path], dict[str, bytes]]


def asked(hub: LiveHub) -> list[str]:
    """What the Hub was asked, without the content origin."""
    return [f"{request.method} {request.path}" for request in hub.record if request.host == "hub"]


def test_a_whole_repo(cli: Cli, model: Model, contents: Contents) -> None:
    result = cli("download", "alice/model")
    assert result.returncode == 0, result.stderr
    assert result.lines == [str(model.snapshot)]
    assert contents(model.snapshot) == model.files
    assert (model.cached / "refs" / "main").read_text() == model.commit
    assert (model.snapshot / "config.json").is_symlink()
    assert "Fetching 7 files" in result.stderr


def test_one_file_prints_its_path(cli: Cli, model: Model, contents: Contents) -> None:
    result = cli("download", "alice/model", "onnx/config.json")
    assert result.lines == [str(model.snapshot / "onnx" / "config.json")]
    assert contents(model.snapshot) == {"onnx/config.json": model.files["onnx/config.json"]}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["README.md", "config.json"], {"README.md", "config.json"}),
        (["config.json", "config.json"], {"config.json"}),
        (["*.json"], {"config.json", "onnx/config.json"}),
        (["onnx/"], {"onnx/config.json", "onnx/model.onnx"}),
        (["onnx"], {"onnx/config.json", "onnx/model.onnx"}),
        (["README.md", "onnx/*.json"], {"README.md", "onnx/config.json"}),
        (["--include", "*.json"], {"config.json", "onnx/config.json"}),
        (["--include=*.json", "--include=*.md"], {"config.json", "onnx/config.json", "README.md"}),
        (["--include=*.json", "--exclude=onnx/*"], {"config.json"}),
        (["--exclude=onnx/", "--exclude=*.safetensors"], {"README.md", "config.json", "empty.txt"}),
        (["README.md", "--include=onnx/*.json"], {"README.md", "onnx/config.json"}),
        (["--include", "*.md", "onnx", "--exclude", "*.json"], {"README.md", "onnx/model.onnx"}),
        (["*.json", "*.md", "--exclude=./onnx/"], {"README.md", "config.json"}),
        (
            ["./onnx/", "/README.md", "--include=/config.*"],
            {"README.md", "onnx/config.json", "onnx/model.onnx", "config.json"},
        ),
        (["onnx\\model.onnx", "README.md"], {"README.md", "onnx/model.onnx"}),
        (["./", "--exclude=/*onnx*", "--exclude=*.safetensors"], {"README.md", "config.json", "empty.txt"}),
    ],
)
def test_what_is_chosen(cli: Cli, model: Model, contents: Contents, arguments: list[str], expected: set[str]) -> None:
    result = cli("download", "alice/model", *arguments)
    assert result.returncode == 0, result.stderr
    assert set(contents(model.snapshot)) == expected
    one_by_name = arguments == ["config.json", "config.json"]
    assert result.lines == [str(model.snapshot / "config.json" if one_by_name else model.snapshot)]


@pytest.mark.parametrize("name", ["./onnx/config.json", "/onnx/config.json", ".\\onnx\\config.json"])
def test_a_name_from_the_root(cli: Cli, model: Model, name: str) -> None:
    result = cli("download", "alice/model", name, "./onnx/config.json", "--exclude=*.bin")
    assert result.lines == [str(model.snapshot / "onnx" / "config.json")], result.stderr


def test_an_include_never_makes_it_one_file(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "config.json", "--include=config.*")
    assert result.lines == [str(model.snapshot)], "what is printed must not depend on what the repo holds"


def test_what_matched_nothing_beside_what_did_is_told(cli: Cli, model: Model, contents: Contents) -> None:
    result = cli("download", "alice/model", "README.md", "*.jsn", "--include=*.bin", "--include=*.json")
    assert result.returncode == 0
    assert "no file matches '*.jsn', '*.bin'\n" in result.stderr
    assert set(contents(model.snapshot)) == {"README.md", "config.json", "onnx/config.json"}


def test_an_exclude_without_the_slash_of_a_folder_is_told(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "--dry-run", "--exclude=./onnx", "--exclude=*.bin")
    assert "--exclude './onnx' takes off nothing; './onnx/' means all files of that folder" in result.stderr
    assert "onnx/config.json" in result.stdout


def test_a_folder_that_looks_like_a_pattern(hub: LiveHub, cli: Cli, model: Model) -> None:
    commit = hub.put_files("alice/model", {"v[1]/a.bin": b"one", "v1/a.bin": b"other"})
    cli("download", "alice/model", "v[1]")
    assert [path.name for path in (model.cached / "snapshots" / commit).iterdir()] == ["v[1]"]


def test_a_name_that_looks_like_a_pattern(hub: LiveHub, cli: Cli, model: Model) -> None:
    commit = hub.put_files("alice/model", {"part[1].bin": b"one", "part1.bin": b"other"})
    result = cli("download", "alice/model", "part[1].bin")
    path = model.cached / "snapshots" / commit / "part[1].bin"
    assert result.lines == [str(path)]
    assert path.read_bytes() == b"one"
    assert not (path.parent / "part1.bin").exists()


@pytest.mark.parametrize("option", ["--repo-type", "--type"])
def test_repo_type(hub: LiveHub, cli: Cli, option: str) -> None:
    hub.create_repo("alice/same", "model")
    hub.put_files("alice/same", {"a.txt": b"of the model"})
    hub.create_repo("alice/same", "dataset")
    hub.put_files("alice/same", {"a.txt": b"of the dataset"}, "dataset")
    result = cli("download", "alice/same", "a.txt", option, "dataset")
    assert result.lines[0].startswith(str(cli.hf_home / "hub" / "datasets--alice--same"))
    assert Path(result.lines[0]).read_bytes() == b"of the dataset"


@pytest.mark.parametrize("revision", ["v1.1", "refs/pr/1", "feature/x"])
def test_revision(hub: LiveHub, cli: Cli, model: Model, revision: str) -> None:
    repo = hub.repo("alice/model")
    author = Author("alice", "alice@example.org")
    _, of_pull = repo.create_pull("main", [PutFile("config.json", b"pulled")], message="Change it", author=author)
    repo.git.create_branch("feature/x", model.commit)
    repo.git.create_tag("v1.1", model.commit)
    hub.put_files("alice/model", {"config.json": b"newer"})
    commit = of_pull if revision == "refs/pr/1" else model.commit
    result = cli("download", "alice/model", "config.json", "--revision", revision)
    assert result.lines == [str(model.cached / "snapshots" / commit / "config.json")], result.stderr
    assert (model.cached / "refs" / revision).read_text() == commit


@pytest.mark.parametrize(
    "address",
    ["hf://alice/model@{commit}/config.json", "{endpoint}/alice/model/blob/{commit}/config.json"],
)
def test_addresses(hub: LiveHub, cli: Cli, model: Model, address: str) -> None:
    hub.put_files("alice/model", {"config.json": b"newer"})
    result = cli("download", address.format(commit=model.commit, endpoint=hub.endpoint))
    assert result.lines == [str(model.snapshot / "config.json")], result.stderr


def test_few_questions(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    listing = [f"GET /api/models/alice/model/{ask}" for ask in ("revision/main", f"tree/{model.commit}")]
    questions = asked(hub)
    assert questions[:2] == listing
    assert len(questions) == 2 + 6, "one GET a file, none for an empty one"
    assert hub.record.count(method="HEAD") == 0
    assert hub.record.credentials_at_content() == []


def test_names_alone_need_no_listing(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "config.json", "README.md")
    assert hub.record.count(path="*/tree/*") == 0
    assert hub.record.count(path="*/paths-info/*") == 1


def test_a_complete_branch_needs_one_question(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    hub.record.clear()
    result = cli("download", "alice/model", "--json")
    assert asked(hub) == ["GET /api/models/alice/model/revision/main"]
    assert result.json() == {
        "path": str(model.snapshot),
        "repo_id": "alice/model",
        "repo_type": "model",
        "commit": model.commit,
        "files": 7,
        "bytes": 0,
        "cached": 7,
    }


@pytest.mark.parametrize("names", [[], ["config.json"]])
def test_a_complete_commit_needs_no_question(hub: LiveHub, cli: Cli, model: Model, names: list[str]) -> None:
    cli("download", "alice/model", *names)
    hub.record.clear()
    result = cli("download", "alice/model", *names, "--revision", model.commit)
    assert result.returncode == 0
    assert asked(hub) == []


def test_only_what_is_new_is_fetched(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    hub.put_files("alice/model", {"config.json": b"newer", "copy.onnx": model.files["onnx/model.onnx"]})
    hub.record.clear()
    result = cli("download", "alice/model", "--json").json()
    assert (result["bytes"], result["files"], result["cached"]) == (5, 8, 7)
    assert hub.record.count(path="*/resolve/*") == 1


def test_content_that_two_files_share_is_fetched_once(hub: LiveHub, cli: Cli) -> None:
    hub.create_repo("alice/twins")
    hub.put_files("alice/twins", {"a.bin": b"the same", "b.bin": b"the same"})
    result = cli("download", "alice/twins", "a.bin", "b.bin", "--json").json()
    assert result["bytes"] == len(b"the same")
    assert hub.record.count(path="*/resolve/*") == 1


def test_force_download(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "model.safetensors")
    blob = (model.snapshot / "model.safetensors").resolve()
    blob.write_bytes(bytes(len(model.files["model.safetensors"])))
    assert cli("download", "alice/model", "model.safetensors", "--json").json()["bytes"] == 0
    assert cli("download", "alice/model", "model.safetensors", "--force-download", "--json").json()["bytes"] == 400_000
    assert blob.read_bytes() == model.files["model.safetensors"]


def test_a_blob_of_the_wrong_size_is_fetched_again(cli: Cli, model: Model, contents: Contents) -> None:
    cli("download", "alice/model")
    (model.snapshot / "model.safetensors").resolve().write_bytes(b"cut")
    (model.snapshot / "config.json").resolve().unlink()
    assert cli("download", "alice/model").returncode == 0
    assert contents(model.snapshot) == model.files


def test_dry_run(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "config.json")
    hub.record.clear()
    before = sorted(cli.hf_home.rglob("*"))
    result = cli("download", "alice/model", "--dry-run", "--exclude=.git*")
    assert result.lines == [
        "README.md          10.0",
        "config.json        -",
        "empty.txt          0.0",
        "model.safetensors  400.0K",
        "onnx/config.json   15.0",
        "onnx/model.onnx    100.0K",
    ]
    assert "5 file(s) (out of 6) totalling 500.0K" in result.stderr
    assert hub.record.count(path="*/resolve/*") == 0
    assert sorted(cli.hf_home.rglob("*")) == before
    again = cli("download", "alice/model", "--no-quiet", "--dry-run", "--quiet", "--no-quiet", "--exclude=.git*")
    assert (again.stdout, again.stderr) == (result.stdout, result.stderr)
    quiet = cli("download", "alice/model", "--dry-run", "--include=*.json", "-q")
    assert quiet.lines == ["config.json", "onnx/config.json"]
    rows = cli("download", "alice/model", "--dry-run", "--include=*.json", "--json").json()
    assert rows == [
        {"file": "config.json", "size": 9, "cached": True},
        {"file": "onnx/config.json", "size": 15, "cached": False},
    ]


def test_cache_dir_begins_the_answer_as_written(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "--cache-dir", "./path/to/cache")
    assert result.lines == [f"./path/to/cache/models--alice--model/snapshots/{model.commit}"]
    assert (cli.work / result.lines[0] / "config.json").read_bytes() == model.files["config.json"]
    assert not (cli.hf_home / "hub").exists()


def test_without_links(cli: Cli, model: Model, contents: Contents) -> None:
    env = {"HF_HUB_DISABLE_SYMLINKS": "1"}
    assert cli("download", "alice/model", env=env).returncode == 0
    assert contents(model.snapshot) == model.files
    assert not (model.snapshot / "config.json").is_symlink()
    assert cli("download", "alice/model", "--json", env=env).json()["cached"] == 7


def test_a_tilde_is_the_home_directory(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "config.json", "--local-dir=~/models")
    assert result.lines == [str(cli.home / "models" / "config.json")]


def test_quiet_says_the_path_alone(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "--quiet")
    assert (result.lines, result.stderr) == ([str(model.snapshot)], "")


def test_progress(cli: Cli, model: Model) -> None:
    assert cli("download", "alice/model", "--progress", "none").stderr == ""
    shown = cli("download", "alice/model", "--force-download", "--progress", "json").stderr.splitlines()
    assert '"done"' in shown[-1]


def test_token(hub: LiveHub, cli: Cli) -> None:
    hub.create_repo("alice/secret", private=True)
    hub.put_files("alice/secret", {"a.txt": b"secret"})
    assert cli("download", "alice/secret", "a.txt", token=hub.token("bob")).returncode == 5
    result = cli("download", "alice/secret", "a.txt", "--token", hub.token("alice"), token=hub.token("bob"))
    assert result.returncode == 0
    assert hub.token("alice") not in result.stdout + result.stderr


def test_max_workers(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Stall(at="headers", seconds=2), path="*/resolve/*/onnx/model.onnx", times=1)
    process = cli.popen("download", "alice/model", "--max-workers", "1", "--include=*.onnx", "--include=*.md")
    process.communicate(timeout=30)
    paths = [request.path.rpartition("/")[2] for request in hub.record.find(path="*/resolve/*")]
    assert paths[0] == "model.onnx"
    assert paths[-1] == "README.md", "with one worker the small file waits for the large one"


def test_no_workers_at_all(cli: Cli, model: Model) -> None:
    assert cli("download", "alice/model", "--max-workers", "0").returncode == 2


@pytest.mark.parametrize("name", ["git~1/config", ".cache/huggingface/download/x.metadata"])
def test_reserved_names_are_left_out_with_a_note(hub: LiveHub, cli: Cli, model: Model, name: str) -> None:
    hub.put_files("alice/model", {name: b"[core]"})
    result = cli("download", "alice/model", "--local-dir", "here")
    assert result.returncode == 0, result.stderr
    assert "leaving out 1 file(s)" in result.stderr
    assert not (cli.work / "here" / name).exists()
    assert cli("download", "alice/model", name, "--local-dir", "here").returncode == 9


@pytest.mark.parametrize("where", [[], ["--local-dir", "here"]])
def test_an_empty_repo(hub: LiveHub, cli: Cli, where: list[str]) -> None:
    hub.create_repo("alice/empty")
    commit = hub.repo("alice/empty").git.commit(
        "refs/heads/main",
        [DeleteFile(".gitattributes")],
        message="Empty",
        author=Author("alice", "alice@example.org"),
    )
    result = cli("download", "alice/empty", *where)
    assert result.returncode == 0, result.stderr
    assert "is empty" in result.stderr
    assert result.lines == (["here"] if where else [str(cli.hf_home / "hub/models--alice--empty/snapshots" / commit)])
