"""Users, organizations, who belongs to which, and access tokens (kept as sha256 only)."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import string
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .database import Database
from .errors import AlreadyExists, InvalidName, TokenExpired, UnknownAccount
from .names import check_account_name, new_uid, now

if TYPE_CHECKING:
    from .repos import Repo

TokenRole = Literal["read", "write", "fineGrained"]
TokenKind = Literal["access", "oauth"]
OrgRole = Literal["admin", "write", "contributor", "read"]
READ, WRITE = "repo.content.read", "repo.write"
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Account:
    """A user or an organization: a namespace."""

    key: int
    uid: str
    name: str
    type: Literal["user", "org"]
    fullname: str
    email: str | None
    created_at: str


@dataclass(frozen=True)
class Membership:
    org: Account
    role: OrgRole


@dataclass(frozen=True)
class Scope:
    """What a fine-grained token may do with one user's or organization's repos, or with one repo."""

    entity: str
    permissions: tuple[str, ...]

    def covers(self, repo: Repo, permission: str) -> bool:
        return permission in self.permissions and self.entity in {repo.namespace, f"{repo.kind}s/{repo.id}"}


@dataclass(frozen=True)
class Token:
    """An access token, or one that a login with a browser got (`oauth`); the secret itself is not kept anywhere.

    expires_at: seconds since 1970, None for one without an end.
    """

    key: int
    name: str
    role: TokenRole
    scopes: tuple[Scope, ...]
    created_at: str
    kind: TokenKind = "access"
    expires_at: float | None = None

    def allows(self, repo: Repo, permission: str) -> bool:
        if self.role == "fineGrained":
            return any(scope.covers(repo, permission) for scope in self.scopes)
        return permission == READ or self.role == "write"


@dataclass(frozen=True)
class Identity:
    """Who a request comes from, and what its token allows."""

    user: Account
    memberships: tuple[Membership, ...]
    token: Token

    @property
    def name(self) -> str:
        return self.user.name

    def role_in(self, namespace: str) -> OrgRole | None:
        """`admin` of oneself, the role in an organization, None elsewhere. Names compare without case."""
        if namespace.lower() == self.user.name.lower():
            return "admin"
        return next((member.role for member in self.memberships if member.org.name.lower() == namespace.lower()), None)

    def can_read(self, repo: Repo) -> bool:
        """Whether the repo is visible. Gating is a further question: `may_download`."""
        if not repo.private:
            return True
        return self.role_in(repo.namespace) is not None and (
            self.token.allows(repo, READ) or self.token.allows(repo, WRITE)
        )

    def may_download(self, repo: Repo) -> bool:
        """Whether the content of a visible repo may be had: not gated, or one's own, or access was granted."""
        return repo.gated is None or self.role_in(repo.namespace) is not None or repo.access_of(self.user) == "accepted"

    def can_write(self, repo: Repo) -> bool:
        """Whether commits are allowed: to a contributor of an organization, in repos of their own making."""
        role = self.role_in(repo.namespace)
        own = role == "contributor" and repo.creator == self.user.key
        return (own or role in {"admin", "write"}) and self.token.allows(repo, WRITE)

    def can_administer(self, repo: Repo) -> bool:
        """Whether the repo may be deleted, moved or given other settings."""
        return self.can_write(repo)

    def can_create_in(self, namespace: str) -> bool:
        if self.role_in(namespace) not in {"admin", "write", "contributor"}:
            return False
        if self.token.role == "fineGrained":
            return any(scope.entity == namespace and WRITE in scope.permissions for scope in self.token.scopes)
        return self.token.role == "write"


