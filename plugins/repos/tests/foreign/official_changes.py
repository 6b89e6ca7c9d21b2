"""What the official client sees of our changes, and changes itself: ``python official_changes.py``, run in its own
environment. Prints one JSON object."""

from __future__ import annotations

import json

from huggingface_hub import CommitOperationDelete, HfApi

api = HfApi()


def settings(repo_id: str, repo_type: str = "model") -> list:
    info = api.repo_info(repo_id, repo_type=repo_type)
    return [info.id, info.private, info.gated]


def refs(repo_id: str) -> dict:
    found = api.list_repo_refs(repo_id)
    return {
        "branches": [ref.name for ref in found.branches],
        "tags": {ref.name: ref.target_commit for ref in found.tags},
    }


def status(attempt) -> int:
    try:
        attempt()
    except Exception as error:
        return error.response.status_code
    return 200


seen = {
    "made": settings("alice/ours"),
    "refs": refs("alice/ours"),
    "files": api.list_repo_files("alice/ours"),
    "moved": settings("alice/before"),
    "space": [api.space_info("alice/space").sdk, api.space_info("alice/space").private],
    "runtime": api.get_space_runtime("alice/space").requested_hardware,
    "variables": {name: item.value for name, item in api.get_space_variables("alice/space").items()},
    "deleted": api.repo_exists("alice/gone"),
    "copy": api.list_repo_files("alice/copy", repo_type="dataset"),
    "exists": status(lambda: api.create_repo("alice/ours")),
    "tag exists": status(lambda: api.create_tag("alice/ours", tag="v1")),
    "branch exists": status(lambda: api.create_branch("alice/ours", branch="dev")),
}
api.create_repo("alice/theirs", private=True)
api.update_repo_settings("alice/theirs", gated="manual", private=False)
api.upload_file(path_or_fileobj=b"1", path_in_repo="d/a.txt", repo_id="alice/theirs")
api.upload_file(path_or_fileobj=b"2", path_in_repo="b.txt", repo_id="alice/theirs")
api.create_tag("alice/theirs", tag="v2", tag_message="second")
api.create_branch("alice/theirs", branch="next")
api.delete_folder("d/", "alice/theirs")
api.create_commit("alice/theirs", [CommitOperationDelete("b.txt")], commit_message="Propose", create_pr=True)
api.move_repo("alice/theirs", "acme/theirs")
api.delete_tag("alice/ours", tag="v1")
api.delete_branch("alice/ours", branch="dev")
print(json.dumps(seen))
