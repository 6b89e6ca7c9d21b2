"""Large files, whose parts several connections fetch, and whose downloads are ended and disturbed again and again
(docs/faults.md, P1–P5 and S18)."""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub

from tests.faults.scene import BIG, EXIT_CODES, MIB, mostly_slow
from tests.faults.torture_scene import DEEDS, ETAG, NARROW, SIZE, LargeScene, Unfinished, meddling, met

KILLED = -signal.SIGKILL
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
LATER = [("cache", 0), ("cache", 0.6), ("directory", 0.3), ("directory", 0), ("directory", 0.6)]
MOMENT = pytest.mark.parametrize(
    ("to", "share"), [("cache", 0.3), *(pytest.param(*moment, marks=pytest.mark.slow) for moment in LATER)]
)
TO = pytest.mark.parametrize("to", ["cache", "directory"])


@pytest.fixture
def scene(hub: LiveHub, cli: Cli, tmp_path: Path) -> Iterator[LargeScene]:
    scene = LargeScene(tmp_path, hub, cli)
    yield scene
    # All these tests together would leave gigabytes.
    for place in scene.places.values():
        scene.reset(place)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("steps", "least"),
    [((20, 32, 42, 46), 3), pytest.param(range(1, 500), 40, marks=pytest.mark.slow)],
    ids=["few", "all"],
)
@TO
def test_a_kill_before_any_change_to_the_disk(scene: LargeScene, steps: Iterable[int], least: int, to: str) -> None:
    place = scene.places[to]
    killed = in_vain = 0
    for step in steps:
        ended = scene.run(*place.command, inject={"kill": step}, code={KILLED, 0}).returncode == KILLED
        killed += ended
        # How many changes there are varies a little: threads meet or miss each other.
        in_vain = 0 if ended else in_vain + 1
        if in_vain == 5:
            break
        scene.finish_at(place)
        scene.reset(place)
    assert killed >= least


@TO
def test_a_file_that_is_whole_but_for_its_name(scene: LargeScene, to: str) -> None:
    """The journal is gone, and the public name is not there yet."""
    place = scene.places[to]
    scene.run(*place.command, inject={"deny": [f"os.rename:{ETAG}"], "errno": "EIO"}, code=10)
    [partial] = place.left
    assert partial.read_bytes() == scene.files[BIG]
    scene.hub.record.clear()
    scene.finish_at(place)
    assert scene.content_sent() == 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("count", "signals"),
    [
        pytest.param(3, [signal.SIGKILL], id="3-kills"),
        pytest.param(150, [signal.SIGKILL], id="150-kills", marks=pytest.mark.slow),
        pytest.param(4, SIGNALS, id="4-signals"),
        pytest.param(120, SIGNALS, id="120-signals", marks=pytest.mark.slow),
    ],
)
def test_ends_at_any_moment(scene: LargeScene, count: int, signals: list[signal.Signals]) -> None:
    """Each run goes on with what the one before at the same place left, until the file is whole."""
    chance = random.Random(count)
    begun = len(scene.places)
    scene.forbid(NARROW)
    for place in itertools.islice(itertools.cycle(scene.places.values()), count):
        scene.disturb(place, chance.choice(signals), chance)
        if place.done:
            scene.finish_at(place)
            scene.reset(place)
            scene.forbid(NARROW)
            begun += 1
    for place in scene.places.values():
        scene.finish_at(place)
    # What fills the buffers before a slow line counts as sent, so a few runs may cost more than many do on the average.
    assert scene.content_sent() < begun * SIZE + count * 16 * MIB + 2 * SIZE


@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [8, pytest.param(64, marks=pytest.mark.slow)])
def test_many_processes_share_a_large_file(scene: LargeScene, count: int) -> None:
    # So many of them are slow at anything, and so is the Hub that they ask.
    patient = {"HFCLI_MAX_OUTAGE": "120", "HFCLI_CONNECT_TIMEOUT": "60", "HF_HUB_DOWNLOAD_TIMEOUT": "60"}
    place = scene.places["cache"]
    scene.forbid(NARROW)
    running = [scene.start(*place.command, env=patient) for _ in range(count)]
    assert {one.end(seconds=240).stdout for one in running} == {f"{scene.snapshot}\n"}
    scene.check_files()
    assert place.left == []
    assert scene.content_sent() < 2 * SIZE


