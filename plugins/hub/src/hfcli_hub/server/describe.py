"""Repos, entries and commits as the API writes them (wire.md §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..store.errors import UnknownRepo, UnknownRevision
from ..store.git import GitRepo
from ..store.git_objects import CommitInfo, Entry
from ..store.names import timestamp
from ..store.refs import MAIN
from ..store.repos import Repo
from .cards import card_data, tags


def summary(repo: Repo, revision: str = MAIN) -> dict[str, Any]:
    """A repo in a list; its tags and `pipeline_tag` are those of its README at a revision."""
    card = card_data(repo, revision)
    described: dict[str, Any] = {
        "_id": repo.uid,
        "id": repo.id,
        "author": repo.namespace or None,
        "private": repo.private,
        "gated": repo.gated or False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": tags(repo.kind, card),
        "createdAt": repo.created_at,
        "lastModified": modified(repo),
    }
    if repo.kind == "model":
        described["modelId"] = repo.id
        described |= {name: card[name] for name in ("pipeline_tag", "library_name") if name in card}
    if repo.kind == "space":
        described["sdk"] = repo.sdk
    return described


def details(repo: Repo, commit: str, *, blobs: bool = False, security: bool = False) -> dict[str, Any]:
    """A repo at a commit, with its files; `blobs` adds their sizes and oids."""
    files = [entry for entry in repo.git.walk(commit) if entry.type == "file"]
    described = {
        **summary(repo, commit),
        "sha": commit,
        "cardData": card_data(repo, commit),
        "usedStorage": _bytes(files),
        "visibility": repo.visibility,
        "siblings": [sibling(entry, blobs=blobs) for entry in files],
    }
    if group := repo.details.get("resourceGroupId"):
        described["resourceGroup"] = {"id": group}
    if security:
        described["securityRepoStatus"] = {"scansDone": False, "filesWithIssues": []}
    return described


def modified(repo: Repo) -> str:
    return timestamp(repo.last_modified)


def storage(repo: Repo) -> int:
    """The bytes of the files on main; 0 where main is gone."""
    try:
        return _bytes(repo.git.walk(repo.git.resolve(MAIN)))
    except (UnknownRevision, UnknownRepo):
        return 0


def _bytes(entries: Iterable[Entry]) -> int:
    return sum(entry.size for entry in entries)


def only(described: dict[str, Any], properties: Sequence[str]) -> dict[str, Any]:
    """Only the properties that were asked for, beside the ids. Those that nothing here fills are absent."""
    return {key: value for key, value in described.items() if key in {"_id", "id", "modelId", *properties}}


def sibling(entry: Entry, *, blobs: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"rfilename": entry.path}
    if blobs:
        described |= {"size": entry.size, "blobId": entry.oid}
        if entry.lfs:
            described["lfs"] = {
                "sha256": entry.lfs.sha256,
                "size": entry.lfs.size,
                "pointerSize": entry.lfs.pointer_size,
            }
    return described


def tree_entries(git: GitRepo, commit: str, entries: Sequence[Entry], *, expand: bool) -> list[dict[str, Any]]:
    """Entries of a tree or of paths-info; `expand` adds the last commit and the state of security scans."""
    described = [_tree_entry(entry) for entry in entries]
    if expand:
        commits = git.last_commits(commit, [entry.path for entry in entries])
        for item in described:
            last = commits[item["path"]]
            item["lastCommit"] = {"id": last.id, "title": last.title, "date": timestamp(last.date)}
            if item["type"] == "file":
                item["securityFileStatus"] = {"status": "unscanned", "avScan": None, "pickleImportScan": None}
    return described


def _tree_entry(entry: Entry) -> dict[str, Any]:
    described: dict[str, Any] = {"type": entry.type, "oid": entry.oid, "size": entry.size, "path": entry.path}
    if entry.lfs:
        described["lfs"] = {"oid": entry.lfs.sha256, "size": entry.lfs.size, "pointerSize": entry.lfs.pointer_size}
    return described


def commit(info: CommitInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "message": info.message,
        "authors": [{"user": info.author, "avatar": ""}],
        "date": timestamp(info.date),
        "parents": list(info.parents),
    }
