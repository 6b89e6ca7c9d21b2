"""Both official clients and ours change the same repos: each sees what the other did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.foreign

CHANGES = Path(__file__).with_name("official_changes.py")


@pytest.fixture
def environ(hub, tmp_path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token("alice"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
    }


@pytest.fixture(params=["2.4.0", pytest.param("1.1.7", marks=pytest.mark.slow)])
def client(request, official_client):
    return official_client(request.param)


@pytest.fixture
def ours(cli):
    def run(*words):
        done = cli(*words)
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_each_sees_what_the_other_did(hub, ours, client, environ) -> None:
    ours("repo", "create", "ours", "--private")
    ours("repo", "settings", "ours", "--gated", "auto")
    hub.put_files("alice/ours", {"a.txt": b"1", "b.txt": b"2", "d/c.bin": b"3"})
    ours("repo", "tag", "create", "ours", "v1", "-m", "first")
    ours("repo", "branch", "create", "ours", "dev", "--revision", "v1")
    ours("repo-files", "delete", "ours", "*.txt")
    ours("repo", "create", "before")
    ours("repo", "move", "before", "acme/after")
    ours("repo", "create", "space", "--type", "space", "--sdk", "static", "--flavor", "t4-small", "-e", "A=1")
    ours("repo", "create", "gone")
    ours("repo", "delete", "gone", "--yes")
    hub.create_repo("bob/data", "dataset")
    ours("repo", "duplicate", "bob/data", "copy", "--type", "dataset")
    tagged = hub.repo("alice/ours").git.resolve("v1")

    done = client.run_python([CHANGES], env=environ)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "made": ["alice/ours", True, "auto"],
        "refs": {"branches": ["main", "dev"], "tags": {"v1": tagged}},
        "files": [".gitattributes", "d/c.bin"],
        "moved": ["acme/after", False, False],
        "space": ["static", False],
        "runtime": "t4-small",
        "variables": {"A": "1"},
        "deleted": False,
        "copy": [".gitattributes"],
        "exists": 409,
        "tag exists": 409,
        "branch exists": 409,
    }

    info = ours("repo", "info", "acme/theirs", "--json").json()
    assert (info["private"], info["gated"], info["files"]) == (False, "manual", 2)
    (tag,) = ours("repo", "tag", "list", "alice/theirs", "--json").json()
    assert (tag["name"], tag["target_commit"] != info["sha"]) == ("v2", True)
    ours("repo", "branch", "delete", "acme/theirs", "next")
    ours("repo-files", "delete", "acme/theirs", "b.txt")
    assert "acme/theirs" in ours("repo", "list", "--namespace", "acme", "-q").lines
    assert ours("repo", "tag", "list", "ours").lines == ["No tags found"]


def test_their_command_line(hub, ours, client, environ, tmp_path) -> None:
    """The same words, but for the name of the group, make the same of a repo."""
    group = "repos" if client.version == "2.4.0" else "repo"
    files = ["repos", "delete-files"] if client.version == "2.4.0" else ["repo-files", "delete"]
    runs = {
        "theirs": lambda *words: client.run([*words], env=environ, cwd=tmp_path).check_returncode(),
        "ours": ours,
    }
    states = {}
    for name, run in runs.items():
        repo_id = f"alice/{name}"
        run(group, "create", repo_id, "--private", "--exist-ok")
        hub.put_files(repo_id, {"a.txt": b"1", "d/b.txt": b"2", "d/c.bin": b"3"})
        run(group, "settings", repo_id, "--gated", "auto")
        run(group, "tag", "create", repo_id, "v1", "-m", "first")
        run(group, "branch", "create", repo_id, "dev", "--revision", "v1")
        run(*files, repo_id, "d/", "--commit-message", "Less")
        run(group, "tag", "delete", repo_id, "v1", "-y")
        run(group, "move", repo_id, f"acme/{name}")
        repo = hub.repo(f"acme/{name}")
        titles = [commit.title for commit in repo.git.log(repo.git.resolve("main"))]
        listed = [hub.list_files(repo.id, revision=revision) for revision in ("main", "dev")]
        states[name] = (repo.private, repo.gated, titles, listed, repo.git.all_refs().tags)
    assert states["ours"] == states["theirs"]
    assert states["ours"][2:4] == (
        ["Less", "Add files", "initial commit"],
        [[".gitattributes", "a.txt"], [".gitattributes", "a.txt", "d/b.txt", "d/c.bin"]],
    )
