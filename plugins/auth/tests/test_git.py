"""git with the token of a login: its own helper, `store`, and ours that reads the system keyring."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hfcli_auth.git import keeps_plain_text

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


@pytest.fixture
def git(cli: Any, keyring: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run git in the home of ``cli``, where it finds our helper as in an environment that is activated."""

    def run(*words: str, tell: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environ = {**cli.environ(), **path(), **keyring, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
        words = ("-c", "user.name=a", "-c", "user.email=a@example.com", *words)
        options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 30}
        return subprocess.run(["git", *words], env=environ, cwd=cwd or cli.work, input=tell, check=False, **options)

    return run


def path() -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def private(hub: Any) -> str:
    hub.create_repo("alice/private", private=True)
    hub.put_files("alice/private", {"config.json": b"{}"})
    return f"{hub.endpoint}/alice/private"


def log_in(hub: Any, cli: Any, *options: str, env: Mapping[str, str] | None = None) -> Any:
    done = cli("auth", "login", "--token-stdin", *options, stdin=hub.token("alice"), token=None, env=env)
    assert done.returncode == 0, done.stderr
    return done


def clone_and_push(git: Any, cli: Any, address: str) -> None:
    assert git("clone", address, "copy").returncode == 0
    (cli.work / "copy" / "new.txt").write_text("new")
    for words in [("add", "."), ("commit", "-m", "Add"), ("push",)]:
        done = git(*words, cwd=cli.work / "copy")
        assert done.returncode == 0, done.stderr


def test_our_helper_reads_the_keyring(
    hub: Any, cli: Any, git: Any, private: str, keyring: dict[str, str], files: Callable[[], dict[str, str]]
) -> None:
    done = log_in(hub, cli, "--git-credential-with-keyring", env={**keyring, **path()})
    assert "kept in: the system keyring" in done.stdout
    assert git("config", "--global", "--get-all", f"credential.{hub.endpoint}.helper").stdout == "\nhuggingface\n"
    assert git("config", "--get-urlmatch", "credential.helper", "https://example.com").stdout == ""
    clone_and_push(git, cli, private)
    assert hub.list_files("alice/private") == [".gitattributes", "config.json", "new.txt"]
    assert hub.token("alice") not in "".join(files().values())
    assert not (cli.home / ".git-credentials").exists()
    assert cli("auth", "logout", token=None, env=keyring).returncode == 0
    assert git("clone", private, "again").returncode != 0


def test_a_global_store_is_not_told(hub: Any, cli: Any, git: Any, private: str, keyring: dict[str, str]) -> None:
    """git tells what worked to every helper that it asks; for this Hub it asks no other."""
    git("config", "--global", "credential.helper", "store")
    log_in(hub, cli, "--git-credential-with-keyring", env={**keyring, **path()})
    clone_and_push(git, cli, private)
    assert not (cli.home / ".git-credentials").exists()


def test_where_it_is_not_on_the_path_git_is_told_its_place(
    hub: Any, cli: Any, git: Any, keyring: dict[str, str]
) -> None:
    bare = {"PATH": str(Path(shutil.which("git") or "").parent)}
    log_in(hub, cli, "--git-credential-with-keyring", env={**keyring, **bare})
    helper = git("config", "--get-urlmatch", "credential.helper", hub.endpoint).stdout.strip()
    assert helper == str(Path(sys.executable).with_name("git-credential-huggingface"))


def test_what_git_asks_of_it(hub: Any, cli: Any, git: Any, keyring: dict[str, str]) -> None:
    host = hub.endpoint.partition("://")[2]
    url = f"protocol=http\nhost={host}\n"
    assert git("credential-huggingface", "get", tell=f"{url}\n").stdout == ""
    given = f"{url}username=me\npassword=typed-in\n\n"
    assert git("credential-huggingface", "store", tell=given).returncode == 0
    assert git("credential-huggingface", "get", tell=f"{url}\n").stdout == "username=hf_user\npassword=typed-in\n"
    assert "username=me\n" in git("credential-huggingface", "get", tell=f"{url}username=me\n\n").stdout
    for other in (f"protocol=https\nhost={host}\n\n", "protocol=http\nhost=example.com\n\n", "host=x\n", "junk\n"):
        assert git("credential-huggingface", "get", tell=other).stdout == ""
    assert git("credential-huggingface", "erase", tell=f"{url}password=another\n\n").returncode == 0
    assert "typed-in" in git("credential-huggingface", "get", tell=f"{url}\n").stdout
    assert git("credential-huggingface", "erase", tell=given).returncode == 0
    assert git("credential-huggingface", "get", tell=f"{url}\n").stdout == ""
    assert git("credential-huggingface", "capability", tell="").stdout == ""
    assert cli("auth", "list", token=None, env=keyring).stdout == "No stored tokens.\n"


def test_git_credential_sets_up_store_after_saying_so(hub: Any, cli: Any, git: Any, private: str) -> None:
    done = log_in(hub, cli, "--git-credential")
    assert "`store` is set up" in done.stderr
    assert "plain text in ~/.git-credentials" in done.stderr
    kept = cli.home / ".git-credentials"
    assert hub.token("alice") in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    clone_and_push(git, cli, private)
    again = log_in(hub, cli, "--add-to-git-credential")
    assert "git is configured to use `store`: git keeps it in plain text" in again.stderr
    assert cli("auth", "logout", token=None).returncode == 0
    assert hub.token("alice") not in kept.read_text()


def test_add_to_git_credential_uses_the_helper_that_is_there(hub: Any, cli: Any, git: Any) -> None:
    none = log_in(hub, cli, "--add-to-git-credential")
    assert "the token was not given to git, which has no credential helper" in none.stderr
    assert not (cli.home / ".git-credentials").exists()
    got = cli.home / "got"
    git("config", "--global", "credential.helper", f"!f() {{ echo $1 >> {got}; cat >> {got}; }}; f")
    done = log_in(hub, cli, "--add-to-git-credential", "--no-add-to-git-credential")
    assert not got.exists()
    done = log_in(hub, cli, "--add-to-git-credential")
    assert "plain text" not in done.stderr
    host = hub.endpoint.partition("://")[2]
    told = f"store\nprotocol=http\nhost={host}\nusername=hf_user\npassword={hub.token('alice')}\n"
    assert told in got.read_text()
    assert (
        cli("auth", "switch", "--token-name", "write for tests", "--add-to-git-credential", token=None).returncode == 0
    )
    assert got.read_text().count("store\n") == 2


def test_without_git_the_login_is_kept(hub: Any, cli: Any) -> None:
    words = ("auth", "login", "--token-stdin", "--add-to-git-credential")
    done = cli(*words, stdin=hub.token("alice"), token=None, env={"PATH": "/nonexistent"})
    assert done.returncode == 1
    assert "git is not installed, or not on PATH" in done.stderr
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"


def test_which_helpers_keep_plain_text() -> None:
    assert all(map(keeps_plain_text, ("store", "store --file ~/x", "/usr/lib/git-core/git-credential-store")))
    assert not any(map(keeps_plain_text, ("cache", "!store", "huggingface", "", "osxkeychain")))
