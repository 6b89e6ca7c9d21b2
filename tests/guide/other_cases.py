"""The examples of the guide on help, ``hf auth whoami`` and ``hf env``."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable

from tests.guide.world import USER, Case, World


def nothing(world: World) -> None:
    """Help and reports leave nothing behind."""
    assert not (world.hf_home / "hub").exists()


def help_says(*words: str, command: tuple[str, ...] = ()) -> Callable[[World], None]:
    def check(world: World) -> None:
        done = world.run(*command, "--help")
        assert [word for word in words if word not in done.stdout] == []
        nothing(world)

    return check


def env_is_filled_in(world: World) -> None:
    """The fields that say something of this run, and not only that they are there."""
    fields = dict(re.findall("^- (.+?): (.*)$", world.run("env").stdout, flags=re.MULTILINE))
    home = world.hf_home
    told = {
        "Python version": platform.python_version(),
        "Token path ?": f"{home}/token",
        "Has saved token ?": "True",
        "Who am I ?": USER,
        "ENDPOINT": world.hub.endpoint,
        "HF_HUB_CACHE": f"{home}/hub",
        "HF_ASSETS_CACHE": f"{home}/assets",
        "HF_TOKEN_PATH": f"{home}/token",
        "HF_STORED_TOKENS_PATH": f"{home}/stored_tokens",
        "HF_HUB_OFFLINE": "False",
        "HF_HUB_DISABLE_PROGRESS_BARS": "None",
        "HF_HUB_ETAG_TIMEOUT": "10",
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
    }
    assert fields | told == fields


UPLOAD_OPTIONS = (
    *("--repo-type", "--revision", "--private", "--include", "--exclude", "--delete", "--commit-message"),
    *("--commit-description", "--create-pr", "--token", "--quiet"),
)
DOWNLOAD_OPTIONS = (
    *("--repo-type", "--revision", "--include", "--exclude", "--cache-dir", "--local-dir", "--force-download"),
    *("--dry-run", "--token", "--quiet", "--max-workers"),
)


def leave_the_organization(world: World) -> None:
    """Wauplin is in three organizations here, and in a fourth where another example uploads to it."""
    world.hub.store.accounts.remove_member("MyCoolOrganization", "Wauplin")


CASES = {
    "huggingface-cli --help": Case(anonymous=True, after=help_says("download", "upload", "auth", "env", "version")),
    "hf auth whoami": Case(
        before=leave_the_organization,
        prints=("Wauplin", "orgs: huggingface,eu-test,hf-accelerate"),
        after=nothing,
    ),
    "hf download --help": Case(anonymous=True, after=help_says(*DOWNLOAD_OPTIONS, command=("download",))),
    "hf upload --help": Case(anonymous=True, after=help_says(*UPLOAD_OPTIONS, command=("upload",))),
    "hf env": Case(after=env_is_filled_in),
}
