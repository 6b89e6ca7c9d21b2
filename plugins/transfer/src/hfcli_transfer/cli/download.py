"""``hf download``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import (
    IntRange,
    argument,
    command,
    option,
    pass_app,
    progress_option,
    repo_type_option,
    token_option,
)

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("download")
@argument("repo_id")
@argument("filenames", nargs=-1)
@repo_type_option
@option("--revision", help="A branch, a tag, a commit or refs/pr/N.  [default: main]")
@option("--include", multiple=True, metavar="PATTERN", help="Only files that match; may be repeated.")
@option("--exclude", multiple=True, metavar="PATTERN", help="No files that match; may be repeated.")
@option("--cache-dir", metavar="DIR", help="The cache to use.  [default: HF_HUB_CACHE]")
@option("--local-dir", metavar="DIR", help="Put plain files into this directory instead of the cache.")
@option(
    "--force-download/--no-force-download",
    "--force/--no-force",
    "force",
    help="Fetch again what is there, and replace files that were changed.",
)
@option("--dry-run/--no-dry-run", help="Only list what would be downloaded.")
@option("--max-workers", type=IntRange(min=1), default=8, show_default=True, help="Files to fetch at the same time.")
@progress_option
@token_option
@pass_app
def download_command(
    app: App,
    *,
    repo_id: str,
    filenames: tuple[str, ...],
    repo_type: RepoType | None,
    revision: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    cache_dir: str | None,
    local_dir: str | None,
    force: bool,
    dry_run: bool,
    max_workers: int,
    token: str | None,
) -> None:
    """Download files from the Hub, and print where they are.

    Without FILENAMES the whole repo is downloaded. A name may be a pattern ('*.json') or a folder ('onnx/'). REPO_ID
    may also be the address of a page of the Hub.
    """
    from ..download.request import DownloadRequest, read_target
    from ..download.result import show, show_plan
    from ..download.run import Download

    session = app.session(token=token)
    repo, revision, filenames = read_target(
        repo_id, filenames, repo_type=repo_type, revision=revision, endpoint=session.endpoint
    )
    request = DownloadRequest(
        repo=repo,
        revision=revision,
        filenames=filenames,
        include=include or None,
        exclude=exclude,
        cache_dir=cache_dir,
        local_dir=local_dir,
        force=force,
        dry_run=dry_run,
        max_workers=max_workers,
    )
    download = Download(app, request, session)
    if dry_run:
        show_plan(app.output, download.preview())
    else:
        show(app.output, download.run())
