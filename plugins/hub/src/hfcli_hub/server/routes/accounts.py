"""Who am I (wire.md §5.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.accounts import Account, Identity, Token
from ..answers import json_answer
from ..auth import require_identity


def whoami(request: Request) -> Response:
    return json_answer(describe(require_identity(request)))


def describe(identity: Identity) -> dict[str, object]:
    return {
        "type": "user",
        **_account(identity.user),
        "email": identity.user.email,
        "emailVerified": identity.user.email is not None,
        "canPay": False,
        "isPro": False,
        "orgs": [
            {"type": "org", **_account(member.org), "email": None, "isEnterprise": False, "roleInOrg": member.role}
            for member in identity.memberships
        ],
        "auth": _describe_token(identity.token),
    }


def _describe_token(token: Token) -> dict[str, object]:
    """A login with a browser has no access token of its own name, as on the real Hub (surface.md §2.1)."""
    expiry = {} if token.expires_at is None else {"expiresAt": _moment(token.expires_at)}
    if token.kind == "oauth":
        return {"type": "oauth", **expiry}
    access: dict[str, object] = {"displayName": token.name, "role": token.role, "createdAt": token.created_at, **expiry}
    if token.role == "fineGrained":
        access["fineGrained"] = {
            "global": [],
            "scoped": [
                {"entity": {"name": scope.entity}, "permissions": list(scope.permissions)} for scope in token.scopes
            ],
        }
    return {"type": "access_token", "accessToken": access}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _account(account: Account) -> dict[str, object]:
    return {"id": account.uid, "name": account.name, "fullname": account.fullname, "avatarUrl": ""}


routes = [Route("/api/whoami-v2", whoami)]
