"""The examples of the guide's section on ``hf endpoints``, in the order of the guide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hfcli_hub.endpoints.records import Record

from tests.guide.world import USER, Case, World

NAME = "my-endpoint"
SPEC = {
    "name": NAME,
    "provider": {"vendor": "aws", "region": "us-east-1"},
    "compute": {"accelerator": "cpu", "instanceType": "intel-icl", "instanceSize": "x2"},
    "model": {"repository": "gpt2", "framework": "pytorch"},
}


def found(world: World) -> Record | None:
    return world.hub.store.endpoints.records.find(USER, NAME)


def nothing_is_deployed(world: World) -> None:
    """Starts take no time."""
    service = world.hub.store.endpoints
    service.pace.pending = service.pace.initializing = 0.0
    for record in service.records.list(USER):
        service.records.delete(record.uid)


def it_is_deployed(world: World) -> None:
    nothing_is_deployed(world)
    world.hub.store.endpoints.create(USER, SPEC, USER)


def runs(repository: str, **compute: str) -> Callable[[World], None]:
    """It runs there, as the guide asks, and is described like that."""

    def check(world: World) -> None:
        raw: dict[str, Any] = json.loads(world.run("endpoints", "describe", NAME, "--json").stdout)
        assert raw["status"]["state"] == "running"
        assert raw["model"]["repository"] == repository
        assert compute.items() <= (raw["compute"] | raw["provider"]).items()

    return check


def is_paused(world: World) -> None:
    record = found(world)
    assert record is not None
    assert record.intent == "pause"


def is_gone(world: World) -> None:
    assert found(world) is None


def lists_it(world: World) -> None:
    rows = world.run("endpoints", "ls", "--quiet").stdout.splitlines()
    assert rows == [NAME]


def lists_recipes(world: World) -> None:
    rows = json.loads(world.run("endpoints", "catalog", "ls", "--json").stdout)
    assert "openai/gpt-oss-120b" in {row["repo_id"] for row in rows}


CASES = {
    "hf endpoints ls": Case(
        before=it_is_deployed,
        prints=(
            "NAME        MODEL STATUS  TASK FRAMEWORK INSTANCE     VENDOR REGION    ",
            "----------- ----- ------- ---- --------- ------------ ------ --------- ",
            "my-endpoint gpt2  running      pytorch   intel-icl x2 aws    us-east-1 ",
        ),
        after=lists_it,
    ),
    "hf endpoints catalog deploy --repo openai/gpt-oss-120b --name my-endpoint": Case(
        before=nothing_is_deployed, after=runs("openai/gpt-oss-120b", accelerator="gpu")
    ),
    "hf endpoints deploy my-endpoint --repo gpt2 --framework pytorch --accelerator cpu --instance-size x2"
    " --instance-type intel-icl": Case(
        before=nothing_is_deployed,
        after=runs("gpt2", accelerator="cpu", instanceType="intel-icl", instanceSize="x2", region="us-east-1"),
    ),
    "hf endpoints catalog ls": Case(after=lists_recipes),
    "hf endpoints describe my-endpoint": Case(before=it_is_deployed, after=runs("gpt2")),
    "hf endpoints pause my-endpoint": Case(before=it_is_deployed, after=is_paused),
    "hf endpoints delete my-endpoint --yes": Case(
        before=it_is_deployed, prints=("Deleted 'my-endpoint'.",), after=is_gone
    ),
}
