"""What a client may say of a new repo beside its name and type (wire.md §5.2), checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..store.names import Kind
from ..store.repos import Visibility
from .errors import HubError
from .parameters import optional

_OBJECT_ID = re.compile("[0-9a-f]{24}")
_REGIONS = ("us", "eu")
_OF_VOLUMES = ("type", "source", "mountPath")
_OF_SPACES: Mapping[str, type] = {
    "hardware": str,
    "sleepTimeSeconds": int,
    "secrets": list,
    "variables": list,
    "volumes": list,
    "template": str,
}


def read_visibility(payload: Mapping[str, Any], kind: Kind) -> Visibility | None:
    """1.1.7 says `private`, 2.4.0 `visibility`; None for neither."""
    visibility = optional(payload, "visibility", str)
    if visibility is None:
        private = optional(payload, "private", bool)
        return None if private is None else "private" if private else "public"
    if visibility == "protected" and kind != "space":
        raise HubError(400, "Only Spaces can be protected")
    if visibility not in {"public", "private", "protected"}:
        raise HubError(400, f"Invalid visibility: {visibility!r}")
    known: Visibility = visibility  # type: ignore[assignment]  # one of them
    return known


def read_details(payload: Mapping[str, Any], kind: Kind, *, in_organization: bool) -> dict[str, Any]:
    """As `Repo.details` has them. Of secrets only the names are kept, as nothing here runs a Space."""
    given = {name: optional(payload, name, wanted) for name, wanted in _OF_SPACES.items()}
    details: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if details and kind != "space":
        raise HubError(400, f"Only Spaces have {', '.join(details)}")
    for name in {"secrets", "variables"} & set(details):
        pairs = dict(_pair(item) for item in details[name])
        details[name] = list(pairs) if name == "secrets" else pairs
    for volume in details.get("volumes", ()):
        if not isinstance(volume, dict) or not all(isinstance(volume.get(key), str) for key in _OF_VOLUMES):
            raise HubError(400, f"Volumes must be objects with {', '.join(_OF_VOLUMES)}")
    group, region = optional(payload, "resourceGroupId", str), optional(payload, "region", str)
    if group is not None:
        details["resourceGroupId"] = _resource_group(group, in_organization=in_organization)
    if region is not None:
        if region not in _REGIONS:
            raise HubError(400, f'"region" must be one of {", ".join(_REGIONS)}')
        details["region"] = region
    return details


def _pair(item: object) -> tuple[str, str]:
    key, value = (item.get("key"), item.get("value")) if isinstance(item, dict) else (None, None)
    if not isinstance(key, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) or not isinstance(value, str):
        raise HubError(400, 'Secrets and variables must be objects with "key" and "value"')
    return key, value


def _resource_group(group: str, *, in_organization: bool) -> str:
    if not in_organization:
        raise HubError(400, "Resource groups are only available in organizations")
    if not _OBJECT_ID.fullmatch(group):
        raise HubError(400, f"Invalid resource group: {group!r}")
    return group
