"""Both official clients against the embedded Hub: the judges of its wire protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.faults import Close
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

SCENARIOS = Path(__file__).with_name("official_scenarios.py")
ODD = "data/sp ace & ü/na#me%41?.txt"


@pytest.fixture(params=["2.4.0", "1.1.7"])
def client(request: pytest.FixtureRequest, official_client: Callable[[str], Any]) -> Any:
    return official_client(request.param)


@pytest.fixture
def run(client: Any, environ: dict[str, str], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def scenario(name: str, **extra: str) -> dict[str, Any]:
        done = client.run_python([SCENARIOS, name, tmp_path], env={**environ, **extra}, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result

    return scenario


def test_repos(run: Callable[..., dict[str, Any]], hub: LiveHub) -> None:
    seen = run("repos")
    assert seen == {
        "whoami": "alice",
        "model": f"{hub.endpoint}/alice/thing",
        "model again": f"{hub.endpoint}/alice/thing",
        "dataset": f"{hub.endpoint}/datasets/alice/thing",
        "dataset again": f"{hub.endpoint}/datasets/alice/thing",
        "space": f"{hub.endpoint}/spaces/alice/thing",
        "space again": f"{hub.endpoint}/spaces/alice/thing",
        "conflict": 409,
        "elsewhere": 403,
        "in an org": f"{hub.endpoint}/acme/shared",
        "sdk": "static",
        "moved": "acme/moved",
        "settings": [True, "auto"],
        "deleted again": "RepositoryNotFoundError",
        "deleted": False,
        "models": ["acme/moved", "acme/shared"],
    }


def test_files(run: Callable[..., dict[str, Any]], hub: LiveHub) -> None:
    seen = run("files")
    assert seen.pop("url").startswith(f"{hub.endpoint}/alice/files/commit/")
    assert seen == {
        "listed": [".gitattributes", "README.md", "config.json", ODD, "empty.txt", "model.safetensors"],
        "again": True,
        "exists": True,
        "titles": ["All of it", "initial commit"],
        "paths": {"model.safetensors": 1_280_000, "data": None},
        "card": "mit",
        "last commits": True,
        "lfs": True,
        "same bytes": True,
        "local": ["model.safetensors", "na#me%41?.txt"],
        "one": "{}\n",
        "left": [".gitattributes", "config.json", "model.safetensors"],
    }
    assert hub.record.count(method="PUT", host="content") == 1, "what is there already is not sent again"
    assert hub.record.credentials_at_content() == []


def test_uploads(run: Callable[..., dict[str, Any]], hub: LiveHub) -> None:
    hub.store.limits.multipart_threshold = hub.store.limits.part_size = 1_000_000
    assert run("uploads") == {
        "listed": [".gitattributes", ".gitignore", "a.txt", "weights.bin"],
        "same bytes": True,
    }
    assert hub.record.count(method="PUT", host="content") == 4
    assert hub.record.credentials_at_content() == []


def test_refs(run: Callable[..., dict[str, Any]]) -> None:
    assert run("refs") == {
        "pull": ["refs/pr/1", 1],
        "stale parent": 412,
        "branches": {"main": True, "feature/x": False},
        "tags": ["v1"],
        "pulls": ["refs/pr/1"],
        "files": {
            "main": [".gitattributes", "d.txt"],
            "feature/x": [".gitattributes", "a.txt", "b.txt"],
            "v1": [".gitattributes", "a.txt"],
            "refs/pr/1": [".gitattributes", "a.txt", "c.txt"],
        },
        "after": [["main"], []],
        "no tag": "RevisionNotFoundError",
    }


def test_errors(run: Callable[..., dict[str, Any]], client: Any) -> None:
    assert run("errors") == {
        "no repo": "RepositoryNotFoundError",
        "no revision": "RevisionNotFoundError",
        "no entry": "RemoteEntryNotFoundError",
        "no file": "RemoteEntryNotFoundError",
        "no folder": "RemoteEntryNotFoundError",
        "private to a stranger": "RepositoryNotFoundError",
        "private to nobody": "RepositoryNotFoundError",
        "gated to a stranger": "GatedRepoError",
        "gated to nobody": "GatedRepoError",
        "bad token": "HfHubHTTPError",
        "not mine": "HfHubHTTPError",
        "bad metadata": "ValueError",
    }


@pytest.mark.parametrize("count", [1100, pytest.param(5000, marks=pytest.mark.slow)])
def test_more_files_than_fit_on_a_page(run: Callable[..., dict[str, Any]], count: int) -> None:
    assert run("many", COUNT=str(count)) == {"listed": count + 1, "downloaded": True}


def test_a_broken_download_is_resumed(
    official_client: Callable[[str], Any], environ: dict[str, str], hub: LiveHub, tmp_path: Path
) -> None:
    data = bytes(range(256)) * 100_000
    hub.create_repo("alice/model")
    hub.put_files("alice/model", {"weights.bin": data})
    hub.faults.add(Close(at=23_000_000), host="content", times=1)
    command = ["download", "alice/model", "weights.bin", "--local-dir", tmp_path]
    done = official_client("2.4.0").run(command, env=environ)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "weights.bin").read_bytes() == data
    first, second = hub.record.find(host="content", method="GET")
    assert "range" not in first.headers
    assert 0 < int(second.headers["range"].removeprefix("bytes=").removesuffix("-")) <= 23_000_000


def test_its_command_line(client: Any, environ: dict[str, str], hub: LiveHub, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights.safetensors").write_bytes(bytes(100_000))
    (tmp_path / "model" / "config.json").write_text("{}")
    uploaded = client.run(["upload", "alice/cli", "model", "."], env=environ, cwd=tmp_path)
    assert uploaded.returncode == 0, uploaded.stderr
    assert hub.list_files("alice/cli") == [".gitattributes", "config.json", "weights.safetensors"]
    downloaded = client.run(["download", "alice/cli", "--local-dir", "copy"], env=environ, cwd=tmp_path)
    assert downloaded.returncode == 0, downloaded.stderr
    assert (tmp_path / "copy" / "weights.safetensors").read_bytes() == bytes(100_000)
