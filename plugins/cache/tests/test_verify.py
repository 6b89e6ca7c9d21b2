from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

REPO = "alice/model"
FILES = {
    "config.json": b'{"a": 1}\n',
    "empty.txt": b"",
    "model.safetensors": bytes(range(256)) * 1000,
    "odd[1]*.txt": b"a name that is a pattern\n",
    "sub/weights.bin": b"\x00\x01" * 50_000,
}


@pytest.fixture
def commit(hub: LiveHub, cli: Cli) -> str:
    """Downloaded to the cache and to the folder ``local``."""
    hub.create_repo(REPO)
    commit = hub.put_files(REPO, {name: data for name, data in FILES.items() if "*" not in name})
    for words in ([], ["--local-dir", "local"]):
        assert cli("download", REPO, *words).returncode == 0
    hub.record.clear()
    return commit


@pytest.fixture
def snapshot(cache: Path, commit: str) -> Path:
    return cache / "models--alice--model" / "snapshots" / commit


def fetched(hub: LiveHub) -> list[str]:
    """Names of the files whose content was asked for."""
    return sorted(
        request.path.partition("/resolve/")[2].partition("/")[2] for request in hub.record.find(path="*/resolve/*")
    )


def damage(path: Path) -> None:
    data = path.read_bytes()
    path.resolve().write_bytes(data[:-1] + b"?")


