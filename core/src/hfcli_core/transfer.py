"""The service ``transfer``: what moves files between the Hub and this machine, for plugins that are not about that.

``app.require("transfer")`` gives a :class:`TransferService`, or tells the user which distribution has one::

    transfer: TransferService = app.require("transfer")
    model = transfer.fetch(repo, filenames=["config.json"])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from hfcli_core.hub.refs import Repo
    from hfcli_core.hub.session import HubSession


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that would be downloaded: ``size`` in bytes, None where it is not known; ``here`` when it is here."""

    path: str
    size: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """``path`` is that of the one file that was asked for, else of the folder; ``fetched`` is in bytes.

    ``commit`` and ``path`` are None for a repo without a commit. ``cached`` is how many of the ``files`` were there
    already.
    """

    repo: Repo
    commit: str | None
    path: str | None
    files: int
    cached: int
    fetched: int


@dataclass(frozen=True, slots=True)
class UploadResult:
    """``url`` is the page of the uploaded file or folder; ``commit`` is the head of the branch when nothing was to be
    committed; ``bytes`` were sent."""

    url: str
    commit_url: str | None
    commit: str | None
    pr_url: str | None
    files: int = 0
    deleted: int = 0
    bytes: int = 0


class TransferService(Protocol):
    """Transfers as ``hf download`` and ``hf upload`` do them: planned, verified, resumed, and shown while they run.

    Each has the meaning of the command's options, and its errors. ``session`` is one with another token or Hub than
    ``app.hub``.
    """

    def plan(
        self,
        repo: Repo,
        *,
        revision: str = "main",
        filenames: Sequence[str] = (),
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        cache_dir: str | PathLike[str] | None = None,
        local_dir: str | PathLike[str] | None = None,
        force_download: bool = False,
        session: HubSession | None = None,
    ) -> Sequence[PlannedFile]:
        """What :meth:`fetch` would do; writes nothing."""

    def fetch(
        self,
        repo: Repo,
        *,
        revision: str = "main",
        filenames: Sequence[str] = (),
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        cache_dir: str | PathLike[str] | None = None,
        local_dir: str | PathLike[str] | None = None,
        force_download: bool = False,
        session: HubSession | None = None,
    ) -> DownloadResult:
        """Have the wanted files in the cache or the directory: all of the repo, or those that names and patterns say.

        ``force_download`` fetches again what is there, which repairs damaged files.
        """

    def upload(
        self,
        repo: Repo,
        local: str | PathLike[str],
        path_in_repo: str | None = None,
        *,
        revision: str | None = None,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        delete: Sequence[str] = (),
        private: bool | None = None,
        message: str | None = None,
        description: str | None = None,
        create_pr: bool = False,
        session: HubSession | None = None,
    ) -> UploadResult:
        """Upload a file or a folder in one commit; the repo is made where there is none."""
