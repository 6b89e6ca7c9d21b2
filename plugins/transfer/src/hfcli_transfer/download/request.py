"""What a download is asked to do, checked before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError, anchored

from ..backends.choice import ANY_TRANSPORT

if TYPE_CHECKING:
    from hfcli_core.api import Repo

DEFAULT_REVISION = "main"
_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True)
class DownloadRequest:
    """A download.

    Wanted is what ``filenames`` (names of files, folders and patterns, in any mixture) or ``include`` let pass, or the
    whole repo where both are empty; what ``exclude`` matches is taken off. ``local_dir`` and ``cache_dir`` stay as the
    user wrote them, because the answer begins with them.

    ``force`` replaces what the user changed in ``local_dir``; ``force_download`` does so too, and fetches again what is
    there already. ``max_workers`` (files at a time) and ``connections`` (for large files, over all of them) are None
    where the engine is to choose; ``limit_rate`` is in bytes per second, ``lock_timeout`` in seconds, None for the
    setting. ``transport`` names the one storage backend to read with.
    """

    repo: Repo
    revision: str = DEFAULT_REVISION
    filenames: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cache_dir: str | None = None
    local_dir: str | None = None
    force: bool = False
    force_download: bool = False
    dry_run: bool = False
    max_workers: int | None = None
    connections: int | None = None
    limit_rate: int | None = None
    transport: str = ANY_TRANSPORT
    lock_timeout: float | None = None

    def __post_init__(self) -> None:
        if self.cache_dir is not None and self.local_dir is not None:
            raise UsageError(
                "--cache-dir and --local-dir cannot be used together",
                hint="--local-dir puts plain files into a directory, --cache-dir says where the shared cache is",
            )
        if self.force and not self.force_download and self.local_dir is None:
            raise UsageError(
                "--force replaces files that were changed in a --local-dir, and none is given",
                hint="--force-download fetches again what is in the cache",
            )
        names = (*self.filenames, *self.include, *self.exclude)
        if "" in (self.revision, self.local_dir, self.cache_dir, self.transport, *names):
            raise UsageError("a name on the command line is empty", hint="is a variable not set?")
        for name in names:
            if ".." in anchored(name).split("/"):
                raise UsageError(f"no file of a repo is outside of it: '{name}'", hint="write the path from its root")

    @property
    def names_alone(self) -> bool:
        """Whether the files are all wanted by name, so that no listing is needed to know which they are."""
        return bool(self.filenames) and not (self.include or self.exclude or any(map(is_pattern, self.filenames)))


def is_pattern(name: str) -> bool:
    """Whether a name on the command line stands for any number of files: a wildcard or a folder."""
    return name.endswith("/") or has_wildcard(name)


def has_wildcard(name: str) -> bool:
    return not _WILDCARDS.isdisjoint(name)
