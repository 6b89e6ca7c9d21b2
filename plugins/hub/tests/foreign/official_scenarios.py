"""What the official client does against a Hub, in its own environment: ``python official_scenarios.py NAME FOLDER``.

Each scenario prints one JSON object of what it saw; the test decides whether that is right.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError

LARGE = hashlib.sha256(b"large").digest() * 40_000


def repos(api: HfApi, folder: Path) -> dict:
    seen = {"whoami": api.whoami()["name"]}
    for kind in ("model", "dataset", "space"):
        sdk = {"space_sdk": "static"} if kind == "space" else {}
        seen[kind] = str(api.create_repo("alice/thing", repo_type=kind, **sdk))
        seen[f"{kind} again"] = str(api.create_repo("alice/thing", repo_type=kind, exist_ok=True, **sdk))
    seen["conflict"] = _status(lambda: api.create_repo("alice/thing"))
    seen["elsewhere"] = _status(lambda: api.create_repo("bob/thing"))
    seen["in an org"] = str(api.create_repo("acme/shared", private=True))
    seen["sdk"] = api.space_info("alice/thing").sdk
    api.move_repo("alice/thing", "acme/moved")
    seen["moved"] = api.model_info("alice/thing").id
    api.update_repo_settings("acme/moved", private=True, gated="auto")
    moved = api.model_info("acme/moved")
    seen["settings"] = [moved.private, moved.gated]
    api.delete_repo("alice/thing", repo_type="dataset")
    api.delete_repo("alice/thing", repo_type="dataset", missing_ok=True)
    seen["deleted again"] = _error(lambda: api.delete_repo("alice/thing", repo_type="dataset"))
    seen["deleted"] = api.repo_exists("alice/thing", repo_type="dataset")
    seen["models"] = sorted(model.id for model in api.list_models(author="acme"))
    return seen


def files(api: HfApi, folder: Path) -> dict:
    source = folder / "source"
    contents = {
        "config.json": b"{}\n",
        "model.safetensors": LARGE,
        "README.md": b"---\nlicense: mit\n---\n# A model\n",
        "data/sp ace & \xc3\xbc/na#me%41?.txt".encode("latin-1").decode(): b"odd name\n",
        "empty.txt": b"",
    }
    for name, data in contents.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    api.create_repo("alice/files")
    commit = api.upload_folder(repo_id="alice/files", folder_path=source, commit_message="All of it")
    seen = {
        "url": commit.commit_url,
        "listed": sorted(api.list_repo_files("alice/files")),
        "again": api.upload_folder(repo_id="alice/files", folder_path=source).oid == commit.oid,
        "exists": api.file_exists("alice/files", "config.json"),
        "titles": [commit.title for commit in api.list_repo_commits("alice/files")],
    }
    info = api.get_paths_info("alice/files", ["model.safetensors", "data", "missing"], expand=True)
    seen["paths"] = {item.path: getattr(item, "size", None) for item in info}
    seen["card"] = api.model_info("alice/files").card_data.license
    seen["last commits"] = {item.last_commit.title for item in info} == {"All of it"}
    seen["lfs"] = [item.lfs.sha256 for item in info if item.path == "model.safetensors"] == [
        hashlib.sha256(LARGE).hexdigest()
    ]
    snapshot = Path(snapshot_download("alice/files", revision=commit.oid))
    seen["same bytes"] = all((snapshot / name).read_bytes() == data for name, data in contents.items())
    local = snapshot_download("alice/files", local_dir=folder / "local", allow_patterns=["*.safetensors", "data/**"])
    seen["local"] = sorted(
        path.name for path in Path(local).rglob("*") if path.is_file() and ".cache" not in path.parts
    )
    one = hf_hub_download("alice/files", "config.json", cache_dir=folder / "other cache")
    seen["one"] = Path(one).read_bytes().decode()
    api.delete_files("alice/files", ["*.txt", "data/*"])
    api.delete_file("README.md", "alice/files")
    seen["left"] = sorted(api.list_repo_files("alice/files"))
    return seen


def uploads(api: HfApi, folder: Path) -> dict:
    """In parts, past a .gitignore, to a pull request, and down again under a former name."""
    source = folder / "source"
    source.mkdir()
    data = os.urandom(3_500_000)
    for name, content in {".gitignore": b"*.log\n", "a.log": b"x", "a.txt": b"text", "weights.bin": data}.items():
        (source / name).write_bytes(content)
    api.create_repo("alice/old")
    api.upload_folder(repo_id="alice/old", folder_path=source, create_pr=True)
    api.move_repo("alice/old", "acme/new")
    names = ("a.txt", "weights.bin")
    paths = [hf_hub_download("alice/old", name, revision="refs/pr/1") for name in names]
    return {
        "listed": sorted(api.list_repo_files("acme/new", revision="refs/pr/1")),
        "same bytes": [Path(path).read_bytes() for path in paths] == [b"text", data],
    }


def refs(api: HfApi, folder: Path) -> dict:
    api.create_repo("alice/branched")
    first = api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id="alice/branched").oid
    api.create_branch("alice/branched", branch="feature/x", revision=first)
    api.create_branch("alice/branched", branch="feature/x", exist_ok=True)
    api.upload_file(path_or_fileobj=b"2", path_in_repo="b.txt", repo_id="alice/branched", revision="feature/x")
    api.create_tag("alice/branched", tag="v1", tag_message="first", revision=first)
    pull = api.upload_file(
        path_or_fileobj=b"3", path_in_repo="c.txt", repo_id="alice/branched", create_pr=True, commit_message="Propose"
    )
    api.upload_file(path_or_fileobj=b"6", path_in_repo="d/f.txt", repo_id="alice/branched", revision=pull.pr_revision)
    drop = [CommitOperationDelete("d/", is_folder=True)]
    api.create_commit("alice/branched", drop, commit_message="Drop", revision=pull.pr_revision)
    changes = [CommitOperationAdd("d.txt", b"4"), CommitOperationDelete("a.txt")]
    second = api.create_commit("alice/branched", changes, commit_message="Two changes", parent_commit=first).oid
    seen = {"pull": [pull.pr_revision, pull.pr_num]}
    late = [CommitOperationAdd("e.txt", b"5")]
    seen["stale parent"] = _status(
        lambda: api.create_commit("alice/branched", late, commit_message="Too late", parent_commit=first)
    )
    listed = api.list_repo_refs("alice/branched", include_pull_requests=True)
    seen["branches"] = {ref.name: ref.target_commit in (first, second) for ref in listed.branches}
    seen["tags"] = [ref.name for ref in listed.tags]
    seen["pulls"] = [ref.ref for ref in listed.pull_requests]
    seen["files"] = {
        revision: sorted(api.list_repo_files("alice/branched", revision=revision))
        for revision in ("main", "feature/x", "v1", "refs/pr/1")
    }
    api.delete_branch("alice/branched", branch="feature/x")
    api.delete_tag("alice/branched", tag="v1")
    listed = api.list_repo_refs("alice/branched")
    seen["after"] = [[ref.name for ref in listed.branches], listed.tags]
    seen["no tag"] = _error(lambda: api.delete_tag("alice/branched", tag="v1"))
    return seen


def errors(api: HfApi, folder: Path) -> dict:
    api.create_repo("alice/private", private=True)
    api.create_repo("alice/gated")
    api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id="alice/gated")
    api.update_repo_settings("alice/gated", gated="manual")
    stranger = HfApi(token=os.environ["OTHER_TOKEN"])
    nobody = HfApi(token=False)
    attempts = {
        "no repo": lambda: api.model_info("alice/none"),
        "no revision": lambda: api.model_info("alice/gated", revision="none"),
        "no entry": lambda: hf_hub_download("alice/gated", "none.txt"),
        "no file": lambda: api.delete_file("none.txt", "alice/gated"),
        "no folder": lambda: list(api.list_repo_tree("alice/gated", "none")),
        "private to a stranger": lambda: stranger.model_info("alice/private"),
        "private to nobody": lambda: nobody.model_info("alice/private"),
        "gated to a stranger": lambda: hf_hub_download("alice/gated", "a.txt", token=stranger.token),
        "gated to nobody": lambda: hf_hub_download("alice/gated", "a.txt", token=False),
        "bad token": lambda: HfApi(token="hf_wrong").whoami(),
        "not mine": lambda: stranger.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="alice/gated"),
        "bad metadata": lambda: api.upload_file(
            path_or_fileobj=b"---\nlicense: mit\nlicense: apache-2.0\n---\n",
            path_in_repo="README.md",
            repo_id="alice/gated",
        ),
    }
    return {name: _error(attempt) for name, attempt in attempts.items()}


def many(api: HfApi, folder: Path) -> dict:
    count = int(os.environ["COUNT"])
    source = folder / "source"
    source.mkdir()
    for number in range(count):
        (source / f"{number:05}.txt").write_text(str(number))
    api.create_repo("alice/many")
    api.upload_folder(repo_id="alice/many", folder_path=source)
    snapshot = Path(snapshot_download("alice/many", max_workers=16, allow_patterns=[f"*{digit}.txt" for digit in "05"]))
    return {
        "listed": len(api.list_repo_files("alice/many")),
        "downloaded": all(path.read_text() == str(int(path.stem)) for path in snapshot.glob("*.txt")),
    }


def _status(attempt) -> int:
    try:
        attempt()
    except HfHubHTTPError as error:
        return error.response.status_code
    return 200


def _error(attempt) -> str:
    try:
        attempt()
    except Exception as error:
        return type(error).__name__
    return "none"


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](HfApi(), Path(sys.argv[2]))))
