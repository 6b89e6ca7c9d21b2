"""Every source of a token, which one wins, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import DISABLE_IMPLICIT_TOKEN, AuthenticationError, HfError, escape, mask, whoami

from hfcli_auth.identity import identity_of

if TYPE_CHECKING:
    from hfcli_core.api import App, Source, Token


def sources(app: App, endpoint: str) -> tuple[list[dict[str, Any]], Token | None]:
    """A row for each source (``source``, ``state``, ``token`` masked, ``reason``), and the token that is used."""
    found = app.credentials.sources(endpoint)
    off = app.settings[DISABLE_IMPLICIT_TOKEN]
    winner = None if off else next((source for source in found if source.token), None)
    return [_row(source, winner, off=off) for source in found], winner.token if winner else None


def _row(source: Source, winner: Source | None, *, off: bool) -> dict[str, Any]:
    state = "none"
    reason: str | None = source.problem or "nothing for this Hub"
    if source is winner:
        state, reason = "in use", None
    elif source.token is not None:
        state = "not used"
        reason = "HF_HUB_DISABLE_IMPLICIT_TOKEN is set" if off or winner is None else f"{winner.name} comes first"
    elif source.problem is not None:
        state = "failed" if "belongs to" not in source.problem else "not used"
    return {
        "source": source.token.source if source.token else source.name,
        "state": state,
        "token": mask(source.token.value) if source.token else None,
        "reason": reason,
    }


def check(app: App, endpoint: str, token: Token | None) -> dict[str, Any]:
    """What the Hub says about the token: the fields of its identity, or ``error``."""
    if token is None:
        return {"error": "no token"}
    try:
        return identity_of(whoami(app.session_as(endpoint, token))).data()
    except AuthenticationError as error:
        return {"error": error.message}
    except HfError as error:
        return {"error": f"the Hub could not be asked: {error.message}"}


def text(endpoint: str, rows: list[dict[str, Any]], checked: dict[str, Any]) -> str:
    from hfcli_auth.identity import TokenIdentity

    if error := checked.get("error"):
        head = [f"Not logged in at {endpoint}: {escape(error)}"]
    else:
        identity = TokenIdentity(**checked)
        head = [f"Logged in at {endpoint} as {escape(identity.user)}"]
        head += [f"  {line}" for line in (f"token: {escape(identity.token_name or '-')}", *identity.lines())]
    width = max(len(row["source"]) for row in rows)
    table = [
        f"  {row['state']:<8}  {escape(row['source']):<{width}}  {row['token'] or ''}  {escape(row['reason'] or '')}"
        for row in rows
    ]
    return "\n".join([*head, "Sources, in the order in which they are asked:", *(line.rstrip() for line in table)])
