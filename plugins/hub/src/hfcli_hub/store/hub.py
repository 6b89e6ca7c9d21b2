"""The Hub's data directory: accounts, repos and objects, and the one place that opens them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from .accounts import Account, Accounts
from .database import Database
from .durable import publish, write_new
from .errors import AlreadyExists, StoreError, UnknownRepo
from .git import Author, GitRepo, PutFile
from .gitattributes import default_gitattributes
from .limits import Limits
from .names import KINDS, Kind, check_repo_id, new_uid, now
from .oauth import OAuth
from .objects import ObjectStore
from .refs import MAIN
from .repos import Repo

if TYPE_CHECKING:
    from ..endpoints.service import Endpoints
    from ..jobs.manager import Jobs

# An interrupted write is a day old at least before it is taken for one: another process may share the directory.
_ABANDONED_AFTER = 24 * 3600
# Each open repository holds up to four descriptors per pack; many systems allow a process 1024.
_MOST_OPEN = 8


@dataclass(frozen=True)
class Found:
    """A repo, and whether it was asked for by a name that is no longer, or not exactly, its own."""

    repo: Repo
    moved: bool


class Hub:
    """Everything persistent, under one data directory. Safe for threads; processes may share the directory.

    ::

        hub.sqlite      accounts, token hashes, repos, settings, pull requests
        secret          key that signs content addresses, mode 0600
        repos/<uid>.git one bare git repository per repo; the uid stays when the repo is moved
        objects/        large files by sha256, and parts of uploads
        tmp/            whatever is being written
        jobs…           jobs/manager.py, where jobs are enabled
        endpoints.sqlite  Inference Endpoints, from the first use on
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        data.mkdir(parents=True, exist_ok=True)
        self._repos = data / "repos"
        self._temporary = data / "tmp"
        for directory in (self._repos, self._temporary):
            directory.mkdir(exist_ok=True)
        self.database = Database(data / "hub.sqlite")
        self.accounts = Accounts(self.database)
        self.oauth = OAuth(self.database, self.accounts)
        self.objects = ObjectStore(data / "objects", self._temporary)
        self.secret = _secret(data / "secret", self._temporary)
        # Where clients reach the content origin; set by whoever runs the server.
        self.content_url = ""
        self.public_host = ""
        # Set by whoever runs the server, as it runs programs; None: jobs are not enabled.
        self.jobs: Jobs | None = None
        self.limits = Limits()
        self._git: dict[str, GitRepo] = {}
        self._recent: OrderedDict[str, GitRepo] = OrderedDict()
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._sweep()

    def close(self) -> None:
        with self._lock:
            for git in self._git.values():
                git.close()
            self._git.clear()
            self._recent.clear()
            if self._endpoints is not None:
                self._endpoints.close()
        self.database.close()

    @property
    def endpoints(self) -> Endpoints:
        """The Inference Endpoints of all accounts."""
        with self._lock:
            if self._endpoints is None:
                # Most Hubs have none, and need no further database.
                from ..endpoints.service import Endpoints

                database = self.data / "endpoints.sqlite"
                self._endpoints = Endpoints(database, lambda repo_id: self.find_repo("model", repo_id) is not None)
            return self._endpoints

    # Repos

    def create_repo(
        self,
        kind: Kind,
        repo_id: str,
        *,
        private: bool = False,
        sdk: str | None = None,
        canonical: bool = False,
        creator: Account | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Repo:
        """A repo whose main has one commit, the default `.gitattributes`.

        canonical: allow a name without a namespace, such as `gpt2`. details: as in `Repo.details`. Raises InvalidName,
        AlreadyExists.
        """
        if kind not in KINDS:
            raise StoreError(f"Unknown repo type: {kind!r}")
        check_repo_id(repo_id, canonical=canonical)
        if self._taken(kind, repo_id):
            raise AlreadyExists(f"You already created this {kind} repo")
        uid = new_uid()
        git = GitRepo.create(self._git_path(uid), self._temporary)
        with self._lock:
            self._git[uid] = git
        author = Author.of(creator) if creator else Author("system", "system@localhost")
        git.commit(
            MAIN, [PutFile(".gitattributes", default_gitattributes(kind))], message="initial commit", author=author
        )
        try:
            with self.database.transaction() as run:
                run(
                    "INSERT INTO repos (uid, kind, id, private, sdk, creator, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    *(uid, kind, repo_id, private, sdk, creator.key if creator else None, now()),
                )
                for name, value in (details or {}).items():
                    run("INSERT INTO details VALUES (?, ?, ?)", uid, name, json.dumps(value))
                # A new repo takes over a name that was only kept as a forwarding address.
                run("DELETE FROM moved WHERE kind = ? AND id = ?", kind, repo_id)
        except sqlite3.IntegrityError:
            self._remove_git(uid)
            raise AlreadyExists(f"You already created this {kind} repo") from None
        return self.repo_by_uid(uid)

    def find_repo(self, kind: str, repo_id: str) -> Found | None:
        row = self._row(kind, repo_id)
        if row is None:
            return None
        repo = Repo.from_row(row, self)
        return Found(repo, moved=repo.id != repo_id)

    def repo_by_uid(self, uid: str) -> Repo:
        """Raises UnknownRepo for one that was deleted meanwhile."""
        row = self.database.row("SELECT * FROM repos WHERE uid = ?", uid)
        if row is None:
            raise UnknownRepo
        return Repo.from_row(row, self)

    def list_repos(self, kind: Kind, *, author: str | None = None, search: str = "") -> Sequence[Repo]:
        """All repos of a kind, newest first; of one owner; with some text in the id (without case)."""
        rows = self.database.rows(
            "SELECT * FROM repos WHERE kind = ? AND (? IS NULL OR instr(lower(id), lower(?) || '/') = 1) "
            "AND instr(lower(id), lower(?)) ORDER BY created_at DESC, uid",
            *(kind, author, author, search),
        )
        return [Repo.from_row(row, self) for row in rows]

    def count_repos(self, owner: str) -> int:
        """Repos of all kinds in a namespace."""
        row = self.database.row("SELECT count(*) FROM repos WHERE instr(lower(id), lower(?) || '/') = 1", owner)
        return int(row[0]) if row else 0

    def delete_repo(self, repo: Repo) -> None:
        """Gone for every reader when this returns; large files stay, as other repos may share them.

        Raises UnknownRepo when somebody else was faster.
        """
        if not self.database.run("DELETE FROM repos WHERE uid = ?", repo.uid):
            raise UnknownRepo
        repo.git.retire()
        self._remove_git(repo.uid)

    def move_repo(self, repo: Repo, new_id: str) -> Repo:
        """Rename; the old name goes on leading here until a new repo takes it. Raises InvalidName, AlreadyExists."""
        check_repo_id(new_id)
        try:
            with self.database.transaction() as run:
                run("UPDATE repos SET id = ? WHERE uid = ?", new_id, repo.uid)
                run("DELETE FROM moved WHERE kind = ? AND id = ?", repo.kind, new_id)
                if new_id.lower() != repo.id.lower():
                    run("INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", repo.kind, repo.id, repo.uid)
        except sqlite3.IntegrityError:
            raise AlreadyExists(f"There is already a {repo.kind} named {new_id!r}") from None
        return self.repo_by_uid(repo.uid)

    def add_alias(self, repo: Repo, alias: str) -> None:
        """Let a name lead to a repo, as `gpt2` leads to `openai-community/gpt2`."""
        check_repo_id(alias, canonical=True)
        if self._taken(repo.kind, alias):
            raise AlreadyExists(f"There is already a {repo.kind} named {alias!r}")
        self.database.run("INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", repo.kind, alias, repo.uid)

    def git_of(self, uid: str) -> GitRepo:
        with self._lock:
            git = self._git.get(uid)
            if git is None:
                git = self._git[uid] = GitRepo(self._git_path(uid), self._temporary)
            self._recent[uid] = git
            self._recent.move_to_end(uid)
            if len(self._recent) > _MOST_OPEN:
                # Only its files are closed: its lock and its caches stay the ones that everybody shares.
                self._recent.popitem(last=False)[1].close()
            return git

    def _row(self, kind: str, repo_id: str) -> sqlite3.Row | None:
        return self.database.row(
            "SELECT * FROM repos WHERE kind = ? AND id = ? UNION ALL "
            "SELECT repos.* FROM moved JOIN repos ON uid = repo WHERE moved.kind = ? AND moved.id = ? LIMIT 1",
            *(kind, repo_id, kind, repo_id),
        )

    def _taken(self, kind: str, repo_id: str) -> bool:
        return self.database.row("SELECT 1 FROM repos WHERE kind = ? AND id = ?", kind, repo_id) is not None

    def _git_path(self, uid: str) -> Path:
        return self._repos / f"{uid}.git"

    def _remove_git(self, uid: str) -> None:
        with self._lock:
            git = self._git.pop(uid, None)
            self._recent.pop(uid, None)
        if git:
            git.close()
        doomed = self._temporary / f"deleted-{uid}.git"
        self._git_path(uid).rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what kills and lost clients have left: half-written files, repositories without a row, parts."""
        before = time.time() - _ABANDONED_AFTER
        known = {row["uid"] for row in self.database.rows("SELECT uid FROM repos")}
        orphans = [path for path in self._repos.iterdir() if path.suffix == ".git" and path.stem not in known]
        stale = [path for path in [*self._temporary.iterdir(), *orphans] if path.lstat().st_mtime < before]
        for path in [*stale, *self.objects.abandoned_parts(before)]:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _secret(path: Path, temporary: Path) -> bytes:
    """The signing key, made once, however many processes start at once. A half-written one never gets the name."""
    with FileLock(f"{path}.lock"):
        if not path.exists():
            draft = temporary / f"secret-{os.getpid()}"
            write_new(draft, secrets.token_bytes(32), mode=0o600)
            publish(draft, path)
    return path.read_bytes()
