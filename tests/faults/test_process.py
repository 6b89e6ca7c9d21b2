"""Signals, kills and several processes at once (docs/faults.md, P1–P9)."""

from __future__ import annotations

import os
import random
import resource
import signal
import time

import pytest
from hfcli_hub.faults import Bandwidth, Rule, Slow, Stall

from tests.faults.scene import BIG, FILES, MIB, REPO, Scene, noise

LINE = Rule(Slow(300_000), host="content")


def downloading(scene: Scene):
    """A download of which a part of the big file is on the disk."""
    running = scene.start("download", REPO)
    running.until(lambda: scene.kept_bytes > 200_000)
    return running


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
def test_a_signal_keeps_what_was_downloaded(scene: Scene, number: int, code: int) -> None:
    scene.forbid(LINE)
    running = downloading(scene)
    started = time.monotonic()
    running.process.send_signal(number)
    done = running.end(code=code, says="kept" if number == signal.SIGINT else "")
    assert time.monotonic() - started < 2
    assert done.stdout == ""
    assert scene.partials[0].stat().st_size > 200_000
    assert not (scene.cached / "refs").exists()
    scene.finish("download", REPO)


def test_a_second_interruption_ends_at_once(scene: Scene) -> None:
    scene.forbid(Rule(Stall(at=MIB), host="content"))
    running = scene.start("download", REPO)
    running.until(lambda: scene.kept_bytes >= MIB // 2)
    started = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    running.process.send_signal(signal.SIGINT)
    # The second may come when the program is about to end; a shell shows 130 for either.
    running.end(code={130, -signal.SIGINT})
    assert time.monotonic() - started < 2
    scene.finish("download", REPO)


@pytest.mark.slow
def test_an_interruption_at_any_time(scene: Scene) -> None:
    scene.forbid(Rule(Slow(60_000), host="content"))
    chance = random.Random(4)
    for _ in range(25):
        running = scene.start("download", REPO)
        # Before its first request it may still be without a handler of its own.
        scene.hub.record.clear()
        running.until(lambda: len(scene.hub.record))
        time.sleep(chance.random())
        running.process.send_signal(signal.SIGINT)
        running.end(code=130)
    scene.finish("download", REPO)


@pytest.mark.parametrize("to", ["cache", "directory"])
@pytest.mark.parametrize(
    "steps", [range(2, 26, 6), pytest.param(range(1, 60), marks=pytest.mark.slow)], ids=["few", "all"]
)
def test_a_kill_before_any_change_to_the_disk(scene: Scene, steps: range, to: str) -> None:
    args = ["download", REPO, *(["--local-dir", "here"] if to == "directory" else [])]
    killed = 0
    for step in steps:
        done = scene.run(*args, inject={"kill": step}, code={-signal.SIGKILL, 0})
        killed += done.returncode != 0
        for name, data in FILES.items():
            place = scene.cli.work / "here" / name
            assert not place.exists() or place.read_bytes() == data, "a file is not whole"
    assert killed > len(steps) // 4
    scene.run(*args)
    scene.check_files(scene.cli.work / "here" if to == "directory" else None)


def test_a_holder_that_is_stopped_is_named(scene: Scene) -> None:
    scene.forbid(Rule(Slow(300_000), host="content"))
    holder = downloading(scene)
    holder.process.send_signal(signal.SIGSTOP)
    try:
        scene.run("download", REPO, BIG, env={"HFCLI_LOCK_TIMEOUT": "1"}, code=14, says=str(holder.process.pid))
    finally:
        scene.heal()
        holder.process.send_signal(signal.SIGCONT)
    holder.process.send_signal(signal.SIGINT)
    holder.end(code=130)
    scene.finish("download", REPO)


@pytest.mark.parametrize("count", [4, pytest.param(16, marks=pytest.mark.slow)])
def test_many_processes_share_one_transfer(scene: Scene, count: int) -> None:
    scene.forbid(Rule(Bandwidth(6_000_000), host="content"))
    running = [scene.start("download", REPO) for _ in range(count)]
    answers = {one.end(seconds=100).stdout for one in running}
    assert answers == {f"{scene.snapshot}\n"}
    scene.check_files()
    assert scene.content_sent() == len(FILES[BIG])
    assert not scene.partials


def test_two_revisions_at_once_share_what_is_the_same(scene: Scene) -> None:
    before = scene.commit
    scene.files["config.json"] = b'{"a": 2}\n'
    scene.commit = scene.hub.put_files(REPO, {"config.json": scene.files["config.json"]})
    scene.forbid(Rule(Bandwidth(6_000_000), host="content"))
    for one in [scene.start("download", REPO, "--revision", revision) for revision in (before, "main")]:
        one.end()
    scene.check_files()
    scene.check_files(scene.cached / "snapshots" / before, FILES)
    assert scene.content_sent() == len(FILES[BIG])


def test_a_branch_that_moves_between_two_runs(scene: Scene) -> None:
    """What was begun of the old commit is kept for it, and does not get into the way of the new one."""
    scene.forbid(LINE)
    running = downloading(scene)
    running.process.send_signal(signal.SIGINT)
    running.end(code=130)
    [begun] = scene.partials
    scene.heal()
    before, kept = scene.commit, begun.stat().st_size
    scene.files[BIG] = FILES[BIG][::-1]
    scene.commit = scene.hub.put_files(REPO, {BIG: scene.files[BIG]})
    scene.run("download", REPO)
    scene.check_files()
    assert scene.partials == [begun]
    scene.hub.record.clear()
    scene.run("download", REPO, "--revision", before)
    scene.check_files(scene.cached / "snapshots" / before, FILES)
    assert scene.content_sent() == len(FILES[BIG]) - kept


def test_few_file_descriptors(scene: Scene) -> None:
    files = {f"data/{n}.json": b"%d" % n for n in range(80)}
    scene.files |= files
    scene.commit = scene.hub.put_files(REPO, files)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    scene.start("download", REPO, "--max-workers", "16", preexec_fn=limit).end()
    scene.check_files()


def test_without_locks_the_result_is_right(scene: Scene) -> None:
    inject = {"deny": ["fcntl.flock"], "errno": "ENOLCK"}
    for one in [scene.start("download", REPO, inject=inject) for _ in range(2)]:
        one.end()
    scene.check_files()


def test_locks_without_effect(scene: Scene) -> None:
    """As on some network file systems: two processes at the same files, and neither waits."""
    scene.files["large.bin"] = noise(9 * MIB)
    scene.commit = scene.hub.put_files(REPO, scene.files)
    scene.forbid(Rule(Slow(8_000_000), host="content"))
    for one in [scene.start("download", REPO, inject={"locks": "no effect"}) for _ in range(2)]:
        one.end()
    scene.check_files()


@pytest.mark.parametrize("most", [3, 6])
def test_few_threads(scene: Scene, most: int) -> None:
    scene.files["large.bin"] = noise(9 * MIB)
    scene.commit = scene.hub.put_files(REPO, scene.files)
    scene.run("download", REPO, inject={"threads": most})
    scene.check_files()


def test_a_reader_that_leaves(scene: Scene) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = scene.start("download", REPO, "--dry-run", stdout=writing)
    os.close(writing)
    _, stderr = running.process.communicate(timeout=30)
    assert running.process.returncode in (0, 141)
    assert "Error" not in stderr.decode()
