"""The error boundary: every way to end, as the caller of the process sees it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Hf

ACCIDENTS = """
@hookimpl
def hf_commands():
    return [CommandSpec(f"fail", help="Fail.", target="accidents:fail")]

SECRET = "hf_" + "a" * 30

@command()
@argument("how")
@pass_app
def fail(app, how):
    import click, errno, os, sys, time
    if how == "hf-error":
        raise RepoNotFoundError("there is no repo a/b", hint="log in first", request_id="req-1")
    if how == "secret":
        raise NetworkError(f"cannot reach https://user:pass@h/?token=x with {SECRET}", hint=SECRET)
    if how == "unexpected":
        raise ZeroDivisionError(SECRET)
    if how == "abort":
        raise click.Abort
    if how == "usage":
        raise click.UsageError("That will not do.")
    if how == "click":
        raise click.ClickException("as click says")
    if how == "disk":
        raise OSError(errno.ENOSPC, "No space left on device", "/mnt/x")
    if how == "exit":
        click.get_current_context().exit(7)
    if how == "sys-exit":
        sys.exit(8)
    if how == "sys-exit-text":
        sys.exit("goodbye")
    if how == "confirm":
        app.output.confirm("Delete?")
    if how == "wait":
        try:
            print("ready", flush=True)
            time.sleep(30)
        finally:
            print("cleaned up", flush=True)
    if how == "stuck":
        try:
            print("ready", flush=True)
            time.sleep(30)
        finally:
            print("cleaning", flush=True)
            time.sleep(30)
    if how == "thread":
        import threading
        threading.Thread(target=time.sleep, args=(30,)).start()
        print("ready", flush=True)
        time.sleep(30)
    if how == "noted":
        error = KeyboardInterrupt()
        error.add_note("3 of 5 files are kept; run it again to go on")
        raise error
    if how == "pipe":
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
    if how == "lines":
        for number in range(100_000):
            print(number)
