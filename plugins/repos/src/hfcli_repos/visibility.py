"""``--private [true|false]``, ``--no-private``, ``--public``, ``--protected``: one of three words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from hfcli_core.api import UsageError

if TYPE_CHECKING:
    from hfcli_core.api import RepoInfo, RepoType

Visibility = Literal["public", "private", "protected"]


def read_visibility(repo_type: RepoType, *, private: bool | None, public: bool, protected: bool) -> Visibility | None:
    """None where nothing was said. ``--no-private`` with ``--protected`` is protected, as for the official client."""
    asked: dict[str, bool] = {"--private": bool(private), "--public": public, "--protected": protected}
    given = [name for name, is_given in asked.items() if is_given]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} exclude each other", hint="give one of the two")
    if protected and repo_type != "space":
        raise UsageError(f"--protected is for Spaces, and this is a {repo_type}", hint="use --private")
    if protected:
        return "protected"
    if public or private is False:
        return "public"
    return "private" if private else None


def visibility_fields(visibility: Visibility | None) -> dict[str, Any]:
    """The fields of a request: `private` is what every version of the Hub understands (wire.md §5.2)."""
    if visibility is None:
        return {}
    return {"visibility": visibility} if visibility == "protected" else {"private": visibility == "private"}


def visibility_of(info: RepoInfo) -> Visibility:
    """Only some versions of the Hub tell a protected Space from a private one."""
    if info.raw.get("visibility") == "protected":
        return "protected"
    return "private" if info.private else "public"
