"""``hf endpoints deploy``: what is sent, what is told before, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

CPU = ("--accelerator", "cpu", "--instance-type", "intel-icl", "--instance-size", "x2")
WHAT = ("--repo", "alice/model", "--framework", "pytorch")
IMAGE = ("--custom-image", "x/y:1")


def deploy(cli: Any, *words: str, **options: Any) -> Any:
    return cli("endpoints", "deploy", "my-endpoint", *WHAT, *CPU, *words, **options)


def test_tells_place_and_price_before_the_endpoint(service: Any, cli: Any) -> None:
    done = deploy(cli)
    assert done.returncode == 0, done.stderr
    assert done.lines[:3] == ["my-endpoint", "  status:    running (Endpoint is ready)", done.lines[2]]
    assert done.lines[2].startswith("  url:       http://127.0.0.1:")
    assert done.lines[3:-1] == [
        "  model:     alice/model",
        "  framework: pytorch",
        "  image:     huggingface",
        "  hardware:  cpu intel-icl x2",
        "  where:     aws us-east-1",
        "  replicas:  1 to 1",
        "  access:    authenticated",
    ]
    assert done.stderr.splitlines() == [
        "Vendor aws, region us-east-1: the cheapest that has this hardware; --vendor and --region choose another",
        "Price: $0.064 an hour",
        "Hint: `hf endpoints wait my-endpoint` waits until it runs, `hf endpoints pause my-endpoint` ends the cost",
    ]
    again = deploy(cli)
    assert (again.returncode, again.stdout) == (11, "")
    assert "already exists" in again.stderr


def test_each_option_has_its_place_in_what_is_sent(service: Any, cli: Any, hub: Any) -> None:
    (cli.work / "env").write_text("A=file\nB=2\n")
    (cli.work / "secrets").write_text("S='file secret'\n")
    (cli.work / "secrets").chmod(0o600)
    words = (
        *("--vendor", "aws", "--region", "eu-west-1", "--instance-type", "intel-spr", "--revision", "v1"),
        *("--task", "fill-mask", "--min-replica", "0", "--max-replica", "2", "--scale-to-zero-timeout", "15"),
        *("--scaling-metric", "pendingRequests", "--scaling-threshold", "1.5", "--type", "public"),
        *(*IMAGE, "--health-route", "/up", "--port", "81", "--container-command", "python 'a b.py'"),
        *("--container-registry-username", "u", "--container-registry-password", "pass-word-1"),
        *("--container-args", "--tp 8", "-e", "A=1", "--env", "FROM_HERE", "--env-file", "env"),
        *("-s", "T=hush-hush", "--secrets", "HF_TOKEN", "--secrets-file", "secrets", "--namespace", "acme"),
    )
    rehearsed = deploy(cli, *words, "--dry-run", "--json", env={"FROM_HERE": "here"})
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert service.records.list("acme") == []
    done = deploy(cli, *words, "--json", env={"FROM_HERE": "here"})
    assert done.returncode == 0, done.stderr
    (record,) = service.records.list("acme")
    assert record.spec == {
        "type": "public",
        "provider": {"vendor": "aws", "region": "eu-west-1"},
        "compute": {
            "accelerator": "cpu",
            "instanceType": "intel-spr",
            "instanceSize": "x2",
            "scaling": {
                "minReplica": 0,
                "maxReplica": 2,
                "scaleToZeroTimeout": 15,
                "measure": {"pendingRequests": 1.5},
            },
        },
        "model": {
            "repository": "alice/model",
            "framework": "pytorch",
            "revision": "v1",
            "task": "fill-mask",
            "image": {
                "custom": {
                    "url": "x/y:1",
                    "healthRoute": "/up",
                    "port": 81,
                    "credentials": {"username": "u", "password": "pass-word-1"},
                }
            },
            "command": ["python", "a b.py"],
            "args": ["--tp", "8"],
            "env": {"A": "1", "B": "2", "FROM_HERE": "here"},
            "secrets": {"S": "file secret", "T": "hush-hush", "HF_TOKEN": hub.token("alice")},
        },
    }
    plan = rehearsed.json()
    assert (plan["method"], plan["url"], plan["price_per_hour"]) == (
        "POST",
        f"{hub.endpoint}/api/inference-endpoints/v2/endpoint/acme",
        0.066,
    )
    assert plan["body"]["model"]["secrets"] == {"HF_TOKEN": "***", "S": "***", "T": "***"}
    assert (
        "Price: $0.066 an hour for each replica, at most $0.132 an hour for 2; nothing while it is scaled"
        in done.stderr
    )
    raw = done.json()
    assert list(raw) == sorted(raw)
    assert raw["model"]["secrets"] == {"HF_TOKEN": "***", "S": "***", "T": "***"}
    for run in (rehearsed, done):
        for secret in ("pass-word-1", "hush-hush", "file secret", hub.token("alice")):
            assert secret not in run.stdout + run.stderr
        assert "a secret on the command line can be seen" in run.stderr


def test_an_engine_and_its_sizes(service: Any, cli: Any) -> None:
    sizes = ("--engine", "vllm", "--tensor-parallel-size", "2", "--data-parallel-size", "4")
    assert deploy(cli, *IMAGE, *sizes).returncode == 0
    (record,) = service.records.list("alice")
    assert record.spec["model"]["image"] == {"vLLM": {"url": "x/y:1", "tensorParallelSize": 2, "dataParallelSize": 4}}
    unknown = deploy(cli, *IMAGE, "--engine", "warp", "--data-parallel-size", "4")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "unknown variant 'warp', expected one of custom," in unknown.stderr


def test_the_cheapest_place_that_has_room(service: Any, cli: Any, endpoint: Any) -> None:
    words = ("--accelerator", "cpu", "--instance-type", "intel-xeon", "--dry-run", "--quiet")
    assert deploy(cli, *words).json()["body"]["provider"] == {"vendor": "azure", "region": "eastus"}
    words = ("--instance-type", "intel-spr", "--region", "us-east4", "--dry-run")
    done = deploy(cli, *words)
    assert done.json()["body"]["provider"] == {"vendor": "gcp", "region": "us-east4"}
    assert "Vendor gcp, region us-east4" in done.stderr


def test_where_the_service_does_not_tell_what_it_has(service: Any, cli: Any, hub: Any) -> None:
    from hfcli_hub.faults import Status

    hub.faults.add(Status(404, body="{}"), path="*/provider/*")
    done = deploy(cli)
    assert done.returncode == 0
    assert done.stderr.splitlines()[:2] == [
        "Vendor aws, region us-east-1: the default; --vendor and --region choose another",
        "The service does not tell the price.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--instance-size", "x3"), "no such hardware: --instance-size x3 (there is x1, "),
        (("--vendor", "azure"), "each of these values exists, but not all of them together"),
        (("--scaling-threshold", "2"), "--scaling-threshold needs --scaling-metric"),
        (("--min-replica", "3", "--max-replica", "2"), "--min-replica 3 is more than --max-replica 2"),
        (("--engine", "vllm", "--port", "80"), "--custom-image is needed for --engine, --port"),
        ((*IMAGE, "--tensor-parallel-size", "2"), "the image custom ignores --tensor-parallel-size"),
        ((*IMAGE, "--engine", "sglang", "--data-parallel-size", "2"), "the image sGLang ignores --data-parallel-size"),
        ((*IMAGE, "--container-registry-password", "hush-hush"), "needs --container-registry-username"),
        ((*IMAGE, "--engine", "tgi", "--container-registry-username", "u"), "takes no registry credentials"),
        (("--container-args", "'unclosed"), "--container-args cannot be split into words"),
        (("-s", "NOT_SET_HERE"), "a secret is not set here: NOT_SET_HERE"),
        (("-e", "1=2"), "'1' is no name of a variable"),
        (("--env-file", "none"), "cannot read 'none', which --env-file names"),
        (("--namespace", "../alice"), "--namespace '../alice' is no name"),
    ],
)
def test_mistakes_are_told_before_anything_is_ordered(
    service: Any, cli: Any, hub: Any, words: tuple[str, ...], said: str
) -> None:
    done = deploy(cli, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert hub.record.count(method="POST") == 0


def test_a_quota_that_is_used_up(service: Any, cli: Any) -> None:
    done = deploy(cli, "--instance-size", "x8", "--max-replica", "5", "--json")
    assert (done.returncode, done.stdout) == (8, "")
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["retryable"]) == ("quota-exceeded", False)
    assert "Quota exceeded for intel-icl: 40 wanted, 0 of 32 used by alice" in error["message"]
    assert "Price: $0.256 an hour for each replica, at most $1.28 an hour for 5" in done.stderr
