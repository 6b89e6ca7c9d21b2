"""The service's API: objects, changes, refusals, quotas, and what is still known after a restart (wire.md §5.8)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.store.accounts import Scope
from hfcli_hub.testkit.hub import LiveHub, running_hub

ONE = "endpoint/alice/my-endpoint"
Body = Callable[..., dict[str, Any]]
As = Callable[..., httpx.Client]


def state(client: httpx.Client, path: str = ONE) -> str:
    found: str = client.get(path).json()["status"]["state"]
    return found


def test_an_endpoint_from_its_start_to_its_end(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    hub.store.endpoints.pace.pending = 60
    made = alice.post("endpoint/alice", json={"accountId": None, **body()})
    assert made.status_code == 200
    raw = made.json()
    assert {key: raw[key] for key in ("name", "type", "accountId", "provider", "healthRoute")} == {
        "name": "my-endpoint",
        "type": "protected",
        "accountId": None,
        "provider": {"vendor": "aws", "region": "us-east-1"},
        "healthRoute": "/health",
    }
    assert raw["compute"]["scaling"] == {"minReplica": 1, "maxReplica": 1, "scaleToZeroTimeout": None}
    assert (raw["model"]["revision"], raw["model"]["task"]) == (None, None)
    assert (raw["status"]["state"], raw["status"].get("url")) == ("pending", None)
    hub.store.endpoints.pace.pending = 0
    assert alice.get("endpoint/alice").json()["items"][0]["status"]["state"] == "running"
    url = alice.get(ONE).json()["status"]["url"]
    assert alice.post(f"{ONE}/resume").json()["error"] == "Endpoint my-endpoint is already running"
    assert alice.post(f"{ONE}/pause").json()["status"]["state"] == "paused"
    assert alice.get(f"{url}/health").status_code == 503
    assert alice.post(f"{ONE}/scale-to-zero").status_code == 400
    assert alice.post(f"{ONE}/resume").status_code == 200
    assert alice.post(f"{ONE}/scale-to-zero").json()["status"]["state"] == "scaledToZero"
    assert alice.get(f"{url}/health").json() == {"status": "ok"}, "a request wakes it"
    assert alice.delete(ONE).status_code == 200
    assert [alice.get(path).status_code for path in (ONE, f"{url}/health")] == [404, 404]
    assert alice.get("endpoint/alice").json() == {"items": []}


def test_an_update_changes_what_it_says_and_nothing_else(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    alice.post("endpoint/alice", json=body(model={"env": {"A": "1"}}))
    (record,) = hub.store.endpoints.records.list("alice")
    hub.store.endpoints.records.change(record.uid, since=0.0)
    hub.store.endpoints.pace.initializing = 60
    change = {"compute": {"instanceSize": "x4", "scaling": {"maxReplica": 2}}, "model": {"task": "fill-mask"}}
    changed = alice.put(ONE, json={**change, "route": {}}).json()
    assert changed["status"]["state"] == "updating"
    assert changed["compute"]["instanceType"] == "intel-icl"
    assert changed["compute"]["scaling"] == {"minReplica": 1, "maxReplica": 2, "scaleToZeroTimeout": None}
    assert (changed["model"]["env"], changed["model"]["task"]) == ({"A": "1"}, "fill-mask")
    assert changed["model"]["repository"] == "alice/model"
    alice.post(f"{ONE}/pause")
    assert alice.put(ONE, json={"model": {"task": "other"}}).json()["status"]["state"] == "paused"


def test_a_failure_says_why_and_the_log_does_too(alice: httpx.Client, body: Body) -> None:
    alice.post("endpoint/alice", json=body(model={"env": {"HFCLI_FAIL": "no memory"}}))
    status = alice.get(ONE).json()["status"]
    assert (status["state"], status["message"]) == ("failed", "no memory")
    assert alice.get(f"{ONE}/logs").text.splitlines()[-1].endswith("ERROR no memory")
    alice.post("endpoint/alice", json=body(name="nowhere", model={"repository": "alice/none"}))
    assert alice.get("endpoint/alice/nowhere").json()["status"]["message"] == "Repository alice/none not found"
    alice.post("endpoint/alice", json=body(name="good"))
    changed = alice.put("endpoint/alice/good", json={"model": {"env": {"HFCLI_FAIL": "no memory"}}})
    assert changed.json()["status"]["state"] == "updateFailed"


def test_no_secret_comes_back(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    image = {"custom": {"url": "x/y:1", "healthRoute": "/up", "credentials": {"username": "u", "password": "hush"}}}
    made = alice.post("endpoint/alice", json=body(model={"secrets": {"KEY": "hush"}, "image": image}))
    for answer in (made, alice.get(ONE), alice.get("endpoint/alice"), alice.post(f"{ONE}/pause")):
        assert answer.status_code == 200
        assert "hush" not in answer.text
        assert '"KEY"' in answer.text
    assert made.json()["healthRoute"] == "/up"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "My_Endpoint"}, "name:"),
        ({"name": "a" * 33}, "name:"),
        ({"type": "secret"}, "type:"),
        ({"compute": {"instanceSize": "x3"}}, "not offered"),
        ({"provider": {"region": "moon"}}, "not offered"),
        ({"compute": {"accelerator": None}}, "compute.accelerator"),
        ({"compute": {"scaling": {"minReplica": 3, "maxReplica": 2}}}, "compute.scaling"),
        ({"compute": {"scaling": {"scaleToZeroTimeout": 0}}}, "scaleToZeroTimeout"),
        ({"compute": {"scaling": {"measure": {"moon": 1}}}}, "measure"),
        ({"model": {"image": {"vLLM": {}}}}, "missing field 'url'"),
        ({"model": {"image": {"vllm": {"url": "x"}}}}, "unknown variant 'vllm'"),
        ({"model": {"env": {"A": 1}}}, "model.env"),
        ({"model": {"args": "--tp 8"}}, "model.args"),
        ({"model": None}, "model:"),
        (
            {"compute": {"scaling": {"maxReplica": 17}}},
            "Quota exceeded for intel-icl: 34 wanted, 0 of 32 used by alice",
        ),
    ],
)
def test_what_is_refused(alice: httpx.Client, body: Body, changes: dict[str, Any], said: str) -> None:
    answer = alice.post("endpoint/alice", json=body(**changes))
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_quota_is_that_of_what_runs(alice: httpx.Client, body: Body) -> None:
    gpus = {"compute": {"accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x4"}}
    assert alice.post("endpoint/alice", json=body(**gpus)).status_code == 200
    assert alice.post("endpoint/alice", json=body(name="second", **gpus)).status_code == 400
    computes = alice.get("provider/alice").json()["vendors"][0]["regions"][0]["computes"]
    (used,) = {one["quota"]["usedAccelerators"] for one in computes if one["instanceType"] == "nvidia-l4"}
    assert used == 4
    alice.post(f"{ONE}/pause")
    assert alice.post("endpoint/alice", json=body(name="second", **gpus)).status_code == 200
    assert "Quota" in alice.post(f"{ONE}/resume").json()["error"]
    assert alice.post("endpoint/acme", json=body(**gpus)).status_code == 200, "each namespace has its own"


def test_a_quota_holds_however_many_ask_at_once(alice: httpx.Client, body: Body) -> None:
    gpus = {"accelerator": "gpu", "instanceType": "nvidia-l4", "instanceSize": "x1"}

    def deploy(number: int) -> int:
        return alice.post("endpoint/alice", json=body(name=f"e{number}", compute=gpus)).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(deploy, range(8)))
    assert sorted(answers) == [200] * 4 + [400] * 4


def test_who_may_do_what(hub: LiveHub, as_user: As, alice: httpx.Client, body: Body) -> None:
    alice.post("endpoint/alice", json=body())
    assert alice.post("endpoint/alice", json=body()).status_code == 409
    reader, bob, nobody = as_user("alice", "read"), as_user("bob"), as_user(None)
    assert (reader.get(ONE).status_code, reader.post(f"{ONE}/pause").status_code) == (200, 403)
    assert [bob.get(path).status_code for path in (ONE, "endpoint/alice", "provider/alice")] == [403, 403, 403]
    assert (nobody.get(ONE).status_code, nobody.delete(ONE).status_code) == (401, 401)
    health = f"{alice.get(ONE).json()['status']['url']}/health"
    assert [client.get(health).status_code for client in (reader, bob, nobody)] == [200, 403, 401]
    alice.put(ONE, json={"type": "public"})
    assert nobody.get(health).status_code == 200
    scopes = [Scope("acme", ("inference.endpoints.write",))]
    value = hub.store.accounts.create_token("alice", role="fineGrained", scopes=scopes)
    fine = {"Authorization": f"Bearer {value}"}
    assert alice.post("endpoint/acme", json=body(), headers=fine).status_code == 200
    assert alice.get("endpoint/alice", headers=fine).status_code == 403


def test_a_restart_forgets_nothing(tmp_path: Path, body: Body) -> None:
    for expected in ("running", "paused"):
        with running_hub(tmp_path / "hub", relay=False) as hub:
            hub.store.endpoints.pace.pending = hub.store.endpoints.pace.initializing = 0
            client = httpx.Client(base_url=hub.endpoints_api, trust_env=False, verify=False)
            client.headers["Authorization"] = f"Bearer {hub.store.accounts.create_token('alice')}"
            if expected == "running":
                hub.create_repo("alice/model")
                client.post("endpoint/alice", json=body())
            assert state(client) == expected
            client.post(f"{ONE}/pause")


def test_the_catalog(hub: LiveHub, alice: httpx.Client) -> None:
    base = hub.endpoints_catalog
    every = alice.get(f"{base}/list").json()["items"]
    assert [item["repoId"] for item in every] == alice.get(f"{base}/repo-list").json()["models"]
    recipes = [recipe for item in every for recipe in item["recipes"]]
    assert len({recipe["publicId"] for recipe in recipes}) == len(recipes)
    for query, count in {
        "engine=tei": 1,
        "accelerator=neuron": 1,
        "license=mit": 2,
        "search=OSS": 2,
        "limit=1": 1,
    }.items():
        assert len(alice.get(f"{base}/list?{query}").json()["items"]) == count, query
    for recipe in recipes:
        made = alice.post(f"{base}/recipe/{recipe['publicId']}/deploy", json={"namespace": "alice"}).json()
        assert made["endpoint"]["status"]["state"] == "running"
        assert made["endpoint"]["compute"]["accelerator"] == recipe["accelerator"]
        alice.delete(f"endpoint/alice/{made['endpoint']['name']}")
    chosen = {"namespace": "alice", "config": {"name": "bge"}, "accelerator": "cpu"}
    assert alice.post(f"{base}/model/BAAI/bge-m3/deploy", json=chosen).json()["endpoint"]["name"] == "bge"
    for path, payload in (
        ("model/alice/none/deploy", {"namespace": "alice"}),
        ("model/BAAI/bge-m3/deploy", {"namespace": "alice", "accelerator": "neuron"}),
        ("recipe/none/deploy", {"namespace": "alice"}),
    ):
        assert alice.post(f"{base}/{path}", json=payload).status_code == 404
