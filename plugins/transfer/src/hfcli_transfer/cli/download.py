"""``hf download``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import (
    DURATION,
    RATE,
    IntRange,
    argument,
    command,
    option,
    pass_app,
    progress_option,
    repo_type_option,
    token_option,
)

from .download_words import DownloadCommand

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("download", cls=DownloadCommand)
@argument("repo_id")
@argument("filenames", nargs=-1)
@repo_type_option
@option("--revision", help="A branch, a tag, a commit or refs/pr/N.  [default: main]")
@option("--include", multiple=True, metavar="PATTERN", help="Files that match, beside FILENAMES; may be repeated.")
@option("--exclude", multiple=True, metavar="PATTERN", help="No files that match; may be repeated.")
@option("--cache-dir", metavar="DIR", help="The cache to use.  [default: HF_HUB_CACHE]")
@option("--local-dir", metavar="DIR", help="Put plain files into this directory instead of the cache.")
@option("--force/--no-force", help="Replace files in --local-dir that were changed there.")
@option("--force-download/--no-force-download", help="Fetch again what is there, and replace files that were changed.")
@option("--dry-run/--no-dry-run", help="Only list what would be downloaded.")
@option("--max-workers", type=IntRange(1), help="Files to fetch at the same time.  [default: as many as help]")
@option(
    "--connections",
    type=IntRange(1, 256),
    help="Connections for large files, over all of them.  [default: as many as help, up to 16]",
)
@option(
    "--limit-rate", type=RATE, metavar="RATE", help="Fetch no more than so many bytes per second: 20M, 500k, 1.5MiB."
)
@option(
    "--transport", default="auto", metavar="NAME", help="The storage backend to use, such as http.  [default: auto]"
)
@option(
    "--lock-timeout",
    type=DURATION,
    metavar="SECONDS",
    help="How long to wait for another process that fetches the same file.  [default: the setting lock_timeout]",
)
@progress_option
@token_option
@pass_app
def download_command(
    app: App,
    /,
    *,
    repo_id: str,
    filenames: tuple[str, ...],
    repo_type: RepoType | None,
    revision: str | None,
    dry_run: bool,
    token: str | None,
    **options: Any,
) -> None:
    """Download files from the Hub, and print where they are.

    Wanted are FILENAMES and what --include matches, or the whole repo without either; --exclude takes off. A name may
    be a pattern ('*.json') or a folder ('onnx/'). REPO_ID may also be the address of a page of the Hub.
    """
    from ..download.request import DownloadRequest
    from ..download.result import show, show_plan
    from ..download.run import Download
    from ..download.target import read_target

    session = app.session(token=token)
    repo, revision, filenames = read_target(
        repo_id, filenames, repo_type=repo_type, revision=revision, endpoint=session.endpoint
    )
    request = DownloadRequest(repo, revision, filenames, dry_run=dry_run, **options)
    download = Download(app, request, session)
    if dry_run:
        show_plan(app.output, download.preview())
    else:
        show(app.output, download.run())
