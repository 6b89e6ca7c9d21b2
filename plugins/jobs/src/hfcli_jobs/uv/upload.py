"""A script of this machine, on its way into a job: a private dataset repo holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Addition, Repo, create_commit, create_repo, quote_path, repo_info

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import HubSession, Output

DEFAULT_REPO = "hf-cli-jobs-uv-run-scripts"

_CARD = """---
tags:
- hf-jobs
---

# Scripts of jobs

`hf jobs uv run` put them here, each job's at its own commit. Run one again with:

    hf jobs uv run {url}
"""


def upload_script(
    session: HubSession, output: Output, script: Path, content: bytes, *, repo: str | None, namespace: str
) -> str:
    """Commit the script to ``repo`` (in ``namespace``, where it names none), which is made when it is not there.

    Returns the address of the file at its commit. Its name stays; what other jobs run does not change.
    """
    name = repo or DEFAULT_REPO
    target = Repo("dataset", name if "/" in name else f"{namespace}/{name}")
    made = create_repo(session, target, private=True, exist_ok=True)
    additions = [Addition(script.name, content)]
    if made.existed:
        if not repo_info(session, target).private:
            output.warn(f"{target} is public, and so will be the script")
    else:
        output.note(f"Created the private repo {made.url}")
        url = f"{target.web_url(session.endpoint)}/resolve/main/{quote_path(script.name)}"
        additions.append(Addition("README.md", _CARD.format(url=url).encode()))
    commit = create_commit(session, target, "main", additions, message=f"Upload {script.name}")
    output.note(f"Uploaded {script.name} to {made.url}")
    return f"{target.web_url(session.endpoint)}/resolve/{commit.oid}/{quote_path(script.name)}"
