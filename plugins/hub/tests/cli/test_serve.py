"""``hf hub serve`` as a process."""

from __future__ import annotations

import signal
import socket
import sqlite3
import ssl
import subprocess
import time

import httpx
import pytest


def test_first_start_makes_a_user_and_a_token_that_works(hf):
    with hf.serving("--user", "carol") as (_, info):
        answer = httpx.get(f"{info['endpoint']}/api/whoami-v2", headers={"authorization": f"Bearer {info['token']}"})
    assert answer.json()["name"] == info["user"] == "carol"
    assert info["data"] == str(hf.data)
    with hf.serving("--user", "carol") as (_, again):
        assert (again["user"], again["token"]) == ("carol", None)


def test_tells_people_what_to_type(hf):
    process = hf.popen("hub", "serve", "--port", "0", "--user", "carol")
    lines = [process.stdout.readline().decode().strip() for _ in range(12)]
    assert b"Ctrl-C" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    endpoint, token = lines[0].removeprefix("Hub at "), lines[4].split()[1]
    assert lines[1:4] == [f"Data in {hf.data}", "", "User: carol"]
    variables = [f"HF_ENDPOINT={endpoint}", f"HF_TOKEN={token}", "HF_HUB_DISABLE_XET=1"]
    service = f"{endpoint}/api/inference-endpoints"
    variables += [f"HF_ENDPOINTS_API={service}/v2", f"HF_ENDPOINTS_CATALOG={service}/catalog"]
    assert lines[6:] == ["To use it:", *(f"export {variable}" for variable in variables)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_at_once_even_with_open_streams(hf, number):
    with hf.serving() as (process, info):
        address = httpx.URL(info["endpoint"])
        with socket.create_connection((address.host, address.port)) as connection:
            connection.sendall(b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
            time.sleep(0.2)
            start = time.monotonic()
            process.send_signal(number)
            assert process.wait(10) == 0
            assert time.monotonic() - start < 2
    assert hf("hub", "status").returncode == 5


def test_a_kill_leaves_nothing_that_hinders_the_next_start(hf):
    with hf.serving() as (process, _):
        process.kill()
        process.wait(10)
    assert hf("hub", "status").returncode == 5
    with hf.serving() as (_, info):
        assert httpx.get(f"{info['endpoint']}/api/models").status_code == 200


def test_one_data_directory_has_one_server(hf):
    with hf.serving() as (process, info):
        result = hf("hub", "serve", "--port", "0")
        assert result.returncode == 14
        assert info["endpoint"] in result.stderr
        assert str(process.pid) in result.stderr


def test_a_port_that_is_taken(hf):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = hf("hub", "serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 11
    assert "cannot listen on 127.0.0.1 port" in result.stderr
    assert "--port 0" in result.stderr


def below_a_file(data):
    data.touch()
    return data / "hub"


def of_another_version(data):
    data.mkdir()
    database = sqlite3.connect(data / "hub.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    return data


def not_a_database(data):
    data.mkdir()
    (data / "hub.sqlite").write_bytes(b"something else" * 100)
    return data


@pytest.mark.parametrize("make", [below_a_file, of_another_version, not_a_database])
@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("user", "add", "carol")])
def test_a_data_directory_that_cannot_be_used(hf, make, command):
    data = make(hf.data)
    result = hf("hub", *command, "--data", data)
    assert (result.returncode, result.stdout) == (10, "")
    error, hint = result.stderr.splitlines()
    assert error.startswith(f"Error: cannot keep a Hub in {data}: ")
    assert "HFCLI_HUB_DATA" in hint


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--host", "0.0.0.0"], "--allow-remote"),
        (["--host", "0.0.0.0", "--allow-remote"], "--insecure"),
        (["--tls-cert", "cert.pem"], "--tls-key"),
    ],
)
def test_beyond_this_machine_only_when_it_is_meant(hf, options, hint):
    (hf.work / "cert.pem").touch()
    result = hf("hub", "serve", "--port", "0", *options)
    assert result.returncode == 2
    assert hint in result.stderr
    assert not hf.data.exists()


def test_every_address_of_the_machine_when_it_is_meant(hf):
    options = ("--host", "0.0.0.0", "--allow-remote", "--insecure", "--public-host", "localhost")
    with hf.serving(*options) as (_, info):
        assert info["endpoint"].startswith("http://localhost:")
        assert httpx.get(f"{info['endpoint']}/api/models").status_code == 200


@pytest.mark.foreign
def test_tls(hf, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    with hf.serving("--tls-cert", cert, "--tls-key", key, "--public-host", "localhost") as (_, info):
        context = ssl.create_default_context(cafile=str(cert))
        assert info["endpoint"].startswith("https://localhost:")
        assert httpx.get(f"{info['endpoint']}/api/models", verify=context).status_code == 200


def test_files_that_are_no_certificate(hf, tmp_path):
    (tmp_path / "x.pem").write_text("nonsense")
    result = hf("hub", "serve", "--port", "0", "--tls-cert", tmp_path / "x.pem", "--tls-key", tmp_path / "x.pem")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) <= 2


def test_faults_from_a_file(hf, tmp_path):
    rules = tmp_path / "faults.toml"
    rules.write_text('[[rule]]\ndo = "status"\nstatus = 503\nheaders = { "Retry-After" = "1" }\ntimes = 1\n')
    with hf.serving("--faults", rules) as (_, info):
        answers = [httpx.get(f"{info['endpoint']}/api/models") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[0].headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[rule]]\ndo = "explode"', ["rule 1", "unknown action: explode", "wrong-bytes"]),
        ('[[rule]]\ndo = "reset"\nbyte = 1', ["rule 1", "unknown field: byte"]),
        ('[[rule]]\ndo = "reset"\nat = "middle"', ["rule 1", "not a value for at"]),
        ("[[rule", ["cannot read"]),
        ("x = 1", ["no rules"]),
    ],
)
def test_a_fault_file_that_is_wrong(hf, tmp_path, text, words):
    (tmp_path / "faults.toml").write_text(text)
    result = hf("hub", "serve", "--port", "0", "--faults", tmp_path / "faults.toml")
    assert result.returncode == 2
    assert all(word in result.stderr for word in words)
    assert len(result.stderr.splitlines()) <= 2
