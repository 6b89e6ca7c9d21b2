"""What a command changes on the Hub, told alike whether it was done or is only planned."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import Output, Repo


@dataclass(frozen=True, slots=True)
class Change:
    """``done`` and ``planned`` are for people, already escaped where a part came from elsewhere; ``data`` is what
    programs get of both. ``undo`` is the command line that takes the change back, if one can; ``warnings`` are told
    before the rest."""

    done: str
    planned: str
    data: Mapping[str, Any]
    quiet: str
    undo: str | None = None
    warnings: tuple[str, ...] = ()


def tell(output: Output, change: Change, *, dry_run: bool) -> None:
    for warning in change.warnings:
        output.warn(warning)
    data = {**change.data, "undo": change.undo, "dry_run": dry_run}
    output.result(change.planned if dry_run else change.done, data, quiet=change.quiet)
    if dry_run:
        output.note("a dry run: nothing was changed")
    elif change.undo:
        output.hint(f"to undo it: {change.undo}")


def command_line(repo: Repo, *words: str) -> str:
    """``hf repo …`` as it can be typed again, with the type of the repo where that is needed."""
    kind = [] if repo.type == "model" else ["--repo-type", repo.type]
    return shlex.join(["hf", *words, *kind])
