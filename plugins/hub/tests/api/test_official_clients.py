"""The official Python clients as users of the API: repos, commits, refs, listings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

# What each script may use; it prints its findings as one JSON object.
PRELUDE = """
import json, os, sys
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
api = HfApi()
def refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
    return "accepted"
"""

Script = Callable[..., Any]


@pytest.fixture(params=["2.4.0", "1.1.7"])
def script(
    request: pytest.FixtureRequest, official_client: Callable[[str], Any], hub: LiveHub, tmp_path: Path
) -> Script:
    """Runs a script as alice in the client's own environment; returns what it printed."""
    client = official_client(request.param)

    def run(code: str, *args: str | Path) -> Any:
        env = {
            "HF_ENDPOINT": hub.endpoint,
            "HF_HOME": str(tmp_path / "hf-home"),
            "HF_TOKEN": hub.token("alice"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "BOB": hub.token("bob"),
        }
        done: subprocess.CompletedProcess[str] = client.run_python(["-c", PRELUDE + code, *args], env=env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_repos(script: Script, hub: LiveHub) -> None:
    found = script("""
first = api.create_repo("alice/model")
again = api.create_repo("alice/model", exist_ok=True)
found = {
    "me": api.whoami()["name"],
    "same": first == again and first.repo_id == "alice/model",
    "conflict": refused(api.create_repo, "alice/model"),
    "elsewhere": refused(api.create_repo, "bob/model"),
    "missing": refused(api.repo_info, "alice/missing"),
    "dataset": api.create_repo("acme/data", repo_type="dataset", private=True).repo_id,
    "space": api.create_repo("alice/app", repo_type="space", space_sdk="static").repo_id,
}
api.move_repo("alice/model", "acme/moved")
found["moved"] = api.repo_info("alice/model").id
api.update_repo_settings("acme/moved", private=True, gated="auto")
info = api.repo_info("acme/moved")
found["settings"] = [info.private, info.gated]
found["hidden"] = refused(HfApi(token=os.environ["BOB"]).repo_info, "acme/moved")
found["listed"] = sorted(model.id for model in api.list_models(author="acme"))
api.delete_repo("alice/app", repo_type="space")
found["deleted"] = refused(api.delete_repo, "alice/app", repo_type="space")
found["exists"] = api.repo_exists("alice/app", repo_type="space")
api.delete_repo("alice/app", repo_type="space", missing_ok=True)
print(json.dumps(found))
""")
    assert found == {
        "me": "alice",
        "same": True,
        "conflict": "HfHubHTTPError",
        "elsewhere": "HfHubHTTPError",
        "missing": "RepositoryNotFoundError",
        "dataset": "acme/data",
        "space": "alice/app",
        "moved": "acme/moved",
        "settings": [True, "auto"],
        "hidden": "RepositoryNotFoundError",
        "listed": ["acme/moved"],
        "deleted": "RepositoryNotFoundError",
        "exists": False,
    }
    assert hub.repo("acme/data", "dataset").private


def test_commits_and_refs(script: Script, hub: LiveHub) -> None:
    hub.create_repo("alice/model")
    found = script("""
repo = "alice/model"
files = {"a/b.txt": b"one", "c d %.txt": b"two", "big.bin": b"x" * 3000}
additions = [CommitOperationAdd(path, data) for path, data in files.items()]
first = api.create_commit(repo, additions, commit_message="Add", commit_description="More")
late = [CommitOperationAdd("z", b"z")]
api.create_branch(repo, branch="dev/x")
api.create_branch(repo, branch="dev/x", exist_ok=True)
api.create_tag(repo, tag="v1", tag_message="released")
api.create_commit(repo, [CommitOperationDelete("a/", is_folder=True)], commit_message="Drop", revision="dev/x")
pull = api.create_commit(repo, [CommitOperationAdd("p.txt", b"p")], commit_message="Propose", create_pr=True)
api.upload_file(path_or_fileobj=b"q", path_in_repo="q.txt", repo_id=repo, revision="refs/pr/1")
head = api.upload_file(path_or_fileobj=b"three", path_in_repo="a/b.txt", repo_id=repo)
refs = api.list_repo_refs(repo, include_pull_requests=True)
tree = {item.path: item for item in api.list_repo_tree(repo, recursive=True, expand=True)}
found = {
    "main": api.list_repo_files(repo),
    "dev": api.list_repo_files(repo, revision="dev/x"),
    "tag": api.list_repo_files(repo, revision="v1"),
    "pull": api.list_repo_files(repo, revision="refs/pr/1"),
    "pull number": pull.pr_num,
    "refs": [[ref.name for ref in group] for group in (refs.branches, refs.tags, refs.pull_requests)],
    "titles": [commit.title for commit in api.list_repo_commits(repo)],
    "last": [tree["a/b.txt"].last_commit.oid == head.oid, tree["big.bin"].last_commit.title, tree["big.bin"].lfs.size],
    "paths": [info.path for info in api.get_paths_info(repo, ["a", "nope", "c d %.txt"])],
    "mismatch": refused(api.create_commit, repo, late, commit_message="z", parent_commit=first.oid),
    "no file": refused(api.delete_file, "nope", repo),
    "no revision": refused(api.list_repo_files, repo, revision="nope"),
    "no folder": refused(lambda: list(api.list_repo_tree(repo, "nope"))),
    "bad metadata": refused(
        api.upload_file, path_or_fileobj=b"---\\na: 1\\na: 2\\n---\\n", path_in_repo="README.md", repo_id=repo
    ),
}
api.delete_tag(repo, tag="v1")
api.delete_branch(repo, branch="dev/x")
found["no tag"] = refused(api.delete_tag, repo, tag="v1")
print(json.dumps(found))
""")
    assert found == {
        "main": [".gitattributes", "a/b.txt", "big.bin", "c d %.txt"],
        "dev": [".gitattributes", "big.bin", "c d %.txt"],
        "tag": [".gitattributes", "a/b.txt", "big.bin", "c d %.txt"],
        "pull": [".gitattributes", "a/b.txt", "big.bin", "c d %.txt", "p.txt", "q.txt"],
        "pull number": 1,
        "refs": [["main", "dev/x"], ["v1"], ["refs/pr/1"]],
        "titles": ["Upload a/b.txt with huggingface_hub", "Add", "initial commit"],
        "last": [True, "Add", 3000],
        "paths": ["a", "c d %.txt"],
        "mismatch": "HfHubHTTPError",
        "no file": "RemoteEntryNotFoundError",
        "no revision": "RevisionNotFoundError",
        "no folder": "RemoteEntryNotFoundError",
        "bad metadata": "ValueError",
        "no tag": "RevisionNotFoundError",
    }
    assert hub.read_file("alice/model", "a/b.txt") == b"three"
    assert hub.read_file("alice/model", "big.bin") == b"x" * 3000


def test_several_thousand_files(script: Script, hub: LiveHub, tmp_path: Path) -> None:
    hub.create_repo("alice/model")
    folder = tmp_path / "folder"
    for number in range(3000):
        path = folder / f"d{number % 30}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content {number}")
    files = script(
        """
api.upload_folder(repo_id="alice/model", folder_path=sys.argv[1])
print(json.dumps(api.list_repo_files("alice/model")))
""",
        folder,
    )
    assert len(files) == 3001
    assert hub.read_file("alice/model", "d7/2977.txt") == b"content 2977"