def test_what_is_damaged_is_told_and_repaired(hub: LiveHub, cli: Cli, snapshot: Path, commit: str) -> None:
    for name in ("model.safetensors", "config.json"):
        damage(snapshot / name)
    (snapshot / "empty.txt").unlink()
    (snapshot / "empty.txt").symlink_to("../../blobs/" + "0" * 40)
    wrong = hashlib.sha256((snapshot / "model.safetensors").read_bytes()).hexdigest()
    done = cli("cache", "verify", REPO, "--json")
    assert (done.returncode, done.stdout) == (9, "")
    done = cli("cache", "verify", REPO)
    right = hashlib.sha256(FILES["model.safetensors"]).hexdigest()
    assert done.returncode == 9
    assert done.lines[0] == "❌ Checksum verification failed for the following file(s):"
    assert f"  - model.safetensors: expected {right} (sha256), got {wrong}" in done.lines
    assert done.lines[2].endswith("(git-sha1), got a link to nothing")
    assert len(done.lines) == 4
    hub.record.clear()
    done = cli("cache", "verify", REPO, "--repair", "--json")
    assert done.returncode == 0, done.stderr
    data = done.json()
    assert data["repaired"] == ["config.json", "empty.txt", "model.safetensors"]
    assert (data["checked"], data["mismatches"], data["revision"]) == (5, [], commit)
    assert set(fetched(hub)) == {"config.json", "model.safetensors"}  # an empty file needs no request
    assert (snapshot / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert (snapshot / "empty.txt").read_bytes() == b""
    assert cli("cache", "verify", REPO, "-q").lines == [str(snapshot)]


def test_what_is_missing_or_too_much(hub: LiveHub, cli: Cli, snapshot: Path) -> None:
    (snapshot / "config.json").unlink()
    (snapshot / "mine.txt").write_text("mine")
    done = cli("cache", "verify", REPO)
    assert done.returncode == 0
    assert "Warning: 1 remote file(s) are missing locally. Use --fail-on-missing-files for details." in done.stderr
    assert "1 local file(s) do not exist on the remote repo. Use --fail-on-extra-files for details." in done.stderr
    for flag, name in {"--fail-on-missing-files": "config.json", "--fail-on-extra-files": "mine.txt"}.items():
        done = cli("cache", "verify", REPO, flag)
        assert (done.returncode, done.lines[1]) == (9, f"  - {name}")
    hub.record.clear()
    assert cli("cache", "verify", REPO, "--repair").returncode == 0
    assert fetched(hub) == []
    assert cli("cache", "verify", REPO, "--repair", "--fail-on-missing-files", "--progress", "none").stderr == (
        "Warning: 1 local file(s) do not exist on the remote repo. Use --fail-on-extra-files for details.\n"
    )
    assert fetched(hub) == []  # linked again: the content was there
    assert (snapshot / "config.json").read_bytes() == FILES["config.json"]


def test_a_local_directory(hub: LiveHub, cli: Cli, commit: str) -> None:
    local = cli.work / "local"
    hub.put_files(REPO, {"odd[1]*.txt": FILES["odd[1]*.txt"], "odd1x.txt": b"matches the pattern\n"})
    assert cli("download", REPO, "--local-dir", "local", "--exclude", "odd*").returncode == 0
    (local / ".git").mkdir()
    (local / ".git" / "HEAD").write_text("ref")
    damage(local / "sub" / "weights.bin")
    (local / "odd1x.txt").write_bytes(b"matches the pattern\n")
    (local / "linked").symlink_to(local / "config.json")
    done = cli("cache", "verify", REPO, "--local-dir", "local", "--fail-on-extra-files", "--progress", "none")
    assert done.returncode == 9
    assert [line for line in done.lines if line.startswith("  - ")][1:] == ["  - linked"]
    assert "sub/weights.bin: expected" in done.stdout
    assert cli("cache", "verify", REPO, "--local-dir", "local", "--revision", commit).returncode == 9
    done = cli("cache", "verify", REPO, "--local-dir", "local", "--repair", "--json")
    assert (done.returncode, done.json()["repaired"]) == (0, ["sub/weights.bin"])
    assert (local / "sub" / "weights.bin").read_bytes() == FILES["sub/weights.bin"]
    assert not (local / "odd[1]*.txt").exists()


def test_which_revision(hub: LiveHub, cli: Cli, cache: Path, snapshot: Path, commit: str) -> None:
    newer = hub.put_files(REPO, {"config.json": b"{}\n"})
    repo = cache / "models--alice--model"
    assert cli("cache", "verify", REPO, "--json").json()["revision"] == commit
    assert cli("cache", "verify", f"hf://{REPO}@{commit}", "--json").json()["revision"] == commit
    assert cli("cache", "verify", REPO, "--revision", newer).returncode == 5
    assert cli("cache", "verify", REPO, "--revision", "nothing").returncode == 5
    (repo / "refs" / "main").unlink()
    assert cli("cache", "verify", REPO, "--cache-dir", cache, "-q").lines == [str(snapshot)]
    shutil.copytree(snapshot, repo / "snapshots" / newer, symlinks=True)
    done = cli("cache", "verify", REPO)
    assert (done.returncode, "has several revisions in the cache and no main" in done.stderr) == (2, True)
    assert cli("cache", "verify", REPO, "--revision", newer).returncode == 9


def test_mistakes(hub: LiveHub, cli: Cli, commit: str) -> None:
    (cli.work / "empty").mkdir()
    for words, code, says in [
        ((REPO, "--cache-dir", "x", "--local-dir", "y"), 2, "cannot be used together"),
        ((REPO, "--local-dir", "y"), 5, "no such directory"),
        ((REPO, "--local-dir", "empty"), 9, "nothing was verified"),
        ((REPO, "--cache-dir", "nowhere"), 5, "Cache directory not found"),
        ((REPO, "--repo-type", "dataset"), 5, "not in the cache"),
        (("alice/none",), 5, "hf download alice/none"),
        ((f"datasets/{REPO}", "--local-dir", "local"), 5, "Dataset 'alice/model' not found"),
    ]:
        done = cli("cache", "verify", *words, "--progress", "none")
        assert done.returncode == code, (words, done.stderr)
        assert says in done.stderr
    hub.store.delete_repo(hub.repo(REPO))
    assert cli("cache", "verify", REPO).returncode == 5


def test_without_a_network(hub: LiveHub, cli: Cli, cache: Path, snapshot: Path) -> None:
    """The listing that a download noted down serves; where there is none, nothing is claimed."""
    offline = {"HF_HUB_OFFLINE": "1"}
    assert cli("cache", "verify", REPO, env=offline).returncode == 0
    damage(snapshot / "config.json")
    assert cli("cache", "verify", REPO, env=offline).returncode == 9
    shutil.rmtree(cache / "models--alice--model" / "trees")
    assert cli("cache", "verify", REPO, env=offline).returncode == 12
    assert cli("cache", "verify", REPO, "--local-dir", "local", env=offline).returncode == 12
    assert len(hub.record) == 0


def test_a_listing_without_hashes_verifies_nothing(hub: LiveHub, cli: Cli, snapshot: Path) -> None:
    """Docs/faults.md, S30: an empty list, a missing hash, one that is none."""
    from hfcli_hub.faults import Status

    file = '{"type":"file","path":"config.json","size":9,"oid":'
    for body in ("[]", "{}", file + "null}", f'[{file}"x"}}]', f"[{file}null}}]", '[{"type":"file","size":9}]'):
        hub.faults.clear()
        hub.faults.add(Status(200, {"Content-Type": "application/json"}, body), path="*/tree/*")
        done = cli("cache", "verify", REPO, "--progress", "none")
        assert (done.returncode != 0, done.stdout) == (True, ""), body
        assert "Traceback" not in done.stderr


def test_a_token_of_its_own(hub: LiveHub, cli: Cli, snapshot: Path) -> None:
    hub.repo(REPO).update(visibility="private")
    assert cli("cache", "verify", REPO, token=None).returncode in (4, 5)
    assert cli("cache", "verify", REPO, "--token", hub.token("alice"), token=None).returncode == 0
