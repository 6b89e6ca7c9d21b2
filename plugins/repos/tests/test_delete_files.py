"""``hf repo-files delete`` and ``hf repo delete-files``: what is chosen, how it is committed, and who else commits."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import time

import pytest
from hfcli_hub.faults import Latency, Reset, Status
from hfcli_repos.files import choose

PATHS = [".gitattributes", "a.txt", "dir/b.txt", "dir/deep/c.bin", "directory.bin", "part[1].bin", "part1.bin"]
COMMIT = "/api/models/alice/m/commit/main"


@pytest.fixture
def model(hub):
    hub.create_repo("alice/m")
    return hub.put_files("alice/m", {path: path.encode() for path in PATHS[1:]})


@pytest.mark.parametrize(
    ("patterns", "expected", "unmatched"),
    [
        (["a.txt"], ["a.txt"], []),
        (["dir/"], ["dir/b.txt", "dir/deep/c.bin"], []),
        (["./dir/"], ["dir/b.txt", "dir/deep/c.bin"], []),
        (["*.txt"], ["a.txt", "dir/b.txt"], []),
        (["dir/*.bin", "nothing"], ["dir/deep/c.bin"], ["nothing"]),
        (["dir"], [], ["dir"]),
        (["part[1].bin"], ["part[1].bin"], []),
        (["part[12].bin"], ["part1.bin"], []),
        (["*"], PATHS[1:], []),
        ([".gitattributes"], [], [".gitattributes"]),
        (["A.TXT"], [], ["A.TXT"]),
    ],
)
def test_choose(patterns, expected, unmatched) -> None:
    assert choose(patterns, PATHS) == (set(expected), unmatched)


def test_a_dry_run_has_the_plan_of_the_real_run(hub, cli, model) -> None:
    words = ["repos", "delete-files", "m", "dir/", "a.txt"]
    human = cli(*words, "--dry-run")
    assert human.lines == [
        "a.txt",
        "dir/b.txt",
        "dir/deep/c.bin",
        "Would delete 3 files (28.0) of model alice/m",
    ]
    planned = cli(*words, "--dry-run", "--json").json()
    assert hub.repo("alice/m").git.resolve("main") == model
    done = cli(*words, "--json").json()
    head = hub.repo("alice/m").git.resolve("main")
    made = {"commit": head, "commit_url": f"{hub.endpoint}/alice/m/commit/{head}", "dry_run": False}
    assert done == {**planned, **made}
    assert planned == {
        "repo_id": "alice/m",
        "repo_type": "model",
        "revision": "main",
        "parent": model,
        "files": ["a.txt", "dir/b.txt", "dir/deep/c.bin"],
        "size": 28,
        "commit": None,
        "commit_url": None,
        "pr_url": None,
        "undo": f"hf download alice/m dir/ a.txt --revision {model} --local-dir restored"
        " && hf upload alice/m restored .",
        "dry_run": True,
    }
    assert hub.list_files("alice/m") == [".gitattributes", "directory.bin", "part1.bin", "part[1].bin"]

    scripts = sysconfig.get_path("scripts")
    environ = {**cli.environ(), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(done["undo"], shell=True, env=environ, cwd=cli.work, check=True, capture_output=True, timeout=60)
    assert sorted(hub.list_files("alice/m")) == sorted(PATHS)


def test_messages(hub, cli, model) -> None:
    def newest(revision="main"):
        git = hub.repo("alice/m").git
        commit = next(iter(git.log(git.resolve(revision))))
        return commit.title, commit.message.strip()

    first = cli("repo-files", "delete", "alice/m", "a.txt", "no.txt", "-q")
    assert newest()[0] == "Delete files a.txt no.txt with hfcli"
    assert first.stdout == f"{hub.endpoint}/alice/m/commit/{hub.repo('alice/m').git.resolve('main')}\n"
    assert first.stderr == "Warning: no file matches 'no.txt'\n"
    cli("repo-files", "delete", "alice/m", "part1.bin", *(f"{n}-no-such-file" for n in range(9)))
    assert newest()[0] == "Delete 1 file with hfcli"
    options = ["--commit-message", "Clean up", "--commit-description", "All of it."]
    assert cli("repo-files", "delete", "alice/m", "dir/*", ".gitattributes", *options).returncode == 0
    assert newest() == ("Clean up", "All of it.")
    assert hub.list_files("alice/m") == [".gitattributes", "directory.bin", "part[1].bin"]


def test_revisions_and_pull_requests(hub, cli, model) -> None:
    hub.repo("alice/m").git.create_branch("dev", "main")
    for words in (["alice/m", "a.txt", "--revision", "dev"], ["alice/m@dev", "part1.bin"]):
        done = cli("repo-files", "delete", *words)
        assert (done.returncode, "--revision dev" in done.stderr) == (0, True)
    assert len(hub.list_files("alice/m", revision="dev")) == 5
    hub.create_repo("bob/m")
    hub.put_files("bob/m", {"x.txt": b"1", "y.txt": b"2"})
    words = ["repo-files", "delete", "bob/m", "x.txt"]
    refused = cli(*words)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert cli(*words, "--dry-run").returncode == 4
    planned = cli(*words, "--create-pr", "--dry-run")
    assert planned.lines[-1] == "Would open a pull request to delete 1 file (1.0) of model bob/m"
    human = cli(*words, "--create-pr")
    page = f"{hub.endpoint}/bob/m/discussions/1"
    assert human.lines == [f"Opened a pull request to delete 1 file (1.0) of model bob/m: {page}"]
    more = cli("repo-files", "delete", "bob/m", "y.txt", "--revision", "refs/pr/1", "--json").json()
    assert (more["pr_url"], more["files"]) == (None, ["y.txt"])
    assert hub.list_files("bob/m", revision="refs/pr/1") == [".gitattributes"]
    assert hub.list_files("bob/m") == [".gitattributes", "x.txt", "y.txt"]
    assert cli(*words, "--create-pr", "--json").json()["pr_url"] == f"{hub.endpoint}/bob/m/discussions/2"


WHERE_NOTHING_IS_DELETED = [
    (["*.onnx"], 15, "none of the 7 files of model 'alice/m' matches '*.onnx'"),
    (["dir"], 15, "'dir/' means all files of that folder"),
    (["b.txt"], 15, "did you mean"),
    ([".gitattributes"], 15, "never deleted"),
    ([], 2, "PATTERNS"),
    (["a.txt", "--revision", "mian"], 5, "did you mean main?"),
    (["a.txt", "--commit-message", " "], 2, "--commit-message is empty"),
    (["a.txt", "--type", "dataset"], 5, "there is a model of this name"),
]


def test_where_nothing_is_deleted(hub, cli, model) -> None:
    for words, code, said in WHERE_NOTHING_IS_DELETED:
        done = cli("repo-files", "delete", "alice/m", *words)
        assert (done.returncode, done.stdout, said in done.stderr) == (code, "", True), (words, done.stderr)
        assert len(done.stderr.splitlines()) <= 3
    assert hub.repo("alice/m").git.resolve("main") == model


def test_the_guards_of_nothing_matched(hub, cli) -> None:
    hub.create_repo("alice/m")
    done = cli("repo-files", "delete", "alice/m", "*")
    assert (done.returncode, "no file but .gitattributes" in done.stderr) == (15, True)


def test_planned_anew_where_somebody_else_commits(hub, cli, model) -> None:
    """The branch moves between the listing and the commit: what is there then is deleted, and nothing is lost."""
    hub.faults.add(Latency(0.6), path=COMMIT, times=1)
    process = cli.popen("repo-files", "delete", "alice/m", "dir/", "--json")
    until = time.monotonic() + 20
    while not hub.record.count(path=COMMIT):
        assert time.monotonic() < until
        time.sleep(0.02)
    hub.put_files("alice/m", {"dir/new.txt": b"new", "other.txt": b"other"})
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 0, stderr
    assert "dir/new.txt" in json.loads(stdout)["files"]
    assert b"looking again" in stderr
    left = [".gitattributes", "a.txt", "directory.bin", "other.txt", "part1.bin", "part[1].bin"]
    assert hub.list_files("alice/m") == left


def test_given_up_where_others_never_stop(hub, cli, model) -> None:
    hub.faults.add(Status(412), path=COMMIT)
    done = cli("repo-files", "delete", "alice/m", "dir/")
    assert (done.returncode, done.stdout, hub.record.count(path=COMMIT)) == (11, "", 4)
    assert hub.repo("alice/m").git.resolve("main") == model


@pytest.mark.parametrize("fault", [Reset(at="start"), Status(502, after=True)])
def test_a_lost_answer_is_no_second_commit(hub, cli, model, fault) -> None:
    hub.faults.add(fault, path=COMMIT, times=1)
    done = cli("repo-files", "delete", "alice/m", "a.txt", "--json")
    assert done.returncode == 0, done.stderr
    git = hub.repo("alice/m").git
    assert done.json()["commit"] == git.resolve("main")
    assert [commit.id for commit in git.log(git.resolve("main"))][1] == model


def test_names_from_the_server_are_escaped(hub, cli) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"a\u202etxt": b"1"})
    done = cli("repo-files", "delete", "alice/m", "a*", "--dry-run")
    assert done.lines[0] == "a\\u202etxt"
