"""How a removal is told: what is about to go, and what went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import BusyError, LocalStorageError, PartialFailure, escape, format_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import Output

    from ..entries import RepoFolder, Snapshot
    from .carry_out import Outcome
    from .plan import Plan, RepoRemoval

HASH_DIGITS = 8
DRY_RUN = "Dry run: no files were deleted."


def joined(counts: Mapping[str, int]) -> str:
    """``2 repo(s), 1 revision(s) and 3 file(s)``, without what there is none of."""
    parts = [f"{count} {what}" for what, count in counts.items() if count]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else "nothing"


def describe(removal: RepoRemoval, *, written: Mapping[str, str], entire: bool) -> list[str]:
    """The lines of one repo; ``written`` says how revisions were named, ``entire`` that the repo was."""
    repo = removal.repo
    if entire:
        return [f"  - {escape(str(repo.name))} (entire repo)"]
    lines = [f"  - {escape(str(repo.name))}:"]
    lines += [_line(repo, one, written.get(one.commit, one.commit[:HASH_DIGITS])) for one in removal.snapshots]
    for commit, paths in removal.files.items():
        lines += [f"      {escape(path)} [{commit[:HASH_DIGITS]}]" for path in paths]
    lines += [f"      {one.etag[:HASH_DIGITS]} [incomplete] {format_size(one.size)}" for one in removal.unfinished]
    lines += [
        f"      {name[:HASH_DIGITS]} [no revision] {format_size(repo.blobs[name].st_size)}" for name in removal.orphans
    ]
    return lines


def as_data(plan: Plan) -> list[dict[str, Any]]:
    """The plan for programs, the same for a dry run and a real one."""
    return [
        {
            "id": str(removal.repo.name),
            "entire_repo": removal.whole,
            "revisions": [
                {"revision": one.commit, "refs": one.refs, "size": removal.repo.size_of(one)}
                for one in removal.snapshots
            ],
            "files": [f"{commit}/{path}" for commit, paths in removal.files.items() for path in paths],
            "incomplete": [one.name for one in removal.unfinished],
            "blobs": list(removal.orphans),
        }
        for removal in plan.removals
    ]


def conclude(
    output: Output, outcome: Outcome, deleted: str, data: Mapping[str, Any], *, busy_is_fine: bool = False
) -> None:
    """Tell what went; raise for what was left although it was asked for.

    ``BusyError`` or ``LocalStorageError`` where nothing went, ``PartialFailure`` where some did. With ``busy_is_fine``
    what other processes use is left with a warning.
    """
    for one in outcome.skipped:
        output.warn(f"left alone: {one.what}: {one.reason}")
    human = f"Deleted {deleted}; freed {format_size(outcome.freed)}."
    skipped = [{"what": one.what, "reason": one.reason} for one in outcome.skipped]
    left = [one for one in outcome.skipped if not (busy_is_fine and one.busy)]
    if not left:
        output.result(human, {**data, "freed": outcome.freed, "skipped": skipped}, quiet=str(outcome.freed))
        return
    output.note(human)
    details = {**data, "freed": outcome.freed, "skipped": skipped}
    if outcome.freed or outcome.revisions or outcome.files:
        raise PartialFailure(f"{len(left)} thing(s) were left alone", details=details)
    first = f"{left[0].what}: {left[0].reason}"
    if all(one.busy for one in left):
        raise BusyError(f"nothing was deleted: {first}", hint="try again when it is done", details=details)
    raise LocalStorageError(f"nothing was deleted: {first}", details=details)


def _line(repo: RepoFolder, snapshot: Snapshot, shown: str) -> str:
    refs = escape(" ".join(snapshot.refs)) or "(detached)"
    return f"      {shown} [{refs}] {format_size(repo.size_of(snapshot))}"
