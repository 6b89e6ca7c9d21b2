"""The fixtures that plugin authors get."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import hfcli_hub.testing
import httpx
import pytest
from hfcli_hub.faults import Reset
from hfcli_hub.store.accounts import Identity
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub, running_hub


def test_the_documented_accounts(hub: LiveHub) -> None:
    def identity(token: str) -> Identity:
        found = hub.store.accounts.identify(token)
        assert found is not None
        return found

    alice, bob = identity(hub.token("alice")), identity(hub.token("bob", role="read"))
    assert (alice.name, alice.token.role, alice.role_in("acme")) == ("alice", "write", "admin")
    assert (bob.name, bob.token.role, bob.role_in("acme")) == ("bob", "read", None)
    assert hub.token() == hub.token("alice")


def test_files_are_put_where_uploads_would_put_them(hub: LiveHub) -> None:
    hub.create_repo("acme/data", "dataset", private=True)
    files = {"a.json": b"{}", "b.parquet": b"PAR1", "sub/empty.bin": b""}
    commit = hub.put_files("acme/data", files, "dataset")
    assert {path: hub.read_file("acme/data", path, "dataset", revision=commit) for path in files} == files
    assert hub.list_files("acme/data", "dataset") == [".gitattributes", "a.json", "b.parquet", "sub/empty.bin"]
    git = hub.repo("acme/data", "dataset").git
    assert {entry.path for entry in git.walk(commit) if entry.lfs} == {"b.parquet"}


def test_each_hub_is_another(hub: LiveHub, tmp_path: Path) -> None:
    hub.create_repo("alice/here")
    with running_hub(tmp_path / "second") as second:
        assert second.endpoint != hub.endpoint
        assert httpx.get(f"{second.endpoint}/api/models/alice/here").status_code == 401
        assert hub.record.count() == 0


@pytest.mark.parametrize("relay", [True, False])
def test_a_stop_takes_no_time_and_leaves_no_client_waiting(tmp_path: Path, relay: bool) -> None:
    for number in range(10):
        with running_hub(tmp_path / str(number), relay=relay) as hub:
            address = httpx.URL(hub.endpoint)
            with socket.create_connection((address.host, address.port or 80), timeout=10) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\n")
                start = time.monotonic()
                hub.server.stop()
                with suppress(ConnectionResetError):
                    assert connection.recv(100) == b""
                assert time.monotonic() - start < 1


def test_faults_below_http_are_at_hand(hub: LiveHub) -> None:
    hub.faults.add(Reset(at="start"), path="/api/whoami-v2", times=1)
    headers = {"authorization": f"Bearer {hub.token()}"}
    answers = []
    for _ in range(2):
        try:
            answers.append(httpx.get(f"{hub.endpoint}/api/whoami-v2", headers=headers).status_code)
        except httpx.TransportError:
            answers.append(0)
    assert answers == [0, 200]
    assert hub.record.count(path="/api/whoami-v2") == 2


def test_a_fault_that_nothing_could_make_is_refused(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub", relay=False) as hub, pytest.raises(ValueError, match="relay=True"):
        hub.faults.add(Reset())


def test_hf_runs_as_alice_and_knows_nothing_of_the_caller(cli: Cli, hub: LiveHub, monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    environ = cli.environ({"EXTRA": "1", "PATH": None})
    assert (environ["HF_ENDPOINT"], environ["HF_TOKEN"], environ["EXTRA"]) == (hub.endpoint, hub.token("alice"), "1")
    assert {"HF_HUB_OFFLINE", "HTTP_PROXY", "PATH"}.isdisjoint(environ)
    assert Path(environ["HF_HOME"]).is_relative_to(cli.home)
    assert cli("auth", "whoami", "--quiet").stdout == "alice\n"
    assert cli("auth", "whoami", "--quiet", token=hub.token("bob")).stdout == "bob\n"
    assert cli("auth", "whoami", token=None).returncode == 4


def test_a_run_has_a_time_limit_and_leaves_no_process(cli: Cli) -> None:
    process = cli.popen("hub", "serve", "--port", "0", env={"HFCLI_HUB_DATA": str(cli.home / "data")})
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"Hub at")
    with cli:
        pass
    assert process.returncode == -signal.SIGKILL


def test_the_plugin_imports_little() -> None:
    code = "import sys, hfcli_hub.testing; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert not {"starlette", "uvicorn", "dulwich", "hfcli_core", "httpx"} & set(eval(done.stdout))


def test_the_documented_example_runs_in_an_authors_project(tmp_path: Path) -> None:
    documentation = hfcli_hub.testing.__doc__ or ""
    lines = documentation.partition("::\n\n")[2].partition("\n\nEach")[0].splitlines()
    example = "\n".join(line.removeprefix("    ") for line in lines)
    (tmp_path / "test_example.py").write_text(example)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
