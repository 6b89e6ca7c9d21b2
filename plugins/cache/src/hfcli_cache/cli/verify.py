"""``hf cache verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app, progress_option, repo_type_option, token_option

from .options import cache_dir_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("verify")
@argument("repo_id")
@repo_type_option
@option("--revision", help="A branch, a tag, a commit or refs/pr/N.  [default: main]")
@cache_dir_option
@option("--local-dir", metavar="DIR", help="Verify plain files in this directory instead of the cache.")
@option("--fail-on-missing-files", is_flag=True, help="Fail where a file of the repo is not here.")
@option("--fail-on-extra-files", is_flag=True, help="Fail where a file is here that the repo does not have.")
@option(
    "--repair",
    is_flag=True,
    help="Fetch again what is damaged, and with --fail-on-missing-files what is missing.",
)
@progress_option
@token_option
@pass_app
def verify_command(
    app: App,
    *,
    repo_id: str,
    repo_type: RepoType | None,
    revision: str | None,
    cache_dir: str | None,
    local_dir: str | None,
    fail_on_missing_files: bool,
    fail_on_extra_files: bool,
    repair: bool,
    token: str | None,
) -> None:
    """Compare the files of a repo on this machine with the hashes that the Hub lists.

    Exits with 9 where they differ.
    """
    from hfcli_core.api import parse_repo

    from ..places import cache_path
    from ..verify.run import VerifyRequest, verify

    with app.session(token=token) as session:
        target = parse_repo(repo_id, repo_type=repo_type, endpoint=session.endpoint)
        request = VerifyRequest(
            target.repo,
            cache_path(app, cache_dir),
            named=cache_dir is not None,
            local_dir=local_dir,
            revision=revision or target.revision,
            fail_on_missing=fail_on_missing_files,
            fail_on_extra=fail_on_extra_files,
            repair=repair,
        )
        verify(app, request, session)