@MOMENT
@pytest.mark.parametrize(
    "deed",
    [
        "journal-cut",
        "journal-that-lies",
        "journal-gone",
        "journal-a-link",
        "file-gone",
        "file-a-link",
        *(pytest.param(deed, marks=pytest.mark.slow) for deed in ("journal-emptied", "journal-of-nonsense")),
        pytest.param("file-another", marks=pytest.mark.slow),
        pytest.param("journal-a-hard-link", marks=pytest.mark.slow),
        pytest.param("file-a-hard-link", marks=pytest.mark.slow),
    ],
)
def test_meddling_with_what_a_killed_run_leaves(scene: LargeScene, deed: str, to: str, share: float) -> None:
    """The deed is done while a run writes, which is killed soon after, and the next run finds what came of it."""
    place = scene.places[to]
    scene.forbid(NARROW)
    running = scene.start(*place.command)
    with meddling(scene, place, deed, share) as done:
        met(running, done.is_set)
        if deed.startswith("journal"):  # of a file that is replaced the run must not reach the end: see below
            time.sleep(random.Random(f"{deed} {to} {share}").uniform(0, 0.3))
        running.process.kill()
        running.end(code={KILLED, *EXIT_CODES})
    scene.heal()
    if scene.run(*place.command, code=EXIT_CODES).returncode:
        for path in place.left:
            if path.is_symlink():  # as the hint says
                path.unlink()
    scene.run(*place.command)
    scene.check_files(place.public)


@MOMENT
@pytest.mark.parametrize(
    "deed",
    [
        "file-gone",
        "file-a-link",
        *(pytest.param(deed, marks=pytest.mark.slow) for deed in ("journal-gone", "journal-that-lies")),
        *(pytest.param(deed, marks=pytest.mark.slow) for deed in ("journal-a-link", "journal-a-hard-link")),
        pytest.param("file-a-hard-link", marks=pytest.mark.slow),
        pytest.param("file-another", marks=pytest.mark.slow),
    ],
)
def test_meddling_with_a_run_that_goes_on(scene: LargeScene, deed: str, to: str, share: float) -> None:
    place = scene.places[to]
    scene.forbid(NARROW)
    with meddling(scene, place, deed, share):
        scene.run(*place.command, code=EXIT_CODES)
    scene.finish_at(place)


@pytest.mark.slow
@TO
def test_a_journal_that_is_replaced_by_a_link_again_and_again(scene: LargeScene, to: str) -> None:
    place = scene.places[to]
    chance = random.Random(9)
    scene.forbid(NARROW)
    for _ in range(20):
        with meddling(scene, place, "journal-a-link", again=True):
            running = scene.start(*place.command)
            met(running, lambda: False, chance.uniform(0, 1.5))
            running.process.kill()
            running.end(code={KILLED, *EXIT_CODES})
        for journal in place.journals:
            journal.unlink()
        if place.done:
            scene.reset(place)
    scene.finish_at(place)


@pytest.mark.parametrize("deed", mostly_slow(["file-a-link", "journal-a-link"], 1))
def test_a_planted_link_stops_no_later_run(scene: LargeScene, deed: str) -> None:
    place = scene.places["cache"]
    scene.forbid(NARROW)
    running = scene.start(*place.command)
    running.until(lambda: place.kept > MIB)
    running.process.kill()
    running.end(code=KILLED)
    [journal] = place.journals
    DEEDS[deed](Unfinished(journal, journal.with_suffix(".incomplete"), scene.precious))
    scene.run(*place.command, code=EXIT_CODES)
    scene.finish_at(place)


def test_what_was_begun_goes_when_the_cache_has_the_file(scene: LargeScene) -> None:
    place = scene.places["directory"]
    scene.forbid(NARROW)
    running = scene.start(*place.command)
    running.until(lambda: place.kept > MIB)
    running.process.kill()
    running.end(code=KILLED)
    scene.finish_at(scene.places["cache"])
    scene.finish_at(place)
