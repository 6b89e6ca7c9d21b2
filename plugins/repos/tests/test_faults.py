"""Orders whose answer is lost, and a Hub that cannot be reached or says what makes no sense."""

from __future__ import annotations

import pytest
from hfcli_hub.faults import Reset, Status

ORDERS = {
    "create": (["create", "m", "--exist-ok"], "POST", "/api/repos/create"),
    "delete": (["delete", "alice/old", "--yes"], "DELETE", "/api/repos/delete"),
    "move": (["move", "alice/old", "alice/new"], "POST", "/api/repos/move"),
    "settings": (["settings", "alice/old", "--private"], "PUT", "*/settings"),
    "branch create": (["branch", "create", "alice/old", "dev"], "POST", "*/branch/dev"),
    "branch delete": (["branch", "delete", "alice/old", "there"], "DELETE", "*/branch/there"),
    "tag create": (["tag", "create", "alice/old", "v1"], "POST", "*/tag/*"),
    "tag delete": (["tag", "delete", "alice/old", "v0", "-y"], "DELETE", "*/tag/v0"),
}


@pytest.fixture(autouse=True)
def old(hub):
    git = hub.create_repo("alice/old").git
    git.create_branch("there", "main")
    git.create_tag("v0", "main")


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_whose_answer_is_lost_is_looked_after(hub, cli, order) -> None:
    words, method, path = ORDERS[order]
    hub.faults.add(Status(502, after=True), method=method, path=path, times=1)
    done = cli("repo", *words)
    assert done.returncode == 0, done.stderr
    assert hub.record.count(method=method, path=path) == (2 if order == "settings" else 1)


def test_an_order_that_did_not_arrive_is_not_taken_for_done(hub, cli) -> None:
    hub.faults.add(Status(502), path="/api/repos/*")
    hub.faults.add(Status(502), path="*/duplicate")
    for words in (["delete", "alice/old", "--yes"], ["create", "alice/old"], ["duplicate", "alice/old", "new"]):
        done = cli("repo", *words)
        assert (done.returncode, done.stdout) == (8, "")
        assert "look before trying again" in done.stderr
    assert hub.repo("alice/old").id == "alice/old"


def test_a_hub_out_of_reach(cli) -> None:
    for words in (["create", "m"], ["list"]):
        done = cli("repo", *words, env={"HF_ENDPOINT": "http://127.0.0.1:9"})
        assert (done.returncode, done.stdout, len(done.stderr.splitlines()) <= 3) == (6, "", True)
    assert cli("repo", "info", "alice/old", env={"HF_HUB_OFFLINE": "1"}).returncode == 12


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (["list"], "/api/settings/repositories", '[{"id": 1}]'),
        (["list"], "/api/settings/repositories", '["x"]'),
        (["duplicate", "alice/old", "new"], "*/duplicate", '{"url": 7}'),
        (["create", "s", "--type", "space", "--template", "x"], "/api/spaces/templates", '{"templates": [{}]}'),
        (["tag", "list", "alice/old"], "*/refs", '{"tags": [{"name": "v", "ref": "r", "targetCommit": "../x"}]}'),
    ],
)
def test_answers_that_make_no_sense(hub, cli, words, path, body) -> None:
    hub.faults.add(Status(200, {"Content-Type": "application/json"}, body), path=path)
    done = cli("repo", *words)
    assert (done.returncode, done.stdout) == (9, ""), done.stderr


def test_escapes_from_the_server(hub, cli) -> None:
    evil = '{"tags": [{"name": "v\\u001b[2J\\n::set-output", "ref": "refs/tags/v", "targetCommit": "%s"}]}' % ("a" * 40)
    hub.faults.add(Status(200, {"Content-Type": "application/json"}, evil), path="*/refs")
    done = cli("repo", "tag", "list", "alice/old")
    assert done.lines == ["Tags for model alice/old:", "v\\x1b[2J\\n::set-output"]


def test_errors_for_programs(cli) -> None:
    import json

    done = cli("repo", "info", "alice/odl", "--json")
    error = json.loads(done.stderr)["error"]
    assert (done.stdout, error["code"], error["exit_code"]) == ("", "repo-not-found", 5)
    assert error["hint"] == "did you mean alice/old?"


def test_reset(hub, cli) -> None:
    hub.faults.add(Reset(at="start"), method="POST", path="/api/repos/move", times=1)
    assert cli("repo", "move", "alice/old", "alice/new").returncode == 0
    assert hub.repo("alice/new").id == "alice/new"
