"""``hf hub start``, ``stop`` and ``status``."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import httpx


def test_start_status_stop(hf):
    started = hf("hub", "start", "--port", "0", "--user", "carol", "--json").json()
    try:
        whoami = httpx.get(
            f"{started['endpoint']}/api/whoami-v2", headers={"authorization": f"Bearer {started['token']}"}
        )
        assert whoami.json()["name"] == "carol"
        status = hf("hub", "status", "--json").json()
        assert {key: started[key] for key in ("pid", "endpoint", "content_url")} == {
            key: status[key] for key in ("pid", "endpoint", "content_url")
        }
        assert hf("hub", "status", "--quiet").stdout == started["endpoint"] + "\n"
        again = hf("hub", "start", "--port", "0")
        assert (again.returncode, started["endpoint"] in again.stderr) == (14, True)
    finally:
        stopped = hf("hub", "stop", "--json").json()
    assert stopped == {"stopped": True, "pid": started["pid"]}
    assert hf("hub", "status").returncode == 5
    assert hf("hub", "stop").returncode == 0


def test_a_server_that_cannot_start_is_quoted(hf):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = hf("hub", "start", "--port", str(port))
    assert result.returncode == 11
    assert f"cannot listen on 127.0.0.1 port {port}" in result.stderr
    assert "--port 0" in result.stderr
    assert "server.log" in result.stderr


def test_stop_never_ends_a_process_that_merely_has_the_number(hf):
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        hf.data.mkdir()
        stale = {"pid": bystander.pid, "endpoint": "http://127.0.0.1:9", "content_url": "http://127.0.0.1:9"}
        (hf.data / "server.json").write_text(json.dumps(stale))
        assert "No Hub runs" in hf("hub", "stop").stdout
        assert bystander.poll() is None
    finally:
        bystander.communicate(b"\n", timeout=10)
    assert not (hf.data / "server.json").exists()


def test_others_cannot_look_into_the_data(hf):
    hf("hub", "user", "add", "carol")
    assert hf.data.stat().st_mode & 0o077 == 0
