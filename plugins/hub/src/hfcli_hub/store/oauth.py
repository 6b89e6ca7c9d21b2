"""Logins with a browser (the device flow, RFC 8628), their renewal, and trust in the identities of CI jobs (RFC 8693).

Of every secret there is only the sha256; a code that is typed is short, and lives for minutes.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .accounts import READ, WRITE, Account, Scope, decode_scopes, digest, encode_scopes, new_secret
from .errors import OAuthRefused
from .jwt import verified_claims

if TYPE_CHECKING:
    import sqlite3

    from .accounts import Accounts, Identity, TokenRole
    from .database import Database

# Without vowels, so that no word comes about, and without what is easily mistaken.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_EXCHANGED = 3600.0
_SLOWER = 5.0


@dataclass(frozen=True)
class DeviceLogin:
    """A login that has begun. `secret` is for the program, `user_code` for the person."""

    secret: str
    user_code: str
    interval: float
    expires_in: float


@dataclass(frozen=True)
class Issued:
    """Tokens for a program; `expires_in` are seconds."""

    access_token: str
    expires_in: float
    refresh_token: str | None = None


@dataclass(frozen=True)
class Trust:
    """Jobs whose identity token has these claims may act as the user on the resource: a repo, or the user's name."""

    key: int
    issuer: str
    claims: Mapping[str, str]
    resource: str
    user: str
    keys: Sequence[Mapping[str, Any]]


