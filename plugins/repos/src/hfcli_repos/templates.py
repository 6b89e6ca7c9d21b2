"""The Spaces that new ones can be started from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hfcli_core.api import IntegrityError, NotFoundError

from .nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import HubSession


@dataclass(frozen=True, slots=True)
class Template:
    """``id`` is that of the Space whose files are copied."""

    name: str
    id: str
    sdk: str
    prefers_private: bool


def find_template(session: HubSession, wanted: str) -> Template:
    """The template of that name, in any case, or of that id. Raises ``NotFoundError``."""
    known = list(_read(session.json("GET", "api/spaces/templates")))
    found = next((one for one in known if wanted == one.id or wanted.lower() == one.name.lower()), None)
    if found is None:
        names = {one.name.lower(): one.name for one in known}
        there = f"there are: {', '.join(sorted(names.values()))}" if names else "this Hub has none"
        raise NotFoundError(f"No template '{wanted}'", hint=did_you_mean(wanted.lower(), names) or there)
    return found


def _read(raw: Any) -> Iterator[Template]:
    try:
        for item in raw["templates"]:
            yield Template(str(item["name"]), str(item["repoId"]), str(item["sdk"]), bool(item.get("preferredPrivate")))
    except (AttributeError, KeyError, TypeError):
        raise IntegrityError("The Hub listed templates in a form that is not known") from None
