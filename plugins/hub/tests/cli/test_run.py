"""``hf hub run``."""

from __future__ import annotations

import json
import signal
import sys
import time

import httpx
import pytest
from hfcli_hub.store.hub import Hub

PYTHON = sys.executable
PRINT_ENVIRONMENT = "import os, json; print(json.dumps(dict(os.environ)), flush=True)"


def test_ephemeral_is_alice_with_a_write_token_and_leaves_nothing(hf):
    code = (
        "import os, httpx; headers = {'authorization': 'Bearer ' + os.environ['HF_TOKEN']};"
        "print(httpx.get(os.environ['HF_ENDPOINT'] + '/api/whoami-v2', headers=headers).text);"
        "print(os.environ['HFCLI_HUB_DATA'])"
    )
    result = hf("hub", "run", "--ephemeral", "--", PYTHON, "-c", code, env={"TMPDIR": str(hf.home)})
    whoami, data = result.lines
    identity = json.loads(whoami)
    assert identity["name"] == "alice"
    assert [org["name"] for org in identity["orgs"]] == ["acme"]
    assert identity["auth"]["accessToken"]["role"] == "write"
    assert data.startswith(str(hf.home))
    assert not hf.data.exists()
    assert [path for path in hf.home.iterdir() if path.name.startswith("hf-hub-")] == []


@pytest.mark.parametrize("code", [0, 7, 255])
def test_exits_with_the_commands_code(hf, code):
    assert hf("hub", "run", "--ephemeral", "--", PYTHON, "-c", f"raise SystemExit({code})").returncode == code


def test_a_command_that_a_signal_ends(hf):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert hf("hub", "run", "--ephemeral", "--", PYTHON, "-c", code).returncode == 128 + signal.SIGKILL


def test_finds_this_hf_and_passes_arguments_untouched(hf):
    result = hf("hub", "run", "--ephemeral", "hf", "hub", "token", "ls", "--json")
    assert [row["user"] for row in result.json()] == ["alice"]
    result = hf(
        "hub", "run", "--ephemeral", "--", PYTHON, "-c", "import sys; print(sys.argv[1:])", "--json", "-h", "-q"
    )
    assert result.stdout == "['--json', '-h', '-q']\n"


def test_a_program_that_does_not_exist(hf):
    result = hf("hub", "run", "--ephemeral", "--", "no-such-program")
    assert (result.returncode, result.stderr) == (2, "Error: no such program: no-such-program\n")


def test_what_is_kept_is_there_again_and_the_token_is_gone(hf):
    code = (
        "import os, httpx; headers = {'authorization': 'Bearer ' + os.environ['HF_TOKEN']};"
        "answer = httpx.post(os.environ['HF_ENDPOINT'] + '/api/repos/create', headers=headers, json={'name': 'kept'});"
        "print(answer.status_code)"
    )
    assert hf("hub", "run", "--", PYTHON, "-c", code).stdout == "200\n"
    with_hub = Hub(hf.data)
    owner = with_hub.accounts.list()[0].name
    assert with_hub.find_repo("model", f"{owner}/kept") is not None
    assert [token.name for token in with_hub.accounts.tokens(owner)] == ["first token"]
    with_hub.close()


def test_uses_the_server_that_runs_already(hf):
    with hf.serving() as (_, info):
        result = hf("hub", "run", "--", PYTHON, "-c", PRINT_ENVIRONMENT)
        assert result.json()["HF_ENDPOINT"] == info["endpoint"]
        assert result.json()["HF_ENDPOINTS_API"] == f"{info['endpoint']}/api/inference-endpoints/v2"
        assert httpx.get(f"{info['endpoint']}/api/models").status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_command_which_decides(hf, number):
    code = (
        f"import signal, sys; signal.signal({int(number)}, lambda *_: sys.exit(42));"
        "print('ready', flush=True); signal.pause()"
    )
    process = hf.popen("hub", "run", "--ephemeral", "--", PYTHON, "-c", code)
    assert process.stdout.readline() == b"ready\n"
    start = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 42
    assert time.monotonic() - start < 3
