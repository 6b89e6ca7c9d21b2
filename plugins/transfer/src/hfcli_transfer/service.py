"""Transfers for other plugins: :class:`hfcli_core.transfer.TransferService`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .download.request import DownloadRequest
from .download.run import Download
from .upload.request import build_request
from .upload.run import upload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from hfcli_core.api import App, DownloadResult, HubSession, PlannedFile, Repo, TransferService, UploadResult


class Transfer:
    """What ``app.require("transfer")`` gives."""

    def __init__(self, app: App) -> None:
        self._app = app

    def plan(self, repo: Repo, *, session: HubSession | None = None, **wanted: Any) -> Sequence[PlannedFile]:
        return self._download(repo, session, dry_run=True, **wanted).preview()

    def fetch(self, repo: Repo, *, session: HubSession | None = None, **wanted: Any) -> DownloadResult:
        return self._download(repo, session, **wanted).run()

    def upload(
        self,
        repo: Repo,
        local: str | PathLike[str],
        path_in_repo: str | None = None,
        *,
        session: HubSession | None = None,
        **options: Any,
    ) -> UploadResult:
        request = build_request(repo.id, os.fspath(local), path_in_repo, repo_type=repo.type, **options)
        return upload(self._app, request, session or self._app.hub)

    def _download(self, repo: Repo, session: HubSession | None, **wanted: Any) -> Download:
        for name in ("filenames", "include", "exclude"):
            wanted[name] = tuple(wanted.get(name, ()))
        for name in ("cache_dir", "local_dir"):
            place = wanted.get(name)
            wanted[name] = None if place is None else os.fspath(place)
        return Download(self._app, DownloadRequest(repo, **wanted), session or self._app.hub)


if TYPE_CHECKING:
    _conforms: Callable[[App], TransferService] = Transfer
