"""``hf upload-large-folder``: the older name of what ``hf upload`` does with a folder of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import (
    IntRange,
    UsageError,
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


@command("upload-large-folder")
@argument("repo_id")
@argument("local_path")
@repo_type_option
@option("--revision", help="A branch, made from main if it is missing, or refs/pr/N.  [default: main]")
@option("--private/--no-private", default=None, help="Make the repo private, or public, if it does not exist yet.")
@option("--include", multiple=True, metavar="PATTERN", help="Only files that match; may be repeated.")
@option("--exclude", multiple=True, metavar="PATTERN", help="No files that match; may be repeated.")
@option("--num-workers", type=IntRange(1, 64), help="Connections for large files.  [default: as many as help, up to 8]")
@option("--no-report/--no-no-report", help="Say nothing of how far it is.")
@option("--no-bars/--no-no-bars", help="Show no bars.")
@progress_option
@token_option
@pass_app
def upload_large_folder_command(
    app: App,
    *,
    repo_id: str,
    local_path: str,
    repo_type: RepoType | None,
    revision: str | None,
    private: bool | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    num_workers: int | None,
    no_report: bool,
    no_bars: bool,
    token: str | None,
) -> None:
    """Upload a folder of any size, and print where it is; what was sent before is not sent again."""
    from pathlib import Path

    from ..upload.request import build_request
    from ..upload.result import show
    from ..upload.run import upload

    if not Path(local_path).is_dir():
        raise UsageError(f"'{local_path}' is not a folder", hint="hf upload takes single files")
    if no_report or no_bars:
        app.output.progress_mode = "none"
    with app.session(token=token) as session:
        request = build_request(
            repo_id,
            local_path,
            repo_type=repo_type,
            endpoint=session.endpoint,
            revision=revision,
            private=private,
            include=include,
            exclude=exclude,
            connections=num_workers,
        )
        show(upload(app, request, session), app.output)
