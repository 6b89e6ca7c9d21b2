"""Carries a plan out, so that a cache that is killed at any moment is a valid one, and nobody loses what he is using.

In a repo the refs go first, then the revisions' links, then what is noted about them, and the blobs last: nothing ever
leads to what is gone. A repo in which another process holds a lock is left alone. A blob goes only under its lock, and
only when no link has come to it meanwhile. Nothing follows a link out of the cache (faults.md S18, C4).
"""

from __future__ import annotations

import os
import posixpath
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import BusyError, CachedRepo, HfError, HubCache, LockOptions, Root, holder_of, storage_error

from ..layout import BLOB
from ..places import shown_path
from ..scan import scan_cache
from .sweep import sweep
from .tally import Tally
from .trees import remove_empty, remove_rest, remove_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..entries import RepoFolder
    from .plan import Plan, RepoRemoval

_AT_ONCE = LockOptions(timeout=0)
_BATCH = 64
"""Blobs whose locks are held at the same time, so that references are looked for once for all of them."""


class Skipped(NamedTuple):
    """What was left, and why; ``busy``: another process is using it."""

    what: str
    reason: str
    busy: bool = False


@dataclass
class Outcome:
    """What a plan came to; ``freed`` is in bytes."""

    repos: int = 0
    revisions: int = 0
    files: int = 0
    unfinished: int = 0
    orphans: int = 0
    freed: int = 0
    skipped: list[Skipped] = field(default_factory=list)


def carry_out(plan: Plan, note: Callable[[str], None], log: Callable[[str], None]) -> Outcome:
    """Remove what is planned; ``note`` gets a line for each repo, revision, ref and file, ``log`` one for each blob."""
    root = Root(Path(plan.scan.path))
    tally, outcome = Tally(), Outcome()
    with root.kept_open(may_move=True):
        for removal in plan.removals:
            _RepoRemover(root, removal, tally=tally, outcome=outcome, note=note, log=log).attempt()
        for payload in sorted({payload for one in plan.removals for payload in one.payloads}.union(plan.payloads)):
            size = sweep(root, payload)
            tally.add_bytes(size)
            outcome.orphans += bool(size) and payload in plan.payloads
    outcome.freed = tally.freed
    return outcome


