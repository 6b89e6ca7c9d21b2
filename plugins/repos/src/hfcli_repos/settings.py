"""Change who may see a repository and have its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError, repo_info

from . import orders
from .changes import Change, command_line
from .nearest import suggesting
from .targets import check_rights, own_repo
from .visibility import visibility_fields, visibility_of

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, Repo, RepoInfo

    from .visibility import Visibility


def change_settings(
    session: HubSession, repo: Repo, *, gated: str | None, visibility: Visibility | None, dry_run: bool
) -> Change:
    """``gated`` is one of auto, manual, false."""
    after: dict[str, Any] = {} if gated is None else {"gated": False if gated == "false" else gated}
    request = after | visibility_fields(visibility)
    if visibility is not None:
        after["visibility"] = visibility
    if not after:
        raise UsageError("At least one setting must be given", hint="--gated, --private, --public or --protected")
    repo = own_repo(session, repo)
    with suggesting(session, repo):
        before = _before(repo_info(session, repo), after)
        if dry_run:
            check_rights(session, repo)
        else:
            orders.change_settings(session, repo, request)
    listed = ", ".join(f"{name} from {_word(before[name])} to {_word(value)}" for name, value in after.items())
    return Change(
        done=f"Successfully updated the settings of {repo.id} on the Hub.",
        planned=f"Would change {listed} of the {repo.type} {repo.id}",
        data={"repo_id": repo.id, "repo_type": repo.type, **after, "before": before},
        quiet=repo.web_url(session.endpoint),
        undo=None if before == after else command_line(repo, "repo", "settings", repo.id, *_options(before)),
    )


def _before(info: RepoInfo, after: dict[str, Any]) -> dict[str, Any]:
    """What the settings are that will be changed."""
    now = {"gated": info.gated, "visibility": visibility_of(info)}
    return {name: now[name] for name in after}


def _options(settings: dict[str, Any]) -> list[str]:
    gated = ["--gated", _word(settings["gated"])] if "gated" in settings else []
    return gated + ([f"--{settings['visibility']}"] if "visibility" in settings else [])


def _word(value: object) -> str:
    return "false" if value is False else str(value)
