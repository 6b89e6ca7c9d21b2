"""What whoami says about a token, as people and programs are told (wire.md §5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hfcli_core.api import escape

if TYPE_CHECKING:
    from hfcli_core.api import WhoAmI


@dataclass(frozen=True, slots=True)
class TokenIdentity:
    """Whose a token is and what it may do. ``expires_at`` are seconds since 1970, None for a token without an end."""

    user: str
    orgs: tuple[str, ...]
    token_name: str | None
    role: str | None
    scopes: tuple[str, ...]
    expires_at: int | None

    def data(self) -> dict[str, Any]:
        return {
            "user": self.user,
            "orgs": list(self.orgs),
            "token_name": self.token_name,
            "role": self.role,
            "scopes": list(self.scopes),
            "expires_at": self.expires_at,
        }

    def lines(self) -> list[str]:
        """Role, scopes and expiry, one line each."""
        lines = [f"role: {escape(self.role or 'that of a login by browser')}"]
        lines += [f"scope: {escape(scope)}" for scope in self.scopes]
        return [*lines, f"expires: {moment(self.expires_at)}"]


def identity_of(who: WhoAmI) -> TokenIdentity:
    ends = who.token_expires_at
    return TokenIdentity(
        who.name, who.orgs, who.token_name, who.token_role, who.token_scopes, None if ends is None else int(ends)
    )


def moment(seconds: int | None) -> str:
    """A time as people read it, in their own zone."""
    return "never" if seconds is None else f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"
