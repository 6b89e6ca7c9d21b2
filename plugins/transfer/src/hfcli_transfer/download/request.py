"""What a download is asked to do, checked before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError, parse_repo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import Repo, RepoType

DEFAULT_REVISION = "main"
_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True)
class DownloadRequest:
    """A download.

    ``filenames`` holds names of files, folders that end with ``/`` and patterns, in any mixture; without any, the whole
    repo is meant, as far as ``include`` (None: everything) and ``exclude`` let it pass. ``local_dir`` and ``cache_dir``
    stay as the user wrote them, because the answer begins with them. ``force`` fetches what is there already and
    replaces what the user changed.
    """

    repo: Repo
    revision: str = DEFAULT_REVISION
    filenames: tuple[str, ...] = ()
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    cache_dir: str | None = None
    local_dir: str | None = None
    force: bool = False
    dry_run: bool = False
    max_workers: int = 8

    def __post_init__(self) -> None:
        if self.filenames and (self.include is not None or self.exclude):
            raise UsageError(
                "--include and --exclude cannot be used together with names of files",
                hint="give a pattern in the place of a name, or only --include and --exclude",
            )
        if self.cache_dir is not None and self.local_dir is not None:
            raise UsageError(
                "--cache-dir and --local-dir cannot be used together",
                hint="--local-dir puts plain files into a directory, --cache-dir says where the shared cache is",
            )
        if "" in (self.revision, self.local_dir, self.cache_dir, *self.filenames):
            raise UsageError("a name on the command line is empty", hint="is a variable not set?")


def is_pattern(name: str) -> bool:
    """Whether a name on the command line stands for any number of files: a wildcard or a folder."""
    return name.endswith("/") or not _WILDCARDS.isdisjoint(name)


def read_target(
    text: str, filenames: Sequence[str], *, repo_type: RepoType | None, revision: str | None, endpoint: str
) -> tuple[Repo, str, tuple[str, ...]]:
    """The repo, revision and names that REPO_ID, FILENAMES, ``--repo-type`` and ``--revision`` mean together.

    REPO_ID may be an address that names a revision and a path as well; saying either of them twice is refused.
    """
    target = parse_repo(text, repo_type=repo_type, endpoint=endpoint)
    if target.revision is not None and revision not in (None, target.revision):
        raise UsageError(
            f"'{text}' names the revision '{target.revision}', but --revision is '{revision}'", hint="give one of them"
        )
    if target.path is not None and filenames:
        raise UsageError(
            f"'{text}' names '{target.path}' already",
            hint=f"write '{target.repo.id}' and then the names of the files",
        )
    names = tuple(dict.fromkeys(filenames)) if target.path is None else (target.path,)
    named = target.revision if target.revision is not None else revision
    return target.repo, DEFAULT_REVISION if named is None else named, names