"""


@pytest.fixture
def fail(hf: Hf) -> Hf:
    hf.add_plugin("accidents", ACCIDENTS)
    return hf


@pytest.mark.parametrize(
    ("how", "exit_code", "stderr"),
    [
        ("hf-error", 5, "Error: there is no repo a/b\nHint: log in first\nRequest id: req-1\n"),
        ("abort", 1, "Aborted.\n"),
        ("usage", 2, "Error: that will not do\nHint: `hf fail --help` shows what it takes\n"),
        ("click", 1, "Error: as click says\n"),
        ("disk", 10, "Error: No space left on device: /mnt/x\n"),
        ("exit", 7, ""),
        ("sys-exit", 8, ""),
        ("sys-exit-text", 1, "Error: goodbye\n"),
        ("noted", 130, "Error: interrupted\nHint: 3 of 5 files are kept; run it again to go on\n"),
        ("confirm", 2, "Error: nobody can be asked: Delete?\nHint: pass --yes\n"),
    ],
)
def test_every_end_has_its_code_and_its_line(fail: Hf, how: str, exit_code: int, stderr: str) -> None:
    done = fail("fail", how, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr) == (exit_code, "", stderr)


@pytest.mark.parametrize(
    ("how", "code", "exit_code"),
    [
        ("hf-error", "repo-not-found", 5),
        ("abort", "aborted", 1),
        ("usage", "usage", 2),
        ("disk", "local-storage", 10),
        ("unexpected", "unexpected", 1),
        ("noted", "interrupted", 130),
    ],
)
def test_json_has_an_object_on_stderr(fail: Hf, how: str, code: str, exit_code: int) -> None:
    done = fail("fail", how, "--json")
    error = json.loads(done.stderr)["error"]
    assert (done.stdout, done.returncode) == ("", exit_code)
    assert (error["code"], error["exit_code"]) == (code, exit_code)


@pytest.mark.parametrize("words", [[], ["--json"], ["--format", "csv"], ["-q"], ["--format=agent"]])
def test_no_secret_is_shown(fail: Hf, words: list[str]) -> None:
    done = fail("fail", "secret", *words)
    assert done.returncode == 6
    assert "cannot reach https://***@h/" in done.stderr
    for secret in ("hf_aaa", "user:pass", "token=x"):
        assert secret not in done.stderr + done.stdout


def test_an_unexpected_error_is_one_line_and_a_report(fail: Hf) -> None:
    done = fail("fail", "unexpected")
    assert done.returncode == 1
    found = re.fullmatch(
        r"Error: unexpected ZeroDivisionError in the plugin accidents \(report ([0-9a-f]{8})\)\n"
        r"Hint: the report is (\S+)\n",
        done.stderr,
    )
    assert found, done.stderr
    report = fail.home / "hf" / "hfcli" / "reports" / Path(found[2]).name
    text = report.read_text()
    assert found[1] in text
    assert "ZeroDivisionError" in text
    assert "command: hf fail" in text
    assert "hf_aaa" not in text
    if os.name == "posix":
        assert report.stat().st_mode & 0o077 == 0


def test_only_a_few_reports_are_kept(fail: Hf) -> None:
    reports = fail.home / "hf" / "hfcli" / "reports"
    reports.mkdir(parents=True)
    for number in range(9):
        (reports / f"20200101T00000{number}-aaaaaaaa.txt").touch()
    fail("fail", "unexpected")
    assert len(list(reports.iterdir())) == 5


def test_an_unwritable_home_does_not_hide_the_error(fail: Hf) -> None:
    fail.environ["HF_HOME"] = "/dev/null/nowhere"
    done = fail("fail", "unexpected")
    assert done.returncode == 1
    assert done.stderr.endswith("Hint: run it again with --debug to see the traceback\n")


@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_traceback_is_shown_only_for_debugging(fail: Hf, way: str) -> None:
    words = ["--debug"] if way == "option" else []
    fail.environ |= {"HF_DEBUG": "1"} if way == "variable" else {}
    done = fail("fail", "unexpected", *words)
    assert "Traceback (most recent call last)" in done.stderr
    assert "hf_aaa" not in done.stderr
    assert done.stderr.splitlines()[-2].startswith("Error: unexpected ZeroDivisionError")


def test_a_broken_pipe_that_is_not_ours_is_a_failure(fail: Hf) -> None:
    done = fail("fail", "pipe")
    assert done.returncode == 1
    assert "unexpected BrokenPipeError" in done.stderr


@pytest.mark.parametrize("words", [[], ["--json"], ["--format", "loud"]])
@pytest.mark.parametrize(("variable", "value"), [("HF_HUB_DISABLE_PROGRESS_BARS", "perhaps"), ("HF_DEBUG", "perhaps")])
def test_a_setting_that_cannot_be_read_is_told(fail: Hf, words: list[str], variable: str, value: str) -> None:
    fail.environ[variable] = value
    done = fail("fail", "confirm", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
class TestSignals:
    def start(self, hf: Hf, how: str, **options: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            hf.argv("fail", how), env=hf.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    @pytest.mark.parametrize(
        ("number", "exit_code", "word"),
        [
            (signal.SIGINT, 130, "interrupted"),
            (signal.SIGTERM, 143, "interrupted"),
            (signal.SIGHUP, 129, "interrupted"),
        ],
    )
    def test_clean_ups_run_and_the_code_is_the_signals(self, fail: Hf, number: int, exit_code: int, word: str) -> None:
        process = self.start(fail, "wait")
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)
        assert (process.returncode, stdout, stderr) == (exit_code, "cleaned up\n", f"Error: {word}\n")

    def test_a_second_signal_ends_at_once(self, fail: Hf) -> None:
        process = self.start(fail, "stuck")
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stdout.readline() == "cleaning\n"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 130

    def test_a_second_signal_ends_a_program_that_waits_for_a_thread(self, fail: Hf) -> None:
        process = self.start(fail, "thread")
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert process.stderr.readline() == "Error: interrupted\n"
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=10)
        # Once the interpreter is ending, the signal itself ends the process, which a shell shows as 130 too.
        assert process.returncode in (130, -signal.SIGINT)
        assert stderr == ""

    def test_an_ignored_hang_up_stays_ignored(self, fail: Hf) -> None:
        process = self.start(fail, "wait", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert process.returncode == 143


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
class TestStreams:
    @pytest.mark.parametrize("words", ["fail lines", "--help", "env", "config list --json"])
    def test_a_reader_that_leaves_is_no_failure(self, fail: Hf, words: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run(
                fail.argv(*words.split()),
                env=fail.environ,
                stdout=writer,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        finally:
            os.close(writer)
        assert done.returncode == 0
        assert b"rror" not in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("words", ["fail lines", "--help", "version", "env"])
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_under_stdout_is_told(self, fail: Hf, words: str) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                fail.argv(*words.split()),
                env=fail.environ,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=60,
                text=True,
                check=False,
            )
        assert done.returncode == 10
        assert done.stderr.startswith("Error: ")
        assert "No space left on device" in done.stderr
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize("words", ["fail unexpected --debug", "fail hf-error", "nosuch"])
    def test_nobody_listens_to_stderr(self, fail: Hf, words: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run(
                fail.argv(*words.split()), env=fail.environ, stdout=writer, stderr=writer, timeout=60, check=False
            )
        finally:
            os.close(writer)
        assert done.returncode == {"fail hf-error": 5, "nosuch": 2}.get(words, 1)

    @pytest.mark.parametrize("words", ["--help", "version", "env", "config list", "fail hf-error", "nosuch"])
    def test_closed_streams_do_no_harm(self, fail: Hf, words: str) -> None:
        line = " ".join([sys.executable, "-m", "hfcli_core", words, "<&- >&- 2>&-"])
        expected = {"fail hf-error": 5, "nosuch": 2}.get(words, 0)
        assert subprocess.run(["/bin/sh", "-c", line], env=fail.environ, timeout=60, check=False).returncode == expected
