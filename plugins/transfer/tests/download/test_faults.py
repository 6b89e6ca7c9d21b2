"""Networks and servers that fail in the middle (faults.md N1–N15, S05, S08): no wrong byte, nothing fetched twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.faults import (
    Close,
    ExpiredSignature,
    Headers,
    IgnoreRange,
    Redirect,
    Reset,
    Status,
    Truncate,
    WrongBytes,
    WrongRange,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model

LARGE = "/lfs/*"
NAME = "model.safetensors"


def download(cli: Cli, *arguments: str) -> Path:
    from pathlib import Path

    result = cli("download", "alice/model", NAME, *arguments)
    assert result.returncode == 0, result.stderr
    return Path(result.lines[0])


def sent(hub: LiveHub) -> int:
    """Bytes of content that came from the content origin."""
    return sum(request.sent for request in hub.record.find(host="content"))


@pytest.mark.parametrize("cut", [Reset(at=200_000), Close(at=200_000), Truncate(at=200_000)])
def test_a_connection_that_ends_early_is_resumed(
    hub: LiveHub, cli: Cli, model: Model, cut: Reset | Close | Truncate
) -> None:
    hub.faults.add(cut, host="content", times=1)
    assert download(cli).read_bytes() == model.files[NAME]
    first, second = hub.record.find(host="content")
    assert "range" not in first.headers
    offset = int(second.headers["range"].removeprefix("bytes=").partition("-")[0])
    assert 0 < offset <= 200_000
    assert hub.record.count(path=f"*/resolve/*/{NAME}") == 2, "the address is resolved again"
    assert model.partials == []


def test_many_cuts(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Reset(at=70_000), host="content")
    assert download(cli).read_bytes() == model.files[NAME]
    assert hub.record.count(host="content") >= 5


def test_a_server_that_always_ends_early_is_given_up(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Truncate(at=0), host="content")
    result = cli("download", "alice/model", NAME)
    assert result.returncode == 9
    assert result.stdout == ""
    assert not (model.snapshot / NAME).exists()


def test_what_the_session_has_given_up_is_not_begun_anew(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Redirect("{url}"), path="*/resolve/*")
    result = cli("download", "alice/model", NAME, "--json")
    assert result.returncode == 6
    assert hub.record.count(path="*/resolve/*") == 11, "as many as one chain of redirects may have"
    error = json.loads(result.stderr.splitlines()[-1])
    assert "given_up" not in str(error), "what the engine tells itself is nobody else's matter"


def test_an_expired_address_is_resolved_again(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Reset(at=200_000), host="content", nth=1)
    hub.faults.add(ExpiredSignature(), host="content", nth=2)
    assert download(cli).read_bytes() == model.files[NAME]
    assert [request.status for request in hub.record.find(host="content")][1:] == [403, 206]


def test_wrong_bytes_cost_one_clean_retry(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(WrongBytes(at=1000), host="content", times=1)
    assert download(cli).read_bytes() == model.files[NAME]
    assert hub.record.count(host="content") == 2


def test_wrong_bytes_twice_are_an_error(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(WrongBytes(at=1000), host="content")
    result = cli("download", "alice/model", NAME)
    assert result.returncode == 9
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) <= 5
    assert list(model.blobs.iterdir()) == []
    assert not (model.cached / "refs").exists()
    assert hub.record.count(host="content") == 2


@pytest.mark.parametrize("lie", [IgnoreRange(), WrongRange(), WrongRange(admit=False), Status(416)])
def test_a_server_that_lies_about_ranges(
    hub: LiveHub, cli: Cli, model: Model, lie: IgnoreRange | WrongRange | Status
) -> None:
    hub.faults.add(Reset(at=200_000), host="content", nth=1)
    hub.faults.add(lie, host="content", nth=2)
    result = cli("download", "alice/model", NAME, "--json")
    assert result.returncode == 0, result.stderr
    assert (model.snapshot / NAME).read_bytes() == model.files[NAME]
    if isinstance(lie, IgnoreRange):
        assert result.json()["bytes"] == len(model.files[NAME]), "nothing is counted twice"


def test_more_bytes_than_listed(hub: LiveHub, cli: Cli, model: Model) -> None:
    longer = b"x" * 500_000
    hub.faults.add(Status(200, body=longer.decode(), headers={"Content-Length": "500000"}), host="content")
    result = cli("download", "alice/model", NAME)
    assert result.returncode == 9
    assert all(partial.stat().st_size <= 400_000 for partial in model.partials)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_busy_server_is_asked_again(hub: LiveHub, cli: Cli, model: Model, status: int) -> None:
    hub.faults.add(Status(status), host="content", times=1)
    hub.faults.add(Status(status), path="/api/models/*", times=1)
    assert download(cli).read_bytes() == model.files[NAME]


def test_a_compressed_body_is_refused(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Headers({"Content-Encoding": "br"}), host="content")
    assert cli("download", "alice/model", NAME).returncode == 9


def test_credentials_stay_at_home(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Reset(at=200_000), host="content", nth=1)
    download(cli)
    assert hub.record.count(host="content") > 1
    assert hub.record.credentials_at_content() == []


def test_a_failed_file_does_not_take_the_others_with_it(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Status(404, headers={"X-Error-Code": "EntryNotFound"}), path="*/resolve/*/onnx/model.onnx")
    failed = cli("download", "alice/model", "--max-workers", "1")
    assert failed.returncode == 5
    assert failed.stdout == ""
    assert not (model.cached / "refs").exists()
    hub.faults.clear()
    hub.record.clear()
    assert cli("download", "alice/model").returncode == 0
    again = {request.path.rpartition("/")[2] for request in hub.record.find(path="*/resolve/*")}
    assert "model.onnx" in again
    assert NAME not in again, "the largest was fetched first, and stays"


@pytest.fixture
def listed(hub: LiveHub, model: Model) -> Callable[[list[str]], None]:
    """Makes the Hub list files with these names, all of them with the content of ``config.json``."""

    def listed(names: list[str]) -> None:
        entry = hub.repo("alice/model").git.entry(model.commit, "config.json")
        assert entry is not None
        body = json.dumps([{"type": "file", "path": name, "oid": entry.oid, "size": entry.size} for name in names])
        hub.faults.add(Status(200, body=body, headers={"Content-Type": "application/json"}), path="*/tree/*")

    return listed


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/evil", "C:\\evil", "..\\evil", "a//evil", "evil/nul.txt", "evil:stream"]
)
@pytest.mark.parametrize("place", ["--cache-dir", "--local-dir"])
def test_unsafe_names_are_refused_before_the_first_byte(
    hub: LiveHub, cli: Cli, listed: Callable[[list[str]], None], name: str, place: str
) -> None:
    listed(["config.json", name])
    result = cli("download", "alice/model", place, "here")
    assert result.returncode == 9, result.stderr
    assert "evil" in result.stderr
    assert hub.record.count(path="*/resolve/*") == 0
    assert [path for path in cli.home.parent.rglob("*") if "evil" in path.name] == []
    assert list(cli.work.iterdir()) == []


def test_control_characters_in_names_are_shown_escaped(
    hub: LiveHub, cli: Cli, listed: Callable[[list[str]], None]
) -> None:
    listed(["\x1b]0;gotcha\x07.txt"])
    result = cli("download", "alice/model")
    assert result.returncode == 9
    assert "\x1b" not in result.stderr
    assert "gotcha" in result.stderr


def test_names_that_are_both_file_and_folder(hub: LiveHub, cli: Cli, listed: Callable[[list[str]], None]) -> None:
    listed(["a", "a/b"])
    assert cli("download", "alice/model").returncode == 9
    assert hub.record.count(path="*/resolve/*") == 0


def test_names_that_differ_in_case(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.put_files("alice/model", {"a.txt": b"small", "A.txt": b"large"})
    result = cli("download", "alice/model", "--local-dir", "here", "--include=?.txt")
    probe = cli.work / "Probe"
    probe.mkdir()
    folds = (cli.work / "probe").exists()
    assert result.returncode == (9 if folds else 0), result.stderr
