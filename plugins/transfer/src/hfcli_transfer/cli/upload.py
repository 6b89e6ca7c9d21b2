"""``hf upload``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import (
    RATE,
    FloatRange,
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


@command("upload")
@argument("repo_id")
@argument("local_path", required=False)
@argument("path_in_repo", required=False)
@repo_type_option
@option("--revision", help="A branch, made from main if it is missing, or refs/pr/N.  [default: main]")
@option("--private/--no-private", default=None, help="Make the repo private, or public, if it does not exist yet.")
@option("--include", multiple=True, metavar="PATTERN", help="Only files of the folder that match; may be repeated.")
@option("--exclude", multiple=True, metavar="PATTERN", help="No files that match; may be repeated.")
@option(
    "--delete",
    multiple=True,
    metavar="PATTERN",
    help="Delete files from the repo that match and are not uploaded; may be repeated.",
)
@option("--commit-message", metavar="TEXT", help="The first line of the commit's message.")
@option("--commit-description", metavar="TEXT", help="The rest of the commit's message.")
@option("--create-pr/--no-create-pr", help="Open a pull request instead of changing the branch.")
@option(
    "--every",
    type=FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Upload what changed every so many minutes, until Ctrl-C.",
)
@option("--dry-run/--no-dry-run", help="Only list what would be uploaded and deleted.")
@option(
    "--connections",
    type=IntRange(1, 64),
    help="Connections for large files, over all of them.  [default: as many as help, up to 8]",
)
@option(
    "--limit-rate", type=RATE, metavar="RATE", help="Send no more than so many bytes per second: 20M, 500k, 1.5MiB."
)
@progress_option
@token_option
@pass_app
def upload_command(
    app: App,
    *,
    repo_id: str,
    local_path: str | None,
    path_in_repo: str | None,
    repo_type: RepoType | None,
    revision: str | None,
    private: bool | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    delete: tuple[str, ...],
    commit_message: str | None,
    commit_description: str | None,
    create_pr: bool,
    every: float | None,
    dry_run: bool,
    connections: int | None,
    limit_rate: float | None,
    token: str | None,
) -> None:
    """Upload a file or a folder, and print where it is.

    The repo is created if it does not exist. LOCAL_PATH is by default the file or folder that has the name of the
    repo; PATH_IN_REPO is by default the name of the file, or the root of the repo for the contents of a folder.
    Patterns are compared with paths relative to LOCAL_PATH, those of --delete with paths relative to PATH_IN_REPO;
    * matches / too.

    \b
    Examples:
      hf upload my-model . .
      hf upload my-model ./models/model.safetensors
      hf upload my-data ./data /train --repo-type dataset
      hf upload my-space --repo-type space --exclude "/logs/*" --delete "*"
      hf upload training-model logs/ --every=10
    """
    from ..upload.every import upload_every
    from ..upload.preview import preview, show_preview
    from ..upload.request import build_request
    from ..upload.result import show
    from ..upload.run import upload

    if every is not None and (dry_run or create_pr):
        option = "--dry-run" if dry_run else "--create-pr"
        raise UsageError(f"--every cannot be given together with {option}", hint="leave out one of them")
    with app.session(token=token) as session:
        request = build_request(
            repo_id,
            local_path,
            path_in_repo,
            repo_type=repo_type,
            endpoint=session.endpoint,
            revision=revision,
            private=private,
            include=include,
            exclude=exclude,
            delete=delete,
            message=commit_message,
            description=commit_description,
            create_pr=create_pr,
            connections=connections,
            limit_rate=limit_rate,
        )
        if dry_run:
            show_preview(preview(app, request, session), app.output)
        elif every is not None:
            show(upload_every(app, request, session, every), app.output)
        else:
            show(upload(app, request, session), app.output)
