"""The other commands of ``hf endpoints``, through the real command line and the embedded Hub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from hfcli_hub.faults import Status

Make = Callable[..., Any]


def test_ls(endpoint: Make, cli: Any) -> None:
    assert cli("endpoints", "ls").stdout == "No results found.\n"
    endpoint(model={"task": "fill-mask"})
    endpoint("theirs", "acme")
    mine = "my-endpoint alice/model running fill-mask pytorch   intel-icl x2 aws    us-east-1 \n"
    for words in (["endpoints", "ls"], ["inference-endpoints", "list"]):
        assert cli(*words).stdout.endswith(mine)
    assert cli("endpoints", "ls", "-q", "--namespace", "acme").stdout == "theirs\n"
    everywhere = cli("endpoints", "ls", "--namespace", "*")
    assert [line.split()[:2] for line in everywhere.lines[2:]] == [["alice", "my-endpoint"], ["acme", "theirs"]]
    (raw,) = cli("endpoints", "ls", "--json").json()
    assert list(raw) == sorted(raw)
    assert raw["model"]["repository"] == "alice/model"


def test_ls_everywhere_leaves_out_what_it_may_not_see(endpoint: Make, cli: Any, hub: Any) -> None:
    endpoint()
    hub.faults.add(Status(403, body='{"error": "no billing"}'), path="*/endpoint/acme")
    done = cli("endpoints", "ls", "--namespace", "*", "-q")
    assert (done.returncode, done.stdout) == (0, "my-endpoint\n")
    assert "acme is left out" in cli("endpoints", "ls", "--namespace", "*").stderr


def test_describe_escapes_what_a_server_says(endpoint: Make, cli: Any) -> None:
    endpoint(model={"env": {"HFCLI_FAIL": "no \x1b[31mmemory\x07\nError: fake"}, "secrets": {"KEY": "hush-hush"}})
    done = cli("endpoints", "describe", "my-endpoint")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "hush" not in done.stdout
    assert done.lines[1].startswith("  status:    failed (no ")
    raw = cli("endpoints", "describe", "my-endpoint", "--json")
    assert raw.json()["model"]["secrets"] == {"KEY": "***"}
    assert "\x1b" not in raw.stdout
    waited = cli("endpoints", "wait", "my-endpoint")
    assert (waited.returncode, waited.stdout) == (1, "")
    assert "\x1b" not in waited.stderr


def test_update(endpoint: Make, service: Any, cli: Any) -> None:
    endpoint(model={"image": {"vLLM": {"url": "x/y:1", "port": 80}}, "args": ["--old"]})

    def spec(*words: str) -> dict[str, Any]:
        done = cli("endpoints", "update", "my-endpoint", *words)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = service.records.find("alice", "my-endpoint").spec
        return found

    sized = spec("--tensor-parallel-size", "2", "--data-parallel-size", "3", "--container-args", "")
    assert sized["model"]["image"] == {
        "vLLM": {"url": "x/y:1", "port": 80, "tensorParallelSize": 2, "dataParallelSize": 3}
    }
    assert sized["model"]["args"] == []
    words = (
        *("--repo", "alice/other", "--framework", "custom", "--revision", "v2", "--task", "fill-mask"),
        *("--accelerator", "gpu", "--instance-type", "nvidia-l4", "--instance-size", "x1"),
        *("--min-replica", "0", "--max-replica", "2", "--scale-to-zero-timeout", "9"),
        *("--scaling-metric", "hardwareUsage", "--scaling-threshold", "80", "--container-command", "serve me"),
        *("--container-args", "--new one", "--custom-image", "z:2", "--health-route", "/up", "--port", "8"),
    )
    changed = spec(*words)
    assert changed["compute"] == {
        "accelerator": "gpu",
        "instanceType": "nvidia-l4",
        "instanceSize": "x1",
        "scaling": {"minReplica": 0, "maxReplica": 2, "scaleToZeroTimeout": 9, "measure": {"hardwareUsage": 80.0}},
    }
    model = changed["model"]
    assert [model[key] for key in ("repository", "framework", "revision", "task")] == [
        "alice/other",
        "custom",
        "v2",
        "fill-mask",
    ]
    assert (model["command"], model["args"]) == (["serve", "me"], ["--new", "one"])
    assert model["image"] == {"custom": {"url": "z:2", "healthRoute": "/up", "port": 8}}


def test_update_says_what_it_costs_and_refuses_what_makes_no_sense(endpoint: Make, cli: Any, hub: Any) -> None:
    endpoint(
        "hidden", model={"image": {"vLLM": {"url": "x", "credentials": {"username": "u", "password": "hush-hush"}}}}
    )
    endpoint(model={"image": {"custom": {"url": "x"}}})
    done = cli("endpoints", "update", "my-endpoint", "--max-replica", "3", "--dry-run")
    assert (done.returncode, done.json()["body"]) == (0, {"compute": {"scaling": {"maxReplica": 3}}})
    assert "Price: $0.064 an hour for each replica, at most $0.192 an hour for 3" in done.stderr
    sizes = ("--tensor-parallel-size", "2")
    for words, said in {
        ("my-endpoint",): "nothing to change",
        ("my-endpoint", "--engine", "vllm"): "--custom-image is needed for --engine",
        ("my-endpoint", "--engine", "vllm", *sizes): "--custom-image is needed for --engine, --tensor-parallel-size",
        ("my-endpoint", *sizes): "the image custom ignores --tensor-parallel-size",
        ("hidden", *sizes): "the image needs registry credentials, which would be lost",
    }.items():
        refused = cli("endpoints", "update", *words)
        assert (refused.returncode, refused.stdout) == (2, ""), words
        assert said in refused.stderr
    assert hub.record.count(method="PUT") == 0


def test_pause_resume_and_scale_to_zero(endpoint: Make, service: Any, cli: Any, hub: Any) -> None:
    endpoint()

    def after(*words: str) -> tuple[int, str]:
        done = cli("endpoints", *words, "--json")
        return done.returncode, done.json()["status"]["state"] if done.stdout else ""

    for command, method in (("pause", "POST"), ("scale-to-zero", "POST"), ("delete", "DELETE"), ("resume", "POST")):
        rehearsed = cli("endpoints", command, "my-endpoint", "--dry-run", "--json").json()
        assert (rehearsed["dry_run"], rehearsed["method"]) == (True, method)
        assert rehearsed["url"].startswith(f"{hub.endpoints_api}/endpoint/alice/my-endpoint")
    assert hub.record.count(method="POST") == hub.record.count(method="DELETE") == 0
    assert after("scale-to-zero", "my-endpoint") == (0, "scaledToZero")
    assert after("pause", "my-endpoint") == (0, "paused")
    resumed = cli("endpoints", "resume", "my-endpoint")
    assert (resumed.returncode, "Price: $0.064 an hour" in resumed.stderr) == (0, True)
    assert after("resume", "my-endpoint") == (0, "running")
    assert after("resume", "my-endpoint", "--fail-if-already-running") == (11, "")


def test_delete_asks_for_the_name_and_only_of_somebody_who_is_there(endpoint: Make, service: Any, cli: Any) -> None:
    endpoint()
    refused = cli("endpoints", "delete", "my-endpoint", stdin="my-endpoint\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--yes" in refused.stderr
    assert service.records.find("alice", "my-endpoint")
    done = cli("endpoints", "delete", "my-endpoint", "--yes")
    assert (done.returncode, done.stdout) == (0, "Deleted 'my-endpoint'.\n")
    assert service.records.find("alice", "my-endpoint") is None
    again = cli("endpoints", "delete", "my-endpoint", "-y", "--json")
    assert again.returncode == 5
    assert json.loads(again.stderr)["error"]["message"] == "Endpoint 'my-endpoint' not found in alice"


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("typed", "code", "left"), [("my-endpoint", 0, False), ("my-endpoin", 1, True)])
def test_delete_on_a_terminal(endpoint: Make, service: Any, cli: Any, typed: str, code: int, left: bool) -> None:
    endpoint()
    master, slave = os.openpty()
    process = cli.popen("endpoints", "delete", "my-endpoint", stdin=slave, stderr=slave)
    os.close(slave)
    asked = b""
    while b"confirm.: " not in asked:
        asked += os.read(master, 1000)
    assert asked == b"Delete endpoint 'my-endpoint'? Type the name to confirm.: "
    os.write(master, f"{typed}\n".encode())
    assert process.wait(10) == code
    os.close(master)
    assert (service.records.find("alice", "my-endpoint") is not None) == left


def test_hardware(service: Any, cli: Any) -> None:
    def ids(*words: str) -> list[str]:
        return cli("endpoints", "hardware", "-q", *words).lines

    assert ids("--vendor", "azure") == [f"azure-eastus-intel-xeon-x{n}" for n in (1, 2, 4, 8)]
    assert "azure-eastus-nvidia-k80-x1" in ids("--vendor", "azure", "--all")
    assert ids("--region", "eu-west-1", "--accelerator", "GPU", "--instance-type", "nvidia-l4") == [
        f"aws-eu-west-1-nvidia-l4-x{n}" for n in (1, 4)
    ]
    table = cli("endpoints", "hardware", "--instance-type", "nvidia-h100")
    assert table.stdout == "No results found.\n"
    assert "--all also shows 4 that cannot be had now" in table.stderr
    none = cli("endpoints", "hardware", "--vendor", "moon")
    assert "--vendor moon (there is aws, azure, gcp)" in none.stderr
    row = cli("endpoints", "hardware", "--instance-type", "intel-icl", "--json").json()[0]
    assert (row["id"], row["price_per_hour"], row["quota"]) == ("aws-us-east-1-intel-icl-x1", 0.032, "0/32")


def test_catalog(service: Any, cli: Any) -> None:
    def rows(*words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = cli("endpoints", "catalog", "ls", "--json", *words).json()
        return found

    every = rows()
    assert len(every) == 10
    assert every == cli("endpoints", "list-catalog", "--json").json()
    assert {row["engine"] for row in rows("--engine", "tei")} == {"tei"}
    assert {row["accelerator"] for row in rows("--accelerator", "neuron")} == {"neuron"}
    assert {row["license"] for row in rows("--license", "MIT")} == {"MIT"}
    assert {row["repo_id"] for row in rows("--task", "sentence-embeddings")} == {"BAAI/bge-m3"}
    assert {row["repo_id"] for row in rows("--search", "oss", "--limit", "1")} == {"openai/gpt-oss-120b"}
    gguf = "Qwen2.5-Coder-7B-Instruct-Q8_0.gguf"
    for words in (
        ["--recipe", "foggy-maple-9pl0s4gh"],
        ["--repo", "Qwen/Qwen2.5-Coder-7B-Instruct", "--gguf-file", gguf],
    ):
        made = cli("endpoints", "catalog", "deploy", *words, "--json")
        assert made.returncode == 0, made.stderr
        assert made.json()["model"]["image"]["llamacpp"]["modelPath"] == gguf
        assert "Price: $0.50 an hour" in made.stderr
    neuron = [
        "--repo",
        "Qwen/Qwen2.5-Coder-7B-Instruct",
        "--accelerator",
        "neuron",
        "--namespace",
        "acme",
        "--name",
        "n",
    ]
    rehearsed = cli("endpoints", "catalog", "deploy", *neuron, "--dry-run", "--json").json()
    assert rehearsed["body"] == {"accelerator": "neuron", "config": {"name": "n"}, "namespace": "acme"}
    assert cli("endpoints", "catalog", "deploy", *neuron, "-q").stdout == "n\n"
    assert service.records.find("acme", "n").spec["compute"]["instanceType"] == "inf2"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--repo", "a/b", "--recipe", "c"), 2),
        (("--recipe", "c", "--gguf-file", "f"), 2),
        (("--repo", "a/b"), 5),
    ],
)
def test_catalog_deploy_refuses(service: Any, cli: Any, words: tuple[str, ...], code: int) -> None:
    assert cli("endpoints", "catalog", "deploy", *words).returncode == code
