"""Organizations and tokens, as their commands manage them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from hfcli_core.api import NotFoundError, UsageError

from hfcli_hub.home import explained
from hfcli_hub.store.accounts import OrgRole, Scope
from hfcli_hub.store.errors import UnknownAccount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hfcli_hub.store.accounts import TokenRole
    from hfcli_hub.store.hub import Hub

_ROLES: dict[str, OrgRole] = {role: role for role in get_args(OrgRole)}


def add_org(hub: Hub, name: str, members: Sequence[str], *, fullname: str = "") -> dict[str, OrgRole]:
    """Add an organization and members (``USER`` or ``USER:ROLE``, by default ``write``); return the roles given.

    One that exists is only given the members. Nothing is changed when a member is wrong.
    """
    roles = dict(_member(text) for text in members)
    with explained():
        for user in roles:
            hub.accounts.find(user)
        if not roles or not _is_org(hub, name):
            hub.accounts.create_org(name, fullname=fullname)
        for user, role in roles.items():
            hub.accounts.set_member(name, user, role)
    return roles


def create_token(
    hub: Hub, user: str, role: TokenRole, *, name: str, scopes: Sequence[str], lifetime: float | None = None
) -> str:
    """A new token; ``scopes`` (``ENTITY=PERMISSION[,PERMISSION…]``) belong to a fine-grained one.

    ``lifetime``: seconds after which it is refused.
    """
    if bool(scopes) != (role == "fineGrained"):
        raise UsageError(
            "--scope and --role fineGrained belong together",
            hint="for example: --role fineGrained --scope models/acme/bert=repo.content.read",
        )
    with explained():
        parsed = [_scope(text) for text in scopes]
        return hub.accounts.create_token(user, role=role, name=name, scopes=parsed, lifetime=lifetime)


def list_tokens(hub: Hub, user: str | None) -> list[dict[str, Any]]:
    """The tokens of a user, or of all users, without their secrets."""
    with explained():
        users = [user] if user else [account.name for account in hub.accounts.list() if account.type == "user"]
        return [
            {"id": token.key, "user": owner, "name": token.name, "role": token.role, "created_at": token.created_at}
            for owner in users
            for token in hub.accounts.tokens(owner)
        ]


def revoke_token(hub: Hub, key: int) -> dict[str, Any]:
    """Revoke the token with that id and return what it was."""
    for row in list_tokens(hub, None):
        if row["id"] == key and hub.accounts.revoke_token(row["user"], key):
            return row
    raise NotFoundError(f"no token has the id {key}", hint="`hf hub token ls` shows them")


def trust_jobs(hub: Hub, resource: str, user: str, *, issuer: str, claims: Sequence[str], keys: Path) -> dict[str, str]:
    """Trust jobs whose identity has these claims (``NAME=VALUE``); return them. ``keys`` is a file with a JWKS."""
    named = dict(_claim(text) for text in claims)
    try:
        found = json.loads(keys.read_bytes())["keys"]
        usable = [{"n": str(key["n"]), "e": str(key["e"])} for key in found if key["kty"] == "RSA"]
    except (OSError, ValueError, LookupError, TypeError):
        raise UsageError(f"{keys} is not a JSON Web Key Set") from None
    if not usable:
        raise UsageError(f"{keys} has no RSA key, as RS256 needs one")
    with explained():
        hub.oauth.trust(issuer, resource, user, claims=named, keys=usable)
    return named


def _claim(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise UsageError(f"not a claim: {text}", hint="a claim is NAME=VALUE")
    return name, value


def _member(text: str) -> tuple[str, OrgRole]:
    user, _, role = text.partition(":")
    if role and role not in _ROLES:
        raise UsageError(f"not a role: {role}", hint=f"one of: {', '.join(_ROLES)}")
    return user, _ROLES[role or "write"]


def _scope(text: str) -> Scope:
    entity, _, permissions = text.partition("=")
    if not entity or not permissions:
        raise UsageError(f"not a scope: {text}", hint="a scope is ENTITY=PERMISSION[,PERMISSION…]")
    return Scope(entity, tuple(permissions.split(",")))


def _is_org(hub: Hub, name: str) -> bool:
    try:
        return hub.accounts.find(name).type == "org"
    except UnknownAccount:
        return False
