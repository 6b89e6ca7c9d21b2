"""What a user may type, and where (docs/faults.md, I1–I6)."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pytest
from hfcli_hub.store.git import Author, DeleteFile, PutFile

from tests.faults.scene import FILES, REPO, Scene, mostly_slow


@pytest.mark.parametrize(
    "typed",
    mostly_slow(
        [
            REPO,
            f"models/{REPO}",
            f"hf://{REPO}",
            f"hf://models/{REPO}",
            "{endpoint}/" + REPO,
            "{endpoint}/" + REPO + "/tree/main",
        ],
        3,
    ),
)
def test_ways_to_name_a_repo(scene: Scene, typed: str) -> None:
    done = scene.run("download", typed.replace("{endpoint}", scene.hub.endpoint), "config.json")
    assert Path(done.stdout.strip()).read_bytes() == FILES["config.json"]


@pytest.mark.parametrize("kind", ["resolve", "blob"])
def test_the_address_of_a_file(scene: Scene, kind: str) -> None:
    done = scene.run("download", f"{scene.hub.endpoint}/{REPO}/{kind}/main/onnx/config.json")
    assert Path(done.stdout.strip()).read_bytes() == FILES["onnx/config.json"]


def test_a_revision_in_the_name(scene: Scene) -> None:
    scene.hub.put_files(REPO, {"config.json": b"newer"})
    done = scene.run("download", f"hf://{REPO}@{scene.commit}/config.json")
    assert Path(done.stdout.strip()).read_bytes() == FILES["config.json"]


@pytest.mark.parametrize(
    "typed",
    mostly_slow(
        ["", " ", "a b/c", "a/b/c/d", "../x", "alice/", "/model", "alice/mo..del", "al\nice/model", "alice/model.git"],
        3,
    ),
)
def test_names_that_can_be_no_repo(scene: Scene, typed: str) -> None:
    scene.run("download", typed, code=2)
    assert not len(scene.hub.record)


def test_revisions_of_any_name(scene: Scene) -> None:
    git = scene.hub.repo(REPO).git
    names = ["feature/x", "feature/a%2Fb", "caf\u00e9", "v1.0"]
    for name in names:
        git.create_branch(name, scene.commit)
    change, author = PutFile("new.txt", b"new"), Author("alice", "alice@example.com")
    _, proposed = scene.hub.repo(REPO).create_pull("main", [change], message="Add a file", author=author)
    commits = {**dict.fromkeys([*names, scene.commit[:8], scene.commit], scene.commit), "refs/pr/1": proposed}
    for name, commit in commits.items():
        done = scene.run("download", REPO, "config.json", "--revision", name)
        assert done.stdout.strip() == str(scene.cached / "snapshots" / commit / "config.json"), name


@pytest.mark.parametrize("revision", mostly_slow(["-x", "no-such", "a b", "../main", "0" * 40]))
def test_revisions_that_are_not_there(scene: Scene, revision: str) -> None:
    scene.run("download", REPO, f"--revision={revision}", code=(2, 5))


def test_an_empty_repo(scene: Scene) -> None:
    scene.hub.create_repo("alice/empty")
    done = scene.run("download", "alice/empty")
    assert Path(done.stdout.strip()).is_dir()


def test_a_repo_without_a_file(scene: Scene) -> None:
    git = scene.hub.create_repo("alice/empty").git
    git.commit(
        "refs/heads/main", [DeleteFile(".gitattributes")], message="Empty", author=Author("alice", "alice@example.com")
    )
    scene.run("download", "alice/empty", says="empty")


def test_an_empty_file(scene: Scene) -> None:
    done = scene.run("download", REPO, "empty.txt")
    assert Path(done.stdout.strip()).read_bytes() == b""


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["*.onnx"], 15, "README.md|config"),
        (["--include", "*.onnx"], 15, "onnx"),
        (["--exclude", "*"], 15, ""),
        (["confg.json"], 5, "config.json"),
        (["config.json", "--exclude", "*.json"], 15, "--exclude"),
        (["--exclude", "*.md", "config.json"], 2, "--exclude"),
        (["--local-dir", "a", "--cache-dir", "b"], 2, "--local-dir"),
        (["--no-such-option"], 2, "no-such-option"),
        (["--max-workers", "0"], 2, "max-workers"),
        ([""], 2, ""),
    ],
)
def test_what_matches_nothing_or_contradicts_itself(scene: Scene, args: list[str], code: int, says: str) -> None:
    scene.run("download", REPO, *args, code=code, says=says)


def test_an_argument_given_twice_counts_once(scene: Scene) -> None:
    done = scene.run("download", REPO, "config.json", "config.json", "--format", "json")
    assert done.json()["files"] == 1


@pytest.mark.parametrize(
    "env",
    mostly_slow(
        [
            {"LANG": "C", "LC_ALL": "C"},
            {"PYTHONIOENCODING": "cp1252"},
            {"TERM": "dumb"},
            {"COLUMNS": "20"},
            {"LANG": "", "HOME": "/nonexistent"},
        ]
    ),
    ids="-".join,
)
def test_poor_surroundings(scene: Scene, env: dict[str, str]) -> None:
    name = "\u6587\u4ef6.txt"
    scene.hub.put_files(REPO, {name: b"x"})
    done = scene.run("download", REPO, env=env)
    assert Path(done.stdout.strip(), name).read_bytes() == b"x"
    scene.run("download", REPO, name, env=env)
    scene.run("download", REPO, "no-such-\u6587", env=env, code=5)


def test_a_locale_that_cannot_express_a_name(scene: Scene) -> None:
    scene.hub.put_files(REPO, {"\u6587\u4ef6.txt": b"x"})
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    scene.run("download", REPO, env=env, code=10, says="(?s)ascii.*PYTHONUTF8=1")
    scene.run("download", REPO)


def test_without_streams(scene: Scene) -> None:
    """Standard input closed, and the others too."""

    closed = {"preexec_fn": functools.partial(os.closerange, 0, 3)}
    done = scene.cli.popen("download", REPO, env=scene.environ(None, None), **closed)
    assert done.wait(timeout=30) == 0
    scene.check_files()


def test_errors_for_programs(scene: Scene) -> None:
    shown = scene.run("download", "alice/none", "--format", "json", code=5)
    assert shown.stdout == ""
    assert json.loads(shown.stderr)["error"]["code"] == "repo-not-found"
