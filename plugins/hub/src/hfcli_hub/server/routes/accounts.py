"""Who am I (wire.md §5.1)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.accounts import Account, Identity
from ..answers import json_answer
from ..auth import require_identity


def whoami(request: Request) -> Response:
    return json_answer(describe(require_identity(request)))


def describe(identity: Identity) -> dict[str, object]:
    token = identity.token
    access: dict[str, object] = {"displayName": token.name, "role": token.role, "createdAt": token.created_at}
    if token.role == "fineGrained":
        access["fineGrained"] = {
            "global": [],
            "scoped": [
                {"entity": {"name": scope.entity}, "permissions": list(scope.permissions)} for scope in token.scopes
            ],
        }
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
        "auth": {"type": "access_token", "accessToken": access},
    }


def _account(account: Account) -> dict[str, object]:
    return {"id": account.uid, "name": account.name, "fullname": account.fullname, "avatarUrl": ""}


routes = [Route("/api/whoami-v2", whoami)]
