"""The metadata at the head of README.md, checked before anything is made or sent (wire.md §5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import IntegrityError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import HubSession, Output, RepoType

    from .sources import Source

README = "README.md"
_LARGEST = 10 * 2**20
"""Bytes; what is larger is no description, and goes to LFS."""


def check_card(session: HubSession, repo_type: RepoType, sources: Sequence[Source], output: Output) -> None:
    """Warn of what the Hub would warn of; ``UsageError`` for what it would refuse.

    A Hub that has no such check is no hindrance.
    """
    card = next((source for source in sources if source.path == README), None)
    if card is None or card.size > _LARGEST:
        return
    text = card.read().decode(errors="replace")
    try:
        response = session.request(
            "POST",
            "api/validate-yaml",
            json={"content": text, "repoType": repo_type},
            retry=True,
            accept=(400,),
        )
        raw = response.json()
    except (NotFoundError, IntegrityError) as error:
        output.verbose(f"{README} was not checked: {error.message}")
        return
    for message in _messages(raw, "warnings"):
        output.warn(f"{README}: {message}")
    if errors := _messages(raw, "errors"):
        raise UsageError(f"The metadata of {README} is not valid: {'; '.join(errors)}", hint=f"correct {README}")


def _messages(raw: Any, key: str) -> list[str]:
    found = raw.get(key) if isinstance(raw, dict) else None
    items = found if isinstance(found, list) else []
    texts = [item.get("message") for item in items if isinstance(item, dict)]
    return [" ".join(text.split())[:500] for text in texts if isinstance(text, str)]
