"""Killed at any moment, then the same command; and several that upload at the same time (faults.md U1, U2, P1)."""

from __future__ import annotations

import hashlib
import signal
import time
from dataclasses import replace

import pytest

MOMENTS = [1, 2, 3, 5, 8, 10, 12, 14]


def contents(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_exactly(hub, repo_id: str, files: dict[str, bytes]) -> None:
    names = [name for name in hub.list_files(repo_id) if name != ".gitattributes"]
    assert {name: hub.read_file(repo_id, name) for name in names} == files


@pytest.mark.parametrize(
    "moment", [*MOMENTS, *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 40) if n not in MOMENTS)]
)
def test_killed_at_the_nth_request(hub, cli, model, titles, moment) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"old.txt": b"1"})
    hub.store.limits = replace(hub.store.limits, multipart_threshold=500_000, part_size=500_000)
    hub.record.clear()
    process = cli.popen("upload", "alice/m", "./model", "--delete", "*")
    while len(hub.record) < moment and process.poll() is None:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    result = cli("upload", "alice/m", "./model", "--delete", "*")
    assert result.returncode == 0, result.stderr
    is_exactly(hub, "alice/m", contents(model))
    assert titles("alice/m").count("Upload folder with hfcli") == 1


@pytest.mark.parametrize("count", [2, 8])
def test_several_upload_to_one_repo(hub, cli, titles, count) -> None:
    hub.create_repo("alice/m")
    files: dict[str, bytes] = {}
    for number in range(count):
        folder = cli.work / f"part{number}"
        folder.mkdir()
        mine = {
            f"{number}.txt": f"{number}\n".encode(),
            f"{number}.bin": hashlib.shake_256(b"%d" % number).digest(50_000),
            "shared.bin": hashlib.shake_256(b"shared").digest(50_000),
        }
        for name, content in mine.items():
            (folder / name).write_bytes(content)
        files |= mine
    processes = [cli.popen("upload", "alice/m", f"./part{number}", ".") for number in range(count)]
    ends = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * count, ends
    is_exactly(hub, "alice/m", files)
    assert len(titles("alice/m")) == count
