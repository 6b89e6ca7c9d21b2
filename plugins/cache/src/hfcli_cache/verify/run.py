"""``hf cache verify``."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.api import (
    HubCache,
    IntegrityError,
    OfflineError,
    UsageError,
    escape,
    is_commit,
    is_reserved,
    list_tree,
    repo_info,
)

from ..places import shown_path
from .compare import Comparison, compare
from .local import LocalFiles, cached_files, files_below

if TYPE_CHECKING:
    from hfcli_core.api import App, HubSession, Repo, TransferService

    from .compare import Listed

_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class VerifyRequest:
    """``local_dir`` is a directory of plain files; otherwise it is the cache at ``cache``, which ``named`` says was
    given. ``repair`` fetches again what fails."""

    repo: Repo
    cache: str
    named: bool = False
    local_dir: str | None = None
    revision: str | None = None
    fail_on_missing: bool = False
    fail_on_extra: bool = False
    repair: bool = False

    def __post_init__(self) -> None:
        if self.local_dir is not None and self.named:
            raise UsageError("--cache-dir and --local-dir cannot be used together", hint="give one of the two")


def verify(app: App, request: VerifyRequest, session: HubSession) -> None:
    """Tell whether the files are what the Hub lists. Raises ``IntegrityError`` where they are not."""
    local = _local_files(request)
    local, listed = _listing(request, local, session)
    found = compare(app.output, local, listed)
    if not found.checked:
        raise IntegrityError(
            f"nothing was verified: no file of {request.repo} is in {shown_path(local.path)}",
            details=_data(request, local, found),
        )
    repaired: list[str] = []
    if request.repair:
        damaged, missing = [one.path for one in found.mismatches], found.missing if request.fail_on_missing else []
        if repaired := damaged + missing:
            _fetch(app, request, local.revision, damaged, session, anew=True)
            _fetch(app, request, local.revision, missing, session, anew=False)
            local = _local_files(request)
            again = compare(app.output, local, {path: listed[path] for path in repaired})
            still_missing = [path for path in found.missing if path not in local.files]
            found = Comparison(found.checked, again.mismatches, still_missing, found.extra)
    _report(app, request, local, found, repaired)


def _local_files(request: VerifyRequest) -> LocalFiles:
    if request.local_dir is not None:
        top = os.path.abspath(os.path.expanduser(request.local_dir))  # noqa: PTH100, PTH111
        return files_below(top, request.revision or "main")
    return cached_files(request.cache, request.repo, request.revision, must_exist=request.named)


def _listing(request: VerifyRequest, local: LocalFiles, session: HubSession) -> tuple[LocalFiles, dict[str, Listed]]:
    """The local files with their revision as a commit, and what the Hub lists for it; offline what was noted of it."""
    repo, revision = request.repo, local.revision
    entries: Any
    if session.options.offline:
        commit = revision if is_commit(revision) else None
        entries = HubCache(Path(request.cache)).repo(repo).read_tree(commit) if commit else None
        if entries is None:
            raise OfflineError(
                f"offline, and there is no listing of {repo} at {revision} on this machine",
                hint="unset HF_HUB_OFFLINE to ask the Hub",
            )
    else:
        if not is_commit(revision):
            revision = repo_info(session, repo, revision).sha or revision
        entries = (entry for entry in list_tree(session, repo, revision) if entry.type == "file")
    listed = {entry.path: entry for entry in entries if not is_reserved(entry.path)}
    return LocalFiles(local.path, revision, local.files), listed


def _fetch(app: App, request: VerifyRequest, commit: str, paths: list[str], session: HubSession, *, anew: bool) -> None:
    """Have these files here; ``anew`` also where they are here already."""
    if not paths:
        return
    transfer: TransferService = app.require("transfer")
    transfer.fetch(
        request.repo,
        revision=commit,
        filenames=[_WILDCARD.sub(r"[\g<0>]", path) for path in paths],
        cache_dir=None if request.local_dir is not None else request.cache,
        local_dir=request.local_dir,
        force_download=anew,
        session=session,
    )


def _report(app: App, request: VerifyRequest, local: LocalFiles, found: Comparison, repaired: list[str]) -> None:
    output, repo = app.output, request.repo
    named = f"'{repo.id}' ({repo.type}) in {escape(shown_path(local.path))}"
    failed = bool(found.mismatches)
    if found.mismatches:
        output.print("❌ Checksum verification failed for the following file(s):")
    for mismatch in found.mismatches:
        output.print(f"  - {mismatch}")
    for paths, what, flag, fatal in (
        (found.missing, "remote file(s) are missing locally", "--fail-on-missing-files", request.fail_on_missing),
        (found.extra, "local file(s) do not exist on the remote repo", "--fail-on-extra-files", request.fail_on_extra),
    ):
        if not paths:
            continue
        if not fatal:
            output.warn(f"{len(paths)} {what}. Use {flag} for details.")
            continue
        failed = True
        output.print(f"❌ {len(paths)} {what}:")
        for path in paths:
            output.print(f"  - {path}")
    data = {**_data(request, local, found), "repaired": repaired}
    if failed:
        raise IntegrityError(
            f"Verification failed for {named}.",
            hint=None if request.repair else "--repair fetches again what is damaged",
            details=data,
        )
    lines = [f"✅ Verified {found.checked} file(s) for {named}", "  All checksums match."]
    if repaired:
        lines.insert(1, f"  Repaired {len(repaired)} file(s).")
    output.result("\n".join(lines), data, quiet=local.path)


def _data(request: VerifyRequest, local: LocalFiles, found: Comparison) -> dict[str, Any]:
    return {
        "repo_id": request.repo.id,
        "repo_type": request.repo.type,
        "revision": local.revision,
        "path": local.path,
        "checked": found.checked,
        "mismatches": [
            {"path": one.path, "algorithm": one.algorithm, "expected": one.expected, "got": one.got}
            for one in found.mismatches
        ],
        "missing": found.missing,
        "extra": found.extra,
    }