class Accounts:
    """Names are unique without case over users and organizations."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create_user(self, name: str, *, fullname: str = "", email: str | None = None) -> Account:
        """Raises InvalidName, AlreadyExists."""
        return self._create(name, "user", fullname, email)

    def create_org(self, name: str, *, fullname: str = "") -> Account:
        return self._create(name, "org", fullname, None)

    def _create(self, name: str, kind: str, fullname: str, email: str | None) -> Account:
        check_account_name(name)
        try:
            self._db.run(
                "INSERT INTO accounts (uid, name, type, fullname, email, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                *(new_uid(), name, kind, fullname or name, email, now()),
            )
        except sqlite3.IntegrityError:
            raise AlreadyExists(f"There is already an account of the name {name!r}") from None
        return self.find(name)

    def find(self, name: str) -> Account:
        """Raises UnknownAccount."""
        row = self._db.row("SELECT * FROM accounts WHERE name = ?", name)
        if row is None:
            raise UnknownAccount(f"No user or organization named {name!r}")
        return _account(row)

    def list(self) -> Sequence[Account]:
        return [_account(row) for row in self._db.rows("SELECT * FROM accounts ORDER BY name")]

    def set_member(self, org: str, user: str, role: OrgRole = "write") -> None:
        """Add a user to an organization, or change the role. Raises UnknownAccount."""
        organization, member = self.find(org), self.find(user)
        if organization.type != "org" or member.type != "user":
            raise UnknownAccount(f"{org!r} is not an organization or {user!r} is not a user")
        self._db.run(
            "INSERT INTO memberships VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET role = excluded.role",
            *(organization.key, member.key, role),
        )

    def remove_member(self, org: str, user: str) -> None:
        self._db.run("DELETE FROM memberships WHERE org = ? AND user = ?", self.find(org).key, self.find(user).key)

    def memberships(self, user: Account) -> tuple[Membership, ...]:
        rows = self._db.rows(
            "SELECT accounts.*, role FROM memberships JOIN accounts ON accounts.id = org WHERE user = ?"
            " ORDER BY memberships.rowid",
            user.key,
        )
        return tuple(Membership(_account(row), row["role"]) for row in rows)

    def create_token(
        self,
        user: str,
        *,
        role: TokenRole = "write",
        name: str = "token",
        scopes: Sequence[Scope] = (),
        value: str | None = None,
        kind: TokenKind = "access",
        lifetime: float | None = None,
    ) -> str:
        """Returns the secret, for the last time. value: a secret of the caller's choice, for reproducible set-ups.

        lifetime: seconds, after which the token is refused.
        """
        owner = self.find(user)
        if owner.type != "user":
            raise InvalidName(f"Tokens belong to users, and {user!r} is an organization")
        value = value or new_secret("hf_oauth_" if kind == "oauth" else "hf_")
        expires_at = None if lifetime is None else time.time() + lifetime
        try:
            self._db.run(
                "INSERT INTO tokens (user, sha256, name, role, scopes, created_at, kind, expires_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(owner.key, digest(value), name, role, encode_scopes(scopes), now(), kind, expires_at),
            )
        except sqlite3.IntegrityError:
            raise AlreadyExists("This token exists already") from None
        return value

    def tokens(self, user: str) -> Sequence[Token]:
        rows = self._db.rows("SELECT * FROM tokens WHERE user = ? ORDER BY id", self.find(user).key)
        return [_token(row) for row in rows]

    def revoke_token(self, user: str, key: int) -> bool:
        """False when the user has no such token."""
        return self._db.run("DELETE FROM tokens WHERE user = ? AND id = ?", self.find(user).key, key) > 0

    def identify(self, token: str) -> Identity | None:
        """Who a token belongs to, or None for an unknown one. Raises TokenExpired."""
        row = self._db.row("SELECT * FROM tokens WHERE sha256 = ?", digest(token))
        if row is None:
            return None
        if row["expires_at"] is not None and row["expires_at"] <= time.time():
            raise TokenExpired(row["name"])
        owner = self._db.row("SELECT * FROM accounts WHERE id = ?", row["user"])
        assert owner is not None
        user = _account(owner)
        return Identity(user, self.memberships(user), _token(row))


def new_secret(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(34))


def digest(token: str) -> str:
    # A token is 200 random bits: a plain hash cannot be reversed by guessing, so no slow hash is needed.
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row: sqlite3.Row) -> Account:
    return Account(row["id"], row["uid"], row["name"], row["type"], row["fullname"], row["email"], row["created_at"])


def _token(row: sqlite3.Row) -> Token:
    return Token(
        row["id"],
        row["name"],
        row["role"],
        decode_scopes(row["scopes"]),
        row["created_at"],
        row["kind"],
        row["expires_at"],
    )


def encode_scopes(scopes: Sequence[Scope]) -> str:
    return json.dumps([{"entity": scope.entity, "permissions": scope.permissions} for scope in scopes])


def decode_scopes(text: str) -> tuple[Scope, ...]:
    return tuple(Scope(scope["entity"], tuple(scope["permissions"])) for scope in json.loads(text))
