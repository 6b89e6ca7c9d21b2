"""What the wanted revision is, and which of its files are wanted: few questions to the Hub, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import (
    EntryNotFoundError,
    HubTimeoutError,
    NetworkError,
    OfflineError,
    is_commit,
    paths_info,
    repo_info,
    tree_pages,
)

from .select import F, missing_name, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hfcli_core.api import CachedEntry, HfError, HubSession, Output, TreeEntry

    from .destination import Destination
    from .early import EarlyFiles
    from .request import DownloadRequest


@dataclass(frozen=True)
class Listing:
    """The wanted files of one commit. ``tree`` is the whole listing where the destination does not have it yet."""

    commit: str
    files: Sequence[TreeEntry | CachedEntry]
    tree: Sequence[TreeEntry | CachedEntry] | None = None


class Lister:
    """Asks for one request. A commit is looked up once, and everything after that is asked of this commit."""

    def __init__(self, request: DownloadRequest, destination: Destination, session: HubSession, output: Output) -> None:
        self._request = request
        self._destination = destination
        self._session = session
        self._output = output
        self._offline = session.options.offline

    def commit(self) -> str | None:
        """The commit of the revision; None for a repo without one. A full commit sha is believed as it stands."""
        revision = self._request.revision
        if is_commit(revision):
            return revision
        if not self._offline:
            return self._current_commit(revision)
        commit = self._destination.last_commit(revision)
        if commit is None:
            raise self._not_cached(f"revision '{revision}'")
        return commit

    def _current_commit(self, revision: str) -> str | None:
        try:
            return repo_info(self._session, self._request.repo, revision).sha
        except (NetworkError, HubTimeoutError) as error:
            if self._destination.last_commit(revision):
                error.hint = f"{error.hint or 'try again later'}; HF_HUB_OFFLINE=1 uses what was downloaded before"
            raise

    def expected_commit(self) -> str | None:
        """Where the revision was last time, if that is known and the Hub is to be asked where it is now."""
        if is_commit(self._request.revision) or self._offline:
            return None
        return self._destination.last_commit(self._request.revision)

    def kept(self, commit: str, note: Callable[[str], None]) -> Listing | None:
        """As :meth:`listing`, where it was kept; None where it was not."""
        kept = self._destination.read_tree(commit)
        return None if kept is None else Listing(commit, select(self._request, kept, note))

    def listing(self, commit: str, early: EarlyFiles | None = None) -> Listing:
        """The wanted files. A listing that was kept is as good as a new one, since commits do not change.

        ``early`` gets what is known of it while more is to come.
        """
        request = self._request
        kept = self._destination.read_tree(commit)
        if kept is not None:
            return Listing(commit, self._select(commit, kept))
        borrowed = self._destination.borrow_tree(commit)
        if borrowed is not None:
            return Listing(commit, self._select(commit, borrowed), borrowed)
        if self._offline:
            raise self._unlisted(commit)
        if request.names_alone:
            entries = paths_info(self._session, request.repo, commit, request.filenames)
            if all(entry.type == "file" for entry in entries):
                return Listing(commit, self._found(commit, entries))
        tree = self._whole_tree(commit, early)
        return Listing(commit, self._select(commit, tree), tree)

    def _select(self, commit: str, files: Sequence[F]) -> Sequence[F]:
        try:
            return select(self._request, files, self._output.note)
        except EntryNotFoundError as error:
            self._mark_missing(commit, [error.details["path"]])
            raise

    def _found(self, commit: str, entries: Sequence[TreeEntry]) -> Sequence[TreeEntry]:
        """The entries in the order of the names; every name must have one."""
        by_path = {entry.path: entry for entry in entries}
        absent = [name for name in self._request.filenames if name not in by_path]
        if not absent:
            return [by_path[name] for name in self._request.filenames]
        self._mark_missing(commit, absent)
        raise missing_name(self._request, absent[0], [entry.path for entry in self._whole_tree(commit)])

    def _mark_missing(self, commit: str, names: Iterable[str]) -> None:
        if not self._request.dry_run:
            for name in names:
                self._destination.mark_missing(commit, name)

    def _whole_tree(self, commit: str, early: EarlyFiles | None = None) -> list[TreeEntry]:
        tree: list[TreeEntry] = []
        for page in tree_pages(self._session, self._request.repo, commit):
            files = [entry for entry in page.entries if entry.type == "file"]
            tree += files
            if early is not None and page.more:
                early(commit, files)
        return tree

    def _unlisted(self, commit: str) -> HfError:
        """The error for a commit of which nothing here says what it holds."""
        names = self._request.filenames
        for name in names:
            if self._destination.is_missing(commit, name):
                return missing_name(self._request, name)
        if names:
            return self._not_cached(", ".join(names))
        # Older clients keep no list. What they left is never taken for the whole repo, only for what it is.
        hint = "files that are there can be had by name; unset HF_HUB_OFFLINE to download the others"
        return self._not_cached(f"the list of files of commit {commit}", hint)

    def _not_cached(self, what: str, hint: str | None = None) -> OfflineError:
        return OfflineError(
            f"offline mode is on, and {what} of {self._request.repo} is not in {self._destination.root}",
            hint=hint or "unset HF_HUB_OFFLINE to download it",
            details={"repo": self._request.repo.id, "revision": self._request.revision},
        )
