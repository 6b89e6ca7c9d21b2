"""``hf cache`` beside running downloads, on a disk that refuses, and killed in between (docs/faults.md, C4, D2–D4)."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hfcli_hub.faults import Rule, Slow

from tests.faults.scene import BIG, REPO, Running, Scene, mostly_slow

DELETED = pytest.mark.parametrize("words", [("rm", "model/alice/model"), ("prune",)])


@pytest.fixture
def downloading(scene: Scene) -> Iterator[Running]:
    """A download of which a part of the big file is on the disk."""
    scene.forbid(Rule(Slow(300_000), host="content"))
    running = scene.start("download", REPO)
    running.until(lambda: scene.kept_bytes > 200_000)
    yield running
    if running.process.poll() is None:
        running.process.kill()


def forget_all(scene: Scene) -> None:
    scene.forget(*list(scene._published))


def test_a_running_download_loses_nothing(scene: Scene, downloading: Running) -> None:
    for words, code in ((("rm", "model/alice/model"), 14), (("prune",), 0), (("gc", "--max-size", "0"), 0)):
        done = scene.cli("cache", *words, "-y")
        assert done.returncode == code, done.stderr
        assert f"in use by process {downloading.process.pid}" in done.stderr
    scene.check_published()
    scene.heal()
    downloading.end()
    scene.check_files()
    assert scene.content_sent() == len(scene.files[BIG])


def test_what_a_kill_leaves_is_listed_and_reclaimed(scene: Scene, downloading: Running) -> None:
    downloading.process.send_signal(signal.SIGKILL)
    downloading.process.wait(timeout=10)
    scene.heal()
    (row,) = scene.run("cache", "ls", "--partials", "--json").json()
    assert (row["id"], row["path"]) == ("model/alice/model", str(scene.partials[0]))
    freed = scene.run("cache", "gc", "-y", "--json").json()["freed"]
    assert (freed >= row["size_on_disk"] > 200_000, scene.partials) == (True, [])
    assert scene.run("cache", "ls", "--partials", "--json").json() == []
    forget_all(scene)  # of the small files, those that had no revision yet are leftovers too
    scene.run("download", REPO)
    scene.check_files()


def test_a_disk_that_refuses(scene: Scene) -> None:
    scene.run("download", REPO)
    deny = {"deny": ["os.remove", "os.rmdir"], "errno": "EROFS"}
    done = scene.cli("cache", "rm", "model/alice/model", "-y", env=scene.environ(deny, None))
    assert done.returncode == 10
    assert "the file system is read-only" in done.stderr
    assert scene.run("cache", "verify", REPO, "-q", inject=deny).stdout == f"{scene.snapshot}\n"
    scene.check_published()


@pytest.mark.parametrize("number", mostly_slow([4, *range(1, 4), *range(5, 20)], 1))
@DELETED
def test_a_kill_leaves_a_valid_cache(scene: Scene, words: tuple[str, ...], number: int) -> None:
    """Whatever went, what is left leads to content that is there, and the same command does the rest."""
    scene.run("download", REPO)
    (scene.cached / "refs" / "main").unlink()
    forget_all(scene)
    scene.cli("cache", *words, "-y", env=scene.environ({"kill": number}, None))
    scene.check_published()
    forget_all(scene)
    done = scene.cli("cache", *words, "-y")
    assert done.returncode in (0, 5), done.stderr
    assert not scene.cached.exists()
    scene.run("download", REPO)
    scene.check_files()


def test_wrong_content_of_another_user_is_found(scene: Scene) -> None:
    """Docs/faults.md, C1, S20: a blob with the right name and size, and other bytes."""
    scene.run("download", REPO)
    blob = (scene.snapshot / BIG).resolve()
    data = scene.files[BIG]
    blob.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    done = scene.cli("cache", "verify", REPO)
    assert (done.returncode, f"{BIG}: expected" in done.stdout) == (9, True)
    scene.run("cache", "verify", REPO, "--repair")
    scene.check_files()
