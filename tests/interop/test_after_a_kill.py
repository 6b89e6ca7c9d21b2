"""A download that one program was killed in is finished by another, in the cache and in a local directory."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hfcli_hub.faults import Slow
from hfcli_hub.testkit.hub import LiveHub
from hfcli_transfer.download.written import read_total

from tests.interop.programs import Program, contents

pytestmark = pytest.mark.foreign

MIB = 1 << 20
REPO = "alice/half"
SIZE = 24 * MIB + 12_345
CONTENT = random.Random(5).randbytes(SIZE)
ETAG = hashlib.sha256(CONTENT).hexdigest()
FILES = {"weights.bin": CONTENT, "config.json": b"{}\n", "onnx/config.json": b'{"hidden_size": 16}\n'}
HALF = 10 * MIB
"""What is there at least when a program is killed: the official clients write ten mebibytes at a time."""

LEAVES = {"ours": [".*.incomplete", ".*.journal"], "2.4.0": [".*.incomplete"], "1.1.7": [".incomplete"]}
"""How the names of what is left end after the etag; the star stands for eight hexadecimal digits."""


@dataclass(frozen=True)
class Place:
    """Where a download goes: the options for it, and the folder of its unfinished files below the home."""

    options: tuple[str, ...]
    unfinished: str


CACHE = Place((), "hub/models--alice--half/blobs")
LOCAL = Place(("--local-dir", "local"), "local/.cache/huggingface/download")


@pytest.fixture(params=[CACHE, LOCAL], ids=["cache", "local"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.param


@pytest.fixture(scope="package")
def killed(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Program, Place], Path]:
    """The home of a program that was killed when about half of the large file was there; made once."""
    hub.create_repo(REPO)
    hub.put_files(REPO, FILES)
    homes: dict[tuple[str, Place], Path] = {}

    def home(program: Program, place: Place) -> Path:
        key = (program.name, place)
        if key not in homes:
            made = tmp_path_factory.mktemp("killed") / "home"
            # Ours asks for parts, and is to be killed amid each of them.
            fast = 2 * MIB if program.name == "ours" else SIZE // 2
            hub.faults.add(Slow(bytes_per_second=1_000_000, at=fast), host="content")
            try:
                kill_at_half(program.at(made), place)
            finally:
                hub.faults.clear()
            homes[key] = made
        return homes[key]

    return home


def kill_at_half(program: Program, place: Place) -> None:
    process = program.start("download", REPO, *place.options)
    until = time.monotonic() + 30
    try:
        while kept(program.home, place) < HALF and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        process.kill()
        said, _ = process.communicate(timeout=10)
    assert HALF <= kept(program.home, place) < SIZE, said


def kept(home: Path, place: Place) -> int:
    """Bytes of the large file in what is unfinished: as its journal says, and where there is none, as it is long."""
    total = 0
    for partial in (home / place.unfinished).glob(f"*{ETAG}*.incomplete"):
        journal = partial.with_suffix(".journal")
        total += (read_total(journal, SIZE) or 0) if journal.exists() else partial.stat().st_size
    return total


def left(home: Path, place: Place) -> dict[str, tuple[int, int, int]]:
    """Name → inode, time and length of all that is there of the large file but for itself."""
    paths = [path for path in (home / place.unfinished).glob(f"*{ETAG}*") if path.name != ETAG]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_size) for path in paths}


@pytest.fixture
def home_of(
    killed: Callable[[Program, Place], Path], hub: LiveHub, place: Place, tmp_path: Path
) -> Callable[[Program], Path]:
    """A copy of the home of a program that was killed."""

    def home(program: Program) -> Path:
        shutil.copytree(killed(program, place), tmp_path / "home", symlinks=True)
        hub.record.clear()
        return tmp_path / "home"

    return home


def sent(hub: LiveHub) -> int:
    return sum(request.sent for request in hub.record.find(host="content"))


def assert_downloads(program: Program, place: Place, *options: str) -> None:
    """It ends well, and every byte is right."""
    assert contents(program.download(REPO, *place.options, *options)) == FILES
    if place is CACHE:
        assert (program.home / place.unfinished / ETAG).read_bytes() == CONTENT


def assert_finds(program: Program, place: Place) -> None:
    """It ends well without asking for any content."""
    record = program.hub.record
    record.clear()
    assert_downloads(program, place)
    assert record.count(method="GET", path="*/resolve/*") + record.count(host="content") == 0


def test_what_a_kill_leaves(
    ours: Program, official: Program, place: Place, killed: Callable[[Program, Place], Path]
) -> None:
    for program in (ours, official):
        names = left(killed(program, place), place)
        ends = [re.sub(r"^\.[0-9a-f]{8}\.", ".*.", name.rpartition(ETAG)[2]) for name in names]
        assert sorted(ends) == LEAVES[program.name]


def test_the_official_client_finishes_what_ours_began(
    ours: Program, official: Program, place: Place, home_of: Callable[[Program], Path]
) -> None:
    home = home_of(ours)
    before = left(home, place)
    assert_downloads(official.at(home), place)
    assert sent(ours.hub) == SIZE, "it begins anew, and takes nothing of ours for its own"
    assert_finds(ours.at(home), place)
    assert left(home, place) == before, "it stays, and is in nobody's way"


def test_what_ours_left_is_used_when_the_file_is_fetched_again(
    ours: Program, official: Program, place: Place, home_of: Callable[[Program], Path]
) -> None:
    home = home_of(ours)
    assert_downloads(official.at(home), place)
    there = kept(home, place)
    ours.hub.record.clear()
    assert_downloads(ours.at(home), place, "--force-download")
    assert SIZE - there <= sent(ours.hub) < SIZE
    assert left(home, place) == {}


@pytest.mark.parametrize("place", [CACHE], ids=["cache"])
def test_a_prune_by_the_official_client(
    ours: Program, official: Program, place: Place, home_of: Callable[[Program], Path]
) -> None:
    """Only 2.4.0 removes unfinished files; the few bytes of our journal stay."""
    home = home_of(ours)
    theirs = official.at(home)
    assert_downloads(theirs, place)
    before = left(home, place)
    for words in (["cache", "ls"], ["cache", "verify", REPO], ["cache", "prune", "--yes"]):
        done = theirs.run(*words)
        assert (done.returncode, "arning" in done.stderr) == (0, False), done.stderr
    removed = {name for name in before if name.endswith(".incomplete") and official.name == "2.4.0"}
    assert left(home, place).keys() == before.keys() - removed
    assert_finds(ours.at(home), place)


def test_ours_finishes_what_the_official_client_began(
    ours: Program, official: Program, place: Place, home_of: Callable[[Program], Path]
) -> None:
    home = home_of(official)
    before, there = left(home, place), kept(home, place)
    # Of several connections one may take over what another has asked for; one alone asks for every byte once.
    assert_downloads(ours.at(home), place, "--connections", "1")
    if official.name == "2.4.0":
        assert sent(ours.hub) == SIZE - there, "a name of its own: nobody else writes to it"
        assert left(home, place) == {}
    else:
        assert sent(ours.hub) == SIZE, "every 1.1.7 appends to this name: it may hold anything"
        assert left(home, place) == before
    assert_finds(official.at(home), place)
