"""Commands that people have in their scripts: the older name for large folders, and the two for git-lfs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hfcli_hub.faults import Status


def test_upload_large_folder(hub, cli, model) -> None:
    hub.store.limits = replace(hub.store.limits, multipart_threshold=1, part_size=500_000)
    options = ["--repo-type", "dataset", "--private", "--exclude", "*.md", "--revision", "dev", "--num-workers", "2"]
    result = cli("upload-large-folder", "big", "./model", *options, "--no-bars", "--no-report")
    assert result.returncode == 0, result.stderr
    assert result.lines == [f"{hub.endpoint}/datasets/alice/big/tree/dev/"]
    assert "Uploading" not in result.stderr
    assert hub.repo("alice/big", "dataset").private
    assert hub.list_files("alice/big", "dataset", revision="dev") == [
        ".gitattributes",
        "config.json",
        "model.safetensors",
        "onnx/model.onnx",
    ]
    assert cli("upload-large-folder", "big", "./model/config.json").returncode == 2


def test_enable_largefiles(cli) -> None:
    folder = cli.work / "clone"
    folder.mkdir()
    assert cli("lfs-enable-largefiles", folder).returncode == 2
    subprocess.run(["git", "init", "-q", folder], check=True)
    assert cli("lfs-enable-largefiles", folder).lines == ["Local repo set up for largefiles"]
    config = (folder / ".git" / "config").read_text()
    assert "path = hf" in config
    assert "args = lfs-multipart-upload" in config


def talk(cli, *messages: dict) -> tuple[int, list[dict]]:
    done = cli("lfs-multipart-upload", stdin="".join(json.dumps(message) + "\n" for message in messages))
    return done.returncode, [json.loads(line) for line in done.lines]


def test_the_agent_refuses_what_it_cannot_do(cli) -> None:
    wrong = (1, [{"error": {"code": 32, "message": "Wrong lfs init operation"}}])
    assert talk(cli, {"event": "init", "operation": "download"}) == wrong
    assert talk(cli, {"event": "upload"}) == wrong
    assert talk(cli, {"event": "init", "operation": "upload"}, {"event": "terminate"}) == (0, [{}])


def test_the_agent_tells_what_went_wrong_with_an_object(hub, cli, tmp_path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 10)
    upload = {"event": "upload", "oid": "a" * 64, "size": 10, "path": str(tmp_path / "f"), "action": {"href": "no"}}
    gone = {**upload, "path": str(tmp_path / "gone")}
    code, answers = talk(cli, {"event": "init", "operation": "upload"}, upload, gone, {"event": "terminate"})
    assert (code, [answer.get("event") for answer in answers]) == (0, [None, "complete", "complete"])
    assert all(answer["error"]["message"] for answer in answers[1:])


@pytest.mark.foreign
@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_stock_git_lfs_pushes_a_file_of_several_parts_through_us(hub, cli, tmp_path) -> None:
    hub.store.limits = replace(hub.store.limits, multipart_threshold=2_000_000, part_size=1_000_000)
    hub.create_repo("alice/m")
    hub.faults.add(Status(503), method="PUT", host="content", times=1)
    home = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "HF_TOKEN": hub.token()}
    env = {**os.environ, **home, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "hf")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"

    def run(*words: str, cwd: Path = tmp_path) -> None:
        done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr

    work = tmp_path / "work"
    run("git", "lfs", "install", "--skip-repo")
    run("git", "config", "--global", "user.email", "a@example")
    run("git", "config", "--global", "user.name", "alice")
    run("git", "clone", "-q", f"{hub.endpoint}/alice/m".replace("://", f"://alice:{hub.token()}@"), str(work))
    run("hf", "lfs-enable-largefiles", str(work))
    content = hashlib.shake_256(b"large").digest(3_500_000)
    (work / "big.bin").write_bytes(content)
    run("git", "add", "-A", cwd=work)
    run("git", "commit", "-qm", "Add", cwd=work)
    run("git", "push", "-q", cwd=work)
    assert hub.read_file("alice/m", "big.bin") == content
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == 5