class _RepoRemover:
    def __init__(
        self,
        root: Root,
        removal: RepoRemoval,
        *,
        tally: Tally,
        outcome: Outcome,
        note: Callable[[str], None],
        log: Callable[[str], None],
    ) -> None:
        self._root = root
        self._removal = removal
        self._repo = removal.repo
        self._folder = removal.repo.folder
        self._cached = CachedRepo(HubCache(root.path), removal.repo.folder)
        self._tally = tally
        self._outcome = outcome
        self._note = note
        self._log = log

    def attempt(self) -> None:
        """Remove what is planned of this repo; what stands in the way is told in the outcome."""
        if self._repo.linked:
            self._skip("its folder is a link that leads out of the cache")
            return
        if holder := self._user():
            self._skip(f"in use by {holder}", busy=True)
            return
        now = self._now()
        if now is not None and now.refs != self._repo.refs:
            # While a question was answered, a download may have come to what was to go.
            self._skip("its refs have changed meanwhile; run the command again", busy=True)
            return
        try:
            self._remove()
        except HfError as error:
            self._skip(error.message)
        except OSError as error:
            self._skip(storage_error(error, self._root.join(self._folder)).message)

    def _remove(self) -> None:
        whole = self._removal.whole
        if whole:
            self._tell(self._note, "Delete repo", self._folder)
        for ref in self._removal.refs:
            self._remove_ref(ref, told=not whole)
        for snapshot in self._removal.snapshots:
            self._remove_snapshot(snapshot.commit, told=not whole)
            for stat in snapshot.plain.values():
                self._tally.add(stat)
            self._outcome.revisions += 1
        for commit, paths in self._removal.files.items():
            for path in paths:
                self._remove_file(commit, path)
        self._remove_blobs()
        self._remove_leftovers()
        if not whole:
            return
        if remove_rest(self._root, self._folder):
            self._outcome.repos += 1
            for stat in self._repo.foreign.values():
                self._tally.add(stat)
        else:
            self._skip("another process uses it, so that some of it is left", busy=True)

    def _remove_ref(self, ref: str, *, told: bool) -> None:
        path = f"{self._folder}/refs/{ref}"
        if told:
            self._tell(self._note, "Delete ref", path)
        self._root.unlink(path)
        remove_empty(self._root, posixpath.dirname(path), f"{self._folder}/refs")

    def _remove_snapshot(self, commit: str, *, told: bool) -> None:
        path = f"{self._folder}/snapshots/{commit}"
        if told:
            self._tell(self._note, "Delete snapshot", path)
        remove_tree(self._root, path)
        # After the links: while some are left, the listing tells that the others are missing.
        for noted in (f"trees/{commit}.json", f".no_exist/{commit}"):
            with suppress(FileNotFoundError):
                remove_tree(self._root, f"{self._folder}/{noted}")

    def _remove_file(self, commit: str, path: str) -> None:
        top = f"{self._folder}/snapshots/{commit}"
        self._tell(self._note, "Delete file", f"{top}/{path}")
        self._root.unlink(f"{top}/{path}")
        remove_empty(self._root, posixpath.dirname(f"{top}/{path}"), top)
        if stat := self._repo.snapshots[commit].plain.get(path):
            self._tally.add(stat)
        self._outcome.files += 1

    def _remove_blobs(self) -> None:
        names = self._removal.blobs
        for part in ("refs", "snapshots") if names else ():
            # A power cut must not bring back links whose blobs are gone.
            with suppress(OSError):
                self._root.sync_directory(f"{self._folder}/{part}")
        for start in range(0, len(names), _BATCH):
            with ExitStack() as locks:
                held = [name for name in names[start : start + _BATCH] if self._lock(name, locks)]
                now = self._now()
                for name in held:
                    if now is None or name not in now.used:
                        self._remove_blob(name)

    def _remove_blob(self, name: str) -> None:
        path = f"{self._folder}/blobs/{name}"
        self._tell(self._log, "Delete blob", path)
        self._root.unlink(path)
        self._outcome.orphans += name in self._removal.orphans
        if name not in self._repo.shared:
            self._tally.add(self._repo.blobs[name])

    def _remove_leftovers(self) -> None:
        for one in self._removal.unfinished:
            with ExitStack() as locks:
                if self._lock(one.etag, locks):
                    # The journal first: none may outlive what it describes.
                    for name in (*one.journals, one.name):
                        self._root.unlink(f"{self._folder}/blobs/{name}")
                    self._tally.add_bytes(one.size)
                    self._outcome.unfinished += 1
        for path in self._removal.temporaries:
            with suppress(FileNotFoundError):
                self._root.unlink(f"{self._folder}/{path}")

    def _user(self) -> str | None:
        """Who holds the lock of any content of this repo, so that a download of it is on its way."""
        place = self._root.path / ".locks" / self._folder
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                etag = entry.name.removesuffix(".lock")
                if BLOB.fullmatch(etag) and entry.is_file(follow_symlinks=False):
                    try:
                        with self._cached.lock(etag, _AT_ONCE):
                            pass
                    except BusyError:
                        return holder_of(place / entry.name)
        return None

    def _lock(self, etag: str, locks: ExitStack) -> bool:
        """Hold the lock of a content until ``locks`` ends; False when somebody else has it, who will need it."""
        if not BLOB.fullmatch(etag):
            return True
        try:
            locks.enter_context(self._cached.lock(etag, _AT_ONCE))
        except BusyError:
            self._skip(f"{etag[:12]}… is in use by another process", busy=True)
            return False
        return True

    def _now(self) -> RepoFolder | None:
        """The repo as it is by now."""
        return next(iter(scan_cache(str(self._root.path), only=lambda name: name == self._folder).repos), None)

    def _skip(self, reason: str, *, busy: bool = False) -> None:
        self._outcome.skipped.append(Skipped(str(self._repo.name), reason, busy))

    def _tell(self, say: Callable[[str], None], what: str, path: str) -> None:
        say(f"{what}: {shown_path(os.path.join(self._root.path, path))}")  # noqa: PTH118
