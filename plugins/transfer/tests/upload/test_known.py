"""An unchanged folder costs a look at each file: what was hashed once is not read again."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from hfcli_hub.faults import Status


@pytest.fixture
def uploaded(hub, cli, model):
    assert cli("upload", "alice/m", "./model").returncode == 0
    hub.record.clear()
    return model


def hashes(cli) -> dict[str, tuple[str | None, str | None]]:
    path = next(cli.home.rglob("hashes.sqlite3"))
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT file, sha1, sha256 FROM hashes").fetchall()
    return {Path(name).name: (sha1, sha256) for name, sha1, sha256 in rows}


def test_nothing_is_asked_of_files_that_did_not_change(hub, cli, uploaded) -> None:
    result = cli("upload", "alice/m", "./model", "--json")
    assert (result.json()["files"], result.json()["bytes"]) == (0, 0)
    assert hub.record.count(path="*/preupload/*") == 0
    assert hub.record.count(path="*/validate-yaml") == 0
    assert hub.record.count(path="*/tree/*") == 1
    (uploaded / "config.json").write_bytes(b"{}\n")
    assert cli("upload", "alice/m", "./model", "--json").json()["files"] == 1
    assert hub.read_file("alice/m", "config.json") == b"{}\n"


def test_files_are_not_read_again(hub, cli, uploaded) -> None:
    found = hashes(cli)
    assert found["config.json"][0]
    assert found["model.safetensors"][1]
    hub.create_repo("alice/other")
    status = (uploaded / "model.safetensors").stat()
    result = cli("upload", "alice/other", "./model/model.safetensors", "--json", "--debug")
    assert result.json()["files"] == 1
    assert (uploaded / "model.safetensors").stat().st_mtime_ns == status.st_mtime_ns


@pytest.mark.parametrize("how", ["same size and time", "replaced", "touched"])
def test_a_file_that_changed_is_noticed(hub, cli, uploaded, how) -> None:
    file = uploaded / "config.json"
    before = file.stat()
    content = file.read_bytes().replace(b"8", b"9")
    if how == "replaced":
        (uploaded / "new").write_bytes(content)
        os.utime(uploaded / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
        (uploaded / "new").replace(file)
    else:
        file.write_bytes(content)
        if how == "same size and time":
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cli("upload", "alice/m", "./model", "--json").json()["files"] == 1
    assert hub.read_file("alice/m", "config.json") == content


@pytest.mark.parametrize("damage", ["rubbish", "writable by others", "a folder"])
def test_what_cannot_be_trusted_costs_time_only(hub, cli, uploaded, damage) -> None:
    path = next(cli.home.rglob("hashes.sqlite3"))
    if damage == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    elif damage == "writable by others":
        path.chmod(0o666)
    else:
        path.unlink()
        path.mkdir()
    result = cli("upload", "alice/m", "./model", "--json")
    assert (result.returncode, result.json()["files"]) == (0, 0)
    assert hub.record.count(path="*/preupload/*") == 1


def test_what_somebody_removed_from_the_repo_is_sent_again(hub, cli, uploaded) -> None:
    cli("upload", "alice/m", "./model/onnx", "--delete", "*")
    assert cli("upload", "alice/m", "./model", "--json").json()["files"] == 4


def test_a_failed_upload_keeps_the_hashes(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    hub.faults.add(Status(404), path="*/objects/verify")
    assert cli("upload", "alice/m", "./model").returncode == 5
    assert hashes(cli)["model.safetensors"][1]


def test_a_token_that_may_only_read_sends_nothing(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    for scopes in ({"role": "read"}, {"role": "fineGrained", "scopes": []}):
        token = hub.store.accounts.create_token("alice", name="ci", **scopes)
        result = cli("upload", "alice/m", "./model", token=token)
        assert result.returncode == 4
        assert "alice's token may not write to model 'alice/m'; nothing was sent" in result.stderr
    assert hub.record.count(path="*/preupload/*") == 0
