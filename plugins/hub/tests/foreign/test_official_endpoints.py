"""Both official clients against the service of the embedded Hub: the judges of its wire protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.endpoints.addresses import variables
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

SCENARIOS = Path(__file__).with_name("endpoint_scenarios.py")
# Their command line has its addresses as constants, too.
MAIN = """
import os, sys
from huggingface_hub import constants
constants.INFERENCE_ENDPOINTS_ENDPOINT = os.environ["HF_ENDPOINTS_API"]
constants.INFERENCE_CATALOG_ENDPOINT = os.environ["HF_ENDPOINTS_CATALOG"]
from huggingface_hub.cli.hf import main
main()
"""


@pytest.fixture(params=["2.4.0", pytest.param("1.1.7", marks=pytest.mark.slow)])
def client(request: pytest.FixtureRequest, official_client: Callable[[str], Any]) -> Any:
    return official_client(request.param)


@pytest.fixture
def environ(environ: dict[str, str], hub: LiveHub) -> dict[str, str]:
    hub.create_repo("alice/model")
    hub.store.endpoints.pace.pending = 0
    hub.store.endpoints.pace.initializing = 0.5
    return environ | variables(hub.endpoint)


@pytest.fixture
def run(client: Any, environ: dict[str, str]) -> Callable[[str], dict[str, Any]]:
    def scenario(name: str) -> dict[str, Any]:
        done = client.run_python([SCENARIOS, name], env=environ)
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result

    return scenario


def test_the_life_of_an_endpoint(run: Callable[[str], dict[str, Any]]) -> None:
    assert run("life") == {
        "made": ["initializing", None, "alice/model", "pytorch", None],
        "running": ["running", True, "theirs"],
        "updated": "updating",
        "scaling": {"minReplica": 0, "maxReplica": 2, "scaleToZeroTimeout": None},
        "asleep": "scaledToZero",
        "paused": "paused",
        "resumed": "initializing",
        "again": "running",
        "refused": 400,
        "listed": ["theirs"],
        "deleted": 404,
    }


def test_failures_quotas_and_refusals(run: Callable[[str], dict[str, Any]]) -> None:
    assert run("failures") == {
        "failed": "InferenceEndpointError",
        "why": "no memory",
        "timeout": "InferenceEndpointTimeoutError",
        "quota": 400,
        "conflict": 409,
        "elsewhere": 403,
    }


def test_the_catalog(run: Callable[[str], dict[str, Any]], hub: LiveHub) -> None:
    seen = run("catalog")
    assert seen["made"] == ["oss", "openai/gpt-oss-120b", "nvidia-a100"]
    assert len(seen["models"]) > 3
    assert [record.name for record in hub.store.endpoints.records.list("acme")] == ["oss"]


def test_each_sees_what_the_other_did(run: Callable[[str], dict[str, Any]], cli: Cli, hub: LiveHub) -> None:
    hub.store.endpoints.pace.initializing = 0
    hardware = ["--accelerator", "cpu", "--instance-type", "intel-icl", "--instance-size", "x2"]
    image = ["--custom-image", "x/y:1", "--engine", "vllm", "--port", "80"]
    ours = cli(
        "endpoints", "deploy", "ours", "--repo", "alice/model", "--framework", "custom", "-e", "A=1", *hardware, *image
    )
    assert ours.returncode == 0, ours.stderr
    assert run("ours") == {
        "status": "running",
        "type": "authenticated",
        "env": {"A": "1"},
        "image": {"vLLM": {"url": "x/y:1", "port": 80}},
    }
    assert cli("endpoints", "describe", "ours", "--json").json()["status"]["state"] == "paused"


def test_their_command_line(client: Any, environ: dict[str, str]) -> None:
    def hf(*words: str) -> str:
        done = client.run_python(["-c", MAIN, "endpoints", *words], env={**environ, "COLUMNS": "250"})
        assert done.returncode == 0, (words, done.stderr)
        text: str = done.stdout
        return text

    hardware = ["--accelerator", "cpu", "--instance-type", "intel-icl", "--instance-size", "x2"]
    place = ["--vendor", "aws", "--region", "us-east-1"]
    hf("deploy", "theirs", "--repo", "alice/model", "--framework", "pytorch", *hardware, *place)
    hf("update", "theirs", "--max-replica", "2")
    hf("catalog", "deploy", "--repo", "openai/gpt-oss-120b", "--name", "oss")
    assert "openai/gpt-oss-120b" in hf("catalog", "ls")
    assert json.loads(hf("pause", "theirs"))["compute"]["scaling"]["maxReplica"] == 2
    hf("resume", "theirs")
    hf("delete", "theirs", "--yes")
    listed = hf("ls")
    assert ("oss" in listed, "theirs" in listed) == (True, False)
    if client.version == "2.4.0":
        assert "nvidia-l4" in hf("hardware", "--accelerator", "gpu")
        assert "quiet-lantern" in hf("catalog", "ls", "--engine", "vllm")