class OAuth:
    """`interval`, `code_lifetime` and `token_lifetime` are seconds, and may be set by whoever runs the server."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._db, self._accounts = database, accounts
        self.interval = 5.0
        self.code_lifetime = 900.0
        self.token_lifetime = 8 * 3600.0

    # Logins with a browser

    def start(self, client: str) -> DeviceLogin:
        now = time.time()
        secret = new_secret("hfd_")
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        code = f"{letters[:4]}-{letters[4:]}"
        with self._db.transaction() as run:
            run("DELETE FROM device_logins WHERE expires_at < ?", now - 3600)
            run(
                "INSERT INTO device_logins VALUES (?, ?, ?, 'pending', NULL, NULL, NULL, ?, ?, ?)",
                *(digest(secret), code, client, now + self.code_lifetime, now, self.interval),
            )
        return DeviceLogin(secret, code, self.interval, self.code_lifetime)

    def waiting(self, user_code: str) -> bool:
        """Whether a program waits for a decision on that code."""
        return self._pending(user_code) is not None

    def decide(self, user_code: str, identity: Identity, *, agree: bool) -> bool:
        """Let the program act as `identity`, with no more rights than that has, or not. False: no program waits."""
        return (
            self._db.run(
                "UPDATE device_logins SET status = ?, user = ?, role = ?, scopes = ? "
                "WHERE user_code = ? AND status = 'pending' AND expires_at > ?",
                "agreed" if agree else "declined",
                *(identity.user.key, identity.token.role, encode_scopes(identity.token.scopes)),
                *(_normal(user_code), time.time()),
            )
            > 0
        )

    def poll(self, secret: str, client: str) -> Issued:
        """The tokens, once somebody agreed, and once only. Raises OAuthRefused: also while nobody did."""
        now = time.time()
        with self._db.transaction() as run:
            row = run("SELECT * FROM device_logins WHERE sha256 = ? AND client = ?", digest(secret), client).fetchone()
            if row is None:
                raise OAuthRefused("invalid_grant", "no such device code")
            too_fast = now - row["polled_at"] < row["interval"] * 0.9
            interval = row["interval"] + (_SLOWER if too_fast else 0)
            run("UPDATE device_logins SET polled_at = ?, interval = ? WHERE sha256 = ?", now, interval, row["sha256"])
            if row["status"] == "agreed" and not too_fast:
                run("DELETE FROM device_logins WHERE sha256 = ?", row["sha256"])
        if row["expires_at"] <= now:
            raise OAuthRefused("expired_token", "the code has expired")
        if too_fast:
            raise OAuthRefused("slow_down", f"ask every {interval:g} seconds")
        if row["status"] == "declined":
            raise OAuthRefused("access_denied", "the login was declined")
        if row["status"] == "pending":
            raise OAuthRefused("authorization_pending", "nobody has agreed yet")
        return self._issue(self._owner(row["user"]), row["role"], decode_scopes(row["scopes"]), client)

    def refresh(self, refresh_token: str, client: str) -> Issued:
        """Other tokens for those of a login, which are no longer valid then."""
        with self._db.transaction() as run:
            row = run(
                "SELECT tokens.* FROM refresh_tokens JOIN tokens ON tokens.id = token "
                "WHERE refresh_tokens.sha256 = ? AND client = ?",
                *(digest(refresh_token), client),
            ).fetchone()
            if row is None:
                raise OAuthRefused("invalid_grant", "the refresh token is not valid")
            run("DELETE FROM tokens WHERE id = ?", row["id"])
        return self._issue(self._owner(row["user"]), row["role"], decode_scopes(row["scopes"]), client)

    # Identities of CI jobs

    def trust(
        self, issuer: str, resource: str, user: str, *, claims: Mapping[str, str], keys: Sequence[Mapping[str, Any]]
    ) -> None:
        """Trust an issuer, whose public keys are JWKs, for jobs with these claims."""
        owner = self._accounts.find(user)
        self._db.run(
            "INSERT INTO trusts (issuer, claims, resource, keys, user) VALUES (?, ?, ?, ?, ?)",
            *(issuer, json.dumps(dict(claims)), resource, json.dumps(list(keys)), owner.key),
        )

    def trusts(self) -> list[Trust]:
        return [
            Trust(
                row["id"],
                row["issuer"],
                json.loads(row["claims"]),
                row["resource"],
                row["name"],
                json.loads(row["keys"]),
            )
            for row in self._db.rows("SELECT trusts.*, name FROM trusts JOIN accounts ON accounts.id = user")
        ]

    def exchange(self, identity_token: str, resource: str, audience: str) -> Issued:
        """An hour's token for a job's identity: write access to a repo, or read access as a user."""
        for trust in self.trusts():
            if trust.resource != resource:
                continue
            claims = verified_claims(identity_token, trust.keys, issuer=trust.issuer, audience=audience)
            if claims is not None and all(claims.get(name) == value for name, value in trust.claims.items()):
                return self._exchanged(trust)
        raise OAuthRefused("invalid_grant", f"no trusted publisher of {resource} has the claims of this token")

    def _exchanged(self, trust: Trust) -> Issued:
        kind, _, rest = trust.resource.partition("/")
        entity = trust.resource if kind in ("datasets", "spaces") else f"models/{trust.resource}"
        role: TokenRole = "fineGrained" if rest else "read"
        token = self._accounts.create_token(
            trust.user,
            role=role,
            name=f"CI job of {trust.issuer}",
            scopes=[Scope(entity, (READ, WRITE))] if rest else [],
            lifetime=_EXCHANGED,
        )
        return Issued(token, _EXCHANGED)

    def _issue(self, user: Account, role: TokenRole, scopes: Sequence[Scope], client: str) -> Issued:
        access = self._accounts.create_token(
            user.name, role=role, scopes=scopes, name="login with a browser", kind="oauth", lifetime=self.token_lifetime
        )
        refresh = new_secret("hf_refresh_")
        self._db.run(
            "INSERT INTO refresh_tokens SELECT ?, ?, id FROM tokens WHERE sha256 = ?",
            *(digest(refresh), client, digest(access)),
        )
        return Issued(access, self.token_lifetime, refresh)

    def _owner(self, key: int) -> Account:
        row = self._db.row("SELECT name FROM accounts WHERE id = ?", key)
        if row is None:
            raise OAuthRefused("invalid_grant", "the account is gone")
        return self._accounts.find(row["name"])

    def _pending(self, user_code: str) -> sqlite3.Row | None:
        return self._db.row(
            "SELECT 1 FROM device_logins WHERE user_code = ? AND status = 'pending' AND expires_at > ?",
            *(_normal(user_code), time.time()),
        )


def _normal(user_code: str) -> str:
    """The code as it was shown, however it was typed."""
    letters = "".join(character for character in user_code.upper() if character in _LETTERS)
    return f"{letters[:4]}-{letters[4:]}"
