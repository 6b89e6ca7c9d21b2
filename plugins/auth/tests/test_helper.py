"""The credential helper: a program that gives tokens, and every way in which it can fail (A8)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_auth.providers import programs
from hfcli_auth.providers.programs import output_of, without_secrets
from hfcli_core.api import ProviderFailed

Helper = Callable[..., Path]
SECRET = "s3cr3t-" + "x7" * 12


@pytest.fixture
def helper(hub: Any, cli: Any) -> Helper:
    """Write the shell script that the configuration names for the Hub, or for another one."""

    def write(script: str, *, endpoint: str = "", words: Any = None) -> Path:
        program: Path = cli.home / "helper.sh"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        config = cli.home / "config" / "hfcli" / "config.toml"
        config.parent.mkdir(parents=True, exist_ok=True)
        shown = json.dumps([str(program), "--team"] if words is None else words)
        config.write_text(f'[auth.credential_helper]\n"{endpoint or hub.endpoint}" = {shown}\n')
        return program

    return write


def test_it_is_asked_and_beats_what_is_stored(hub: Any, cli: Any, helper: Helper) -> None:
    assert cli("auth", "login", "--token-stdin", stdin=hub.token("bob"), token=None).returncode == 0
    asked = cli.home / "asked"
    program = helper(f'echo "$@" > {asked}; cat >> {asked}; echo \'{{"token": "{hub.token("alice")}"}}\'')
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"
    arguments, question = asked.read_text().splitlines()
    assert arguments == "--team"
    assert json.loads(question) == {"version": 1, "action": "get", "endpoint": hub.endpoint}
    status = cli("auth", "status", token=None)
    assert f"in use    credential helper {program}" in status.stdout
    assert hub.token("alice") not in status.stdout
    assert cli("config", "list", "-q").returncode == 0
    helper("echo '{\"token\": null}'")
    assert cli("auth", "whoami", "-q", token=None).stdout == "bob\n"
    helper("exit 1", endpoint="https://huggingface.co")
    assert cli("auth", "whoami", "-q", token=None).stdout == "bob\n"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (f"echo 'cannot open {SECRET}' >&2; exit 3", "failed with exit code 3: cannot open ***"),
        ("echo garbage", "did not answer with a JSON object that has a token"),
        ("echo '[1]'", "did not answer with a JSON object"),
        ("echo '{\"token\": 7}'", "token is a text"),
        ('echo \'{"token": "hf_two\\\\nlines"}\'', "is malformed: it has white space or a line break"),
        ('echo \'{"token": "  "}\'', "gave an empty token"),
        (f'echo \'{{"token": "{SECRET}", "expires_at": 1}}\'', "gave a token that has expired"),
        (f'echo \'{{"token": "{SECRET}", "expires_at": "soon"}}\'', "expires_at a number of seconds"),
        ("yes", "said too much"),
    ],
)
def test_a_failure_ends_the_command(cli: Any, helper: Helper, script: str, says: str) -> None:
    """Also where a stored token or none would have done: it would be somebody else's."""
    program = helper(script)
    done = cli("auth", "whoami", token=None)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"the credential helper {program}" in done.stderr
    assert says in done.stderr
    assert SECRET not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("not a list", "is not a list of words"),
        ([], "is not a list of words"),
        (["helper.sh"], "helper.sh is not an absolute path"),
        (["/nonexistent/helper"], "cannot be run: No such file"),
    ],
)
def test_a_configuration_that_cannot_be(cli: Any, helper: Helper, words: Any, says: str) -> None:
    helper("exit 0", words=words)
    done = cli("auth", "whoami", token=None)
    assert (done.returncode, done.stdout) == (4, "")
    assert says in done.stderr


def test_one_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "LIMIT", 0.3)
    script = tmp_path / "hangs"
    script.write_text(f"#!/bin/sh\nsleep 60 & echo $! > {tmp_path}/pid; wait\n")
    script.chmod(0o755)
    started = time.monotonic()
    with pytest.raises(ProviderFailed, match=r"hangs did not answer within 0\.3 s"):
        output_of([str(script)], "", what="the helper", environ=os.environ)
    assert time.monotonic() - started < 5
    child = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("its child still runs")


def test_much_talk_on_standard_error_does_not_block(tmp_path: Path) -> None:
    script = tmp_path / "talks"
    script.write_text("#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' a >&2; echo fine\n")
    script.chmod(0o755)
    assert output_of([str(script)], "x" * 10, what="the helper", environ=os.environ) == "fine\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("vault: permission denied", "vault: permission denied"),
        ("token is " + "hf_" + "Zq7" * 12, "token is hf_***"),
        ("Authorization: Bearer abcdefgh", "Authorization: Bearer ***"),
        ("key AKIA0123456789ABCDEF is wrong\nsecond line", "key *** is wrong"),
        ("at /usr/lib/x \x1b[31m", "at /usr/lib/x \\x1b[31m"),
    ],
)
def test_what_is_shown_of_its_complaint(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
