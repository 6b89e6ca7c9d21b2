"""One repo as the Hub knows it: identity, settings, who may have its content, its pull requests, its git."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from .errors import UnknownAccount, UnknownRepo, UnknownRevision
from .names import Kind, now
from .refs import MAIN

if TYPE_CHECKING:
    from .accounts import Account
    from .git import Author, Change, GitRepo
    from .hub import Hub

Gated = Literal["auto", "manual"]
Visibility = Literal["public", "private", "protected"]
AccessStatus = Literal["pending", "accepted", "rejected"]


@dataclass(frozen=True)
class Pull:
    """A pull request. `base` is the full ref that it is meant for."""

    num: int
    title: str
    description: str
    author: str
    base: str
    status: str
    created_at: str


@dataclass(frozen=True)
class Repo:
    """A snapshot of the settings; `update` returns the next one. `uid` stays when a repo is moved, `id` does not."""

    uid: str
    kind: Kind
    id: str
    private: bool
    gated: Gated | None
    sdk: str | None
    creator: int | None
    created_at: str
    hub: Hub = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: sqlite3.Row, hub: Hub) -> Repo:
        return cls(
            uid=row["uid"],
            kind=row["kind"],
            id=row["id"],
            private=bool(row["private"]),
            gated=row["gated"],
            sdk=row["sdk"],
            creator=row["creator"],
            created_at=row["created_at"],
            hub=hub,
        )

    @property
    def namespace(self) -> str:
        """The owner's name; empty for a canonical repo such as `gpt2`, which belongs to nobody."""
        return self.id.rpartition("/")[0]

    @property
    def web_path(self) -> str:
        """`ns/name`, `datasets/ns/name`, `spaces/ns/name`: where people and git find the repo below the endpoint."""
        return self.id if self.kind == "model" else f"{self.kind}s/{self.id}"

    @property
    def api_path(self) -> str:
        return f"api/{self.kind}s/{self.id}"

    @property
    def git(self) -> GitRepo:
        return self.hub.git_of(self.uid)

    @property
    def last_modified(self) -> datetime:
        """The time of the newest commit on main; of the creation, where main is gone or empty."""
        try:
            return self.git.objects.commit(self.git.resolve(MAIN)).date
        except (UnknownRevision, UnknownRepo):
            return datetime.fromisoformat(self.created_at)

    @property
    def details(self) -> dict[str, Any]:
        """What was said at the creation beside the settings (wire.md §5.2): `resourceGroupId`, `region`, and of a Space
        `hardware`, `sleepTimeSeconds`, `variables`, `volumes`, `template` and the names of its `secrets`."""
        rows = self.hub.database.rows("SELECT name, value FROM details WHERE repo = ?", self.uid)
        return {row["name"]: json.loads(row["value"]) for row in rows}

    @property
    def visibility(self) -> Visibility:
        """A protected Space is private but for what it shows when it runs."""
        if not self.private:
            return "public"
        return "protected" if self.details.get("protected") else "private"

    def update(self, *, visibility: Visibility | None = None, gated: Gated | Literal[False] | None = None) -> Repo:
        """Change settings; None leaves one as it is, `gated=False` opens a gated repo."""
        database = self.hub.database
        with database.transaction() as run:
            if visibility is not None:
                run("UPDATE repos SET private = ? WHERE uid = ?", visibility != "public", self.uid)
                is_protected = json.dumps(visibility == "protected")
                run("INSERT OR REPLACE INTO details VALUES (?, 'protected', ?)", self.uid, is_protected)
            if gated is not None:
                run("UPDATE repos SET gated = ? WHERE uid = ?", gated or None, self.uid)
        return self.hub.repo_by_uid(self.uid)

    # Access to gated content

    def access_of(self, user: Account) -> AccessStatus | None:
        row = self.hub.database.row("SELECT status FROM access WHERE repo = ? AND user = ?", self.uid, user.key)
        return row["status"] if row else None

    def set_access(self, user: Account, status: AccessStatus) -> None:
        if user.type != "user":
            raise UnknownAccount(f"Access is granted to users, and {user.name!r} is an organization")
        self.hub.database.run(
            "INSERT INTO access VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at",
            *(self.uid, user.key, status, now()),
        )

    def access_requests(self, status: AccessStatus) -> list[tuple[Account, str]]:
        """Who has this status, and since when; the newest first."""
        rows = self.hub.database.rows(
            "SELECT name, updated_at FROM access JOIN accounts ON id = user WHERE repo = ? AND status = ? "
            "ORDER BY updated_at DESC, name",
            *(self.uid, status),
        )
        return [(self.hub.accounts.find(row["name"]), row["updated_at"]) for row in rows]

    # Large files

    def has_large(self, sha256: str, size: int) -> bool:
        """Whether an object was uploaded to this repo, so that its files may name it and its readers may have it.

        All repos share the objects, not their readers: whoever knows a hash does not have the content yet.
        """
        uploaded = self.hub.database.row("SELECT 1 FROM uploads WHERE repo = ? AND sha256 = ?", self.uid, sha256)
        return uploaded is not None and self.hub.objects.has(sha256, size)

    def add_large(self, sha256: str) -> None:
        """Record that somebody who may write here has shown to have the content of a stored object."""
        self.hub.database.run("INSERT OR IGNORE INTO uploads VALUES (?, ?)", self.uid, sha256)

    # Pull requests

    def create_pull(
        self, base: str, changes: Iterable[Change], *, message: str, author: Author, parent: str | None = None
    ) -> tuple[Pull, str]:
        """Commit to a new `refs/pr/N` that starts at a branch. Returns the request and the commit.

        Raises UnknownRevision for a base that is no branch, and what `GitRepo.commit` raises.
        """
        git = self.git
        full_base = base if base.startswith("refs/heads/") else f"refs/heads/{base}"
        start = git.resolve(full_base)
        if parent is not None and not start.startswith(parent):
            # The branch moved after the committer looked; a pull request may start where they looked.
            start = git.resolve(parent)
        title, _, description = message.partition("\n")
        with git.lock():
            num = self._next_number()
            commit = git.commit(f"refs/pr/{num}", changes, message=message, author=author, start=start)
            pull = Pull(num, title, description.strip(), author.name, full_base, "open", now())
            # The ref comes first: a kill in between leaves a ref that nobody was told of, never a request without one.
            self.hub.database.run(
                "INSERT INTO pulls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(self.uid, num, pull.title, pull.description, pull.author, pull.base, pull.status, pull.created_at),
            )
        return pull, commit

    def _next_number(self) -> int:
        row = self.hub.database.row("SELECT max(num) FROM pulls WHERE repo = ?", self.uid)
        numbers = [row[0] or 0] if row else [0]
        numbers += [int(name) for name in self.git.all_refs().pulls if name.isdigit()]
        return max(numbers) + 1

    def pulls(self) -> list[Pull]:
        rows = self.hub.database.rows("SELECT * FROM pulls WHERE repo = ? ORDER BY num", self.uid)
        return [Pull(**{key: row[key] for key in row.keys() if key != "repo"}) for row in rows]  # noqa: SIM118  sqlite3.Row iterates over values
