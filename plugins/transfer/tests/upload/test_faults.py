"""What goes wrong on the way: nothing is committed twice, and nothing is committed that was not stored."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from hfcli_hub.faults import Bandwidth, ExpiredSignature, Latency, Reset, Stall, Status

COMMIT = "/api/models/alice/m/commit/main"
ONLY_ATTRIBUTES = [".gitattributes"]


@pytest.fixture(autouse=True)
def repo(hub):
    hub.create_repo("alice/m")


def wait_for(condition, seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("fault", "match"),
    [
        (Reset(at=500_000, of="request"), {"method": "PUT", "host": "content"}),
        (Status(503), {"method": "PUT", "host": "content"}),
        (ExpiredSignature(), {"method": "PUT", "host": "content"}),
        (Status(502), {"path": "*/preupload/*"}),
        (Status(429, {"Retry-After": "1"}), {"path": "*/objects/batch"}),
        (Status(504, after=True), {"path": "*/objects/verify"}),
        (Status(503), {"path": "*/commit/main"}),
        (Reset(at="start", of="request"), {"path": "*/commit/main"}),
    ],
)
def test_what_passes_is_survived(hub, cli, model, titles, fault, match) -> None:
    hub.faults.add(fault, times=1, **match)
    result = cli("upload", "alice/m", "./model")
    assert result.returncode == 0, result.stderr
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()
    assert titles("alice/m") == ["Upload folder with hfcli"]


@pytest.mark.parametrize("fault", [Reset(at="start"), Status(502, after=True), Status(504, after=True)])
def test_a_commit_whose_answer_is_lost_is_made_once(hub, cli, model, titles, fault) -> None:
    hub.faults.add(fault, path=COMMIT, times=1)
    result = cli("upload", "alice/m", "./model", "--json")
    assert result.returncode == 0, result.stderr
    assert result.json()["commit"] == hub.repo("alice/m").git.resolve("main")
    assert titles("alice/m") == ["Upload folder with hfcli"]


def test_a_commit_that_meets_another_is_tried_again(hub, cli, model, titles) -> None:
    hub.faults.add(Status(412), path=COMMIT, times=2)
    assert cli("upload", "alice/m", "./model").returncode == 0
    assert titles("alice/m") == ["Upload folder with hfcli"]


def test_a_commit_that_always_meets_another_is_given_up(hub, cli, model) -> None:
    hub.faults.add(Status(412), path=COMMIT)
    result = cli("upload", "alice/m", "./model")
    assert (result.returncode, result.stdout) == (11, "")
    assert hub.record.count(path=COMMIT) == 4
    assert hub.list_files("alice/m") == ONLY_ATTRIBUTES


@pytest.mark.parametrize("status", [413, 504])
def test_a_commit_that_is_too_large_is_made_in_halves(hub, cli, model, titles, status) -> None:
    hub.faults.add(Status(status), path=COMMIT, times=1 if status == 413 else 3)
    result = cli("upload", "alice/m", "./model")
    assert result.returncode == 0, result.stderr
    assert titles("alice/m") == ["Upload folder with hfcli"] * 2
    assert {"config.json", "README.md", "model.safetensors", "onnx/model.onnx"} < set(hub.list_files("alice/m"))


def test_a_single_file_that_no_commit_takes_says_what_to_do(hub, cli, model) -> None:
    hub.faults.add(Status(413), path=COMMIT)
    result = cli("upload", "alice/m", "./model/config.json")
    assert (result.returncode, hub.record.count(path=COMMIT)) == (1, 1)
    assert "--include" in result.stderr


def test_a_hub_that_does_not_check_cards_is_no_hindrance(hub, cli, model) -> None:
    hub.faults.add(Status(404), path="/api/validate-yaml")
    assert cli("upload", "alice/m", "./model").returncode == 0


@pytest.mark.parametrize(
    ("path", "host"), [("*/objects/verify", "hub"), ("*/objects/batch", "hub"), ("/lfs/*", "content")]
)
def test_nothing_is_committed_unless_all_is_stored(hub, cli, model, path, host) -> None:
    hub.faults.add(Status(404), path=path, host=host)
    result = cli("upload", "alice/m", "./model")
    assert (result.returncode, result.stdout) == (5, "")
    assert hub.record.count(path=COMMIT) == 0
    hub.faults.clear()
    assert cli("upload", "alice/m", "./model").returncode == 0


@pytest.mark.parametrize("how", ["changed", "longer", "shorter", "replaced", "removed"])
def test_a_large_file_that_changes_while_it_is_sent(hub, cli, model, how) -> None:
    hub.faults.add(Bandwidth(1_500_000), method="PUT", host="content")
    file = model / "model.safetensors"
    process = cli.popen("upload", "alice/m", "./model")
    wait_for(lambda: hub.record.count(method="PUT"))
    content = file.read_bytes()
    if how == "changed":
        with file.open("r+b") as opened:
            opened.seek(-1, os.SEEK_END)
            opened.write(bytes([content[-1] ^ 1]))
    elif how == "longer":
        with file.open("ab") as opened:
            opened.write(b"more")
    elif how == "shorter":
        os.truncate(file, len(content) // 2)
    else:
        file.unlink()
        if how == "replaced":
            file.write_bytes(content)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode in (9, 11)
    assert stdout == b""
    assert b"'model.safetensors'" in stderr.replace(b"\r", b"\n")
    assert hub.list_files("alice/m") == ONLY_ATTRIBUTES


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_small_file_that_changes_while_large_ones_are_sent(hub, cli, model, how) -> None:
    hub.faults.add(Bandwidth(2_000_000), method="PUT", host="content")
    process = cli.popen("upload", "alice/m", "./model")
    wait_for(lambda: hub.record.count(method="PUT"))
    if how == "changed":
        (model / "config.json").write_text("{}")
    else:
        (model / "config.json").unlink()
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (11, b"")
    assert b"'config.json'" in stderr
    assert hub.list_files("alice/m") == ONLY_ATTRIBUTES


def interrupted(process, number: int = signal.SIGINT) -> str:
    """Send a signal; what was said, once it is certain that nothing was waited for."""
    started = time.monotonic()
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert (process.returncode, stdout) == (128 + number, b"")
    assert b"Traceback" not in stderr
    return stderr.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_sending(hub, cli, model, number) -> None:
    stall = hub.faults.add(Stall(at=500_000, of="request", seconds=30), method="PUT", host="content")
    process = cli.popen("upload", "alice/m", "./model")
    wait_for(lambda: hub.faults.count(stall) and hub.record.count(path="*/objects/verify"))
    assert "nothing was committed" in interrupted(process, number)
    assert hub.list_files("alice/m") == ONLY_ATTRIBUTES
    hub.faults.clear()
    hub.record.clear()
    assert cli("upload", "alice/m", "./model").returncode == 0
    assert hub.record.count(method="PUT") == 1, "the small object was stored before"


def test_interrupted_while_committing(hub, cli, model) -> None:
    hub.faults.add(Latency(5), path=COMMIT)
    process = cli.popen("upload", "alice/m", "./model")
    wait_for(lambda: hub.record.count(path=COMMIT))
    assert "look before trying again" in interrupted(process)


def test_interrupted_while_asking(hub, cli, model) -> None:
    hub.faults.add(Latency(5), path="*/preupload/*")
    process = cli.popen("upload", "alice/m", "./model")
    wait_for(lambda: hub.record.count(path="*/preupload/*"))
    assert "nothing was committed" in interrupted(process)


def test_a_file_that_cannot_be_read_is_named(hub, cli, model) -> None:
    """Every read of this file fails with EIO, also for root."""
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("needs /proc")
    (model / "broken.bin").symlink_to(memory)
    result = cli("upload", "alice/m", "./model")
    assert (result.returncode, result.stdout) == (10, "")
    assert "broken.bin" in result.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_named_unless_it_is_left_out(hub, cli, model) -> None:
    (model / "onnx").chmod(0)
    try:
        result = cli("upload", "alice/m", "./model")
        assert (result.returncode, "onnx" in result.stderr) == (10, True)
        assert cli("upload", "alice/m", "./model", "--exclude", "onnx/*").returncode == 0
    finally:
        (model / "onnx").chmod(0o755)


@pytest.mark.parametrize("name", ["new\nline", "escape\x1b[2J", "not-utf8-\udcff", "Sub/.GIT/x"])
def test_names_that_no_repo_can_have(hub, cli, model, name) -> None:
    path = model / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    result = cli("upload", "alice/m", "./model")
    assert (result.returncode, result.stdout) == (9, "")
    assert all(line.isprintable() for line in result.stderr.splitlines())
    assert len(result.stderr.splitlines()) == 2
    assert hub.record.count() == 0
    assert cli("upload", "alice/m", "./model", "--include", "*.json").returncode == 0


def test_names_that_only_some_systems_can_store(hub, cli, model) -> None:
    (model / "con.txt").write_text("x")
    (model / "größe 1%.txt").write_text("x")
    result = cli("upload", "alice/m", "./model")
    assert result.returncode == 0
    assert "'con.txt'" in result.stderr
    assert "gr" not in result.stderr.partition("con.txt")[2].partition("\n")[0]
    assert {"con.txt", "größe 1%.txt"} <= set(hub.list_files("alice/m"))
