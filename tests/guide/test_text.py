"""What the guide tells beside its examples."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

import pytest

from tests.guide.examples import read_examples
from tests.guide.upload_cases import last_message
from tests.guide.world import USER, World, tree

MODEL = "Wauplin/my-cool-model"


@pytest.fixture
def folder(world: World) -> Path:
    world.write({"config.json": b"{}\n"})
    return world.cli.work


def test_the_two_programs_are_one() -> None:
    scripts = Path(sysconfig.get_path("scripts"))
    shown = {
        subprocess.check_output([shutil.which(name, path=scripts) or name, "--help"], timeout=60)
        for name in ("hf", "huggingface-cli")
    }
    assert len(shown) == 1


def test_usage_of_upload(world: World) -> None:
    (comment,) = [example.text for example in read_examples() if example.text.startswith("# Usage")]
    names = [word.strip("[]").upper() for word in comment.split() if word.startswith("[")]
    usage = world.run("upload", "--help").stdout.splitlines()[0]
    assert [word.strip("[]") for word in usage.split() if word.strip("[]") in names] == names


def test_the_timeout_of_downloads_is_a_variable(world: World) -> None:
    (example,) = [e.text for e in read_examples() if e.text.startswith("export HF_HUB_DOWNLOAD_TIMEOUT")]
    name, _, value = example.removeprefix("export ").partition("=")
    assert f"- {name}: {value}" in world.run("env", env={name: value}).stdout.splitlines()
    assert world.run("download", "gpt2", "config.json", env={name: value}).returncode == 0


def test_a_repo_that_is_not_there_is_made(world: World, folder: Path) -> None:
    assert world.run("upload", MODEL, ".", ".").returncode == 0
    assert not world.hub.repo(MODEL).private
    assert world.run("upload", "Wauplin/secret", ".", ".", "--private").returncode == 0
    assert world.hub.repo("Wauplin/secret").private


def test_a_revision_that_is_not_there_is_branched_from_main(world: World, folder: Path) -> None:
    assert world.run("upload", MODEL, ".", ".").returncode == 0
    world.write({"more.txt": b"more\n"})
    done = world.run("upload", MODEL, "more.txt", "--revision", "next")
    assert done.stdout == f"{world.hub.endpoint}/{MODEL}/blob/next/more.txt\n"
    assert world.files(MODEL, revision="next") == {"config.json": b"{}\n", "more.txt": b"more\n"}
    assert "more.txt" not in world.files(MODEL)


def test_a_pull_request_is_opened_where_one_may_not_write(world: World, folder: Path) -> None:
    repo_id = "HuggingFaceH4/zephyr-7b-beta"
    refused = world.run("upload", repo_id, ".", "notes")
    assert (refused.returncode, refused.stdout) == (4, "")
    done = world.run("upload", repo_id, ".", "notes", "--create-pr", "--commit-message", "Add notes")
    assert done.returncode == 0, done.stderr
    pull = world.hub.repo(repo_id).pulls()[-1]
    assert (pull.title, pull.author, pull.status) == ("Add notes", USER, "open")
    assert done.stdout == f"{world.hub.endpoint}/{repo_id}/tree/refs%2Fpr%2F{pull.num}/notes\n"
    assert world.files(repo_id, revision=f"refs/pr/{pull.num}")["notes/config.json"] == b"{}\n"
    assert "notes/config.json" not in world.files(repo_id)


def test_default_message_says_what_was_uploaded(world: World, folder: Path) -> None:
    assert world.run("upload", MODEL, ".", ".").returncode == 0
    assert last_message(world, MODEL).startswith("Upload ")


def test_quiet_says_nothing_but_the_result(world: World, folder: Path) -> None:
    for words in (["upload", "Wauplin/not-there", ".", "."], ["download", "gpt2", "--include", "*.json"]):
        done = world.run(*words, "--quiet")
        assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_a_private_repo_needs_a_token(world: World) -> None:
    world.hub.create_repo("Wauplin/private", private=True)
    world.hub.put_files("Wauplin/private", {"config.json": b"{}\n"})
    words = ["download", "Wauplin/private", "--local-dir", "private"]
    assert world.run(*words, token="").returncode != 0
    assert not (world.cli.work / "private").exists() or tree(world.cli.work / "private") == {}
    assert world.run(*words, "--token", world.hub.token(USER), token="").returncode == 0
    assert tree(world.cli.work / "private", but=[".cache", ".gitattributes"]) == {"config.json": b"{}\n"}


def test_upload_every_ten_minutes(world: World) -> None:
    world.write({"logs/events.log": b"step 1\n"})
    environ = {"HF_ENDPOINT": world.hub.endpoint, "HF_TOKEN": world.hub.token(USER)}
    process = world.cli.popen("upload", "training-model", "logs/", "--every=10", env=environ)
    until = time.monotonic() + 20
    while not (
        world.hub.store.find_repo("model", f"{USER}/training-model") and world.hub.record.count(path="*/commit/*")
    ):
        assert time.monotonic() < until
        time.sleep(0.02)
    world.write({"logs/last.log": b"step 2\n"})
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert f"Scheduling commits every 10.0 minutes to {USER}/training-model." in err.decode()
    assert out.decode() == f"{world.hub.endpoint}/{USER}/training-model/tree/main/\n"
    assert world.files(f"{USER}/training-model") == {"events.log": b"step 1\n", "last.log": b"step 2\n"}
