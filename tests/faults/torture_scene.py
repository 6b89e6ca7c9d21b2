"""A repo with one large file, of which any run may be ended by force, and what must hold after each of them."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hfcli_hub.faults import Bandwidth, Rule
from hfcli_hub.testkit.cli import CliResult
from hfcli_transfer.download.written import read_total

from tests.faults.scene import BIG, MIB, REPO, Running, Scene

SIZE = 20 * MIB + 12_345
FILES = {
    "README.md": b"# A model\n",
    BIG: random.Random(7).randbytes(SIZE),
    "config.json": b'{"a": 1}\n',
    "onnx/config.json": b'{"onnx": true}\n',
}
ETAG = hashlib.sha256(FILES[BIG]).hexdigest()
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
FRINGE = 1 << 18
"""Blocks of the disk that are not full, and small files."""

NARROW = Rule(Bandwidth(5_000_000), host="content")
"""What a connection brings, so that a download takes a second or two."""


@dataclass(frozen=True)
class Place:
    """Where a download goes: ``public`` has the files by their names, and all of it is below ``root``."""

    options: tuple[str, ...]
    root: Path
    public: Path

    @property
    def command(self) -> tuple[str, ...]:
        return ("download", REPO, *self.options)

    @property
    def left(self) -> list[Path]:
        """What only unfinished downloads need."""
        return sorted(path for path in self.root.rglob("*") if path.suffix in (".incomplete", ".journal"))

    @property
    def journals(self) -> list[Path]:
        return [path for path in self.left if path.suffix == ".journal"]

    @property
    def kept(self) -> int:
        """Bytes of the large file that its journals say are written."""
        return sum(read_total(path, SIZE) or 0 for path in self.journals)

    @property
    def on_disk(self) -> int:
        """Bytes of unfinished files that are really there: they may have holes."""
        return sum(path.stat().st_blocks * 512 for path in self.left if path.suffix == ".incomplete")

    @property
    def done(self) -> bool:
        return all((self.public / name).exists() for name in FILES)


@dataclass
class LargeScene(Scene):
    """``alice/model`` with a large file; every run is also looked at in a directory of the user's."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES), repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        here = self.cli.work / "here"
        self.places = {
            "directory": Place(("--local-dir", "here"), here, here),
            "cache": Place((), self.cached, self.snapshot),
        }
        self.precious = self.outside / "precious"
        self._untouched = self.precious.stat().st_mtime_ns

    def check_published(self) -> None:
        super().check_published()
        for place in self.places.values():
            for name, data in self.files.items():
                file = place.public / name
                if file.is_symlink() or file.exists():
                    right = file.read_bytes() == data  # apart, as pytest would look for the differences
                    assert right, f"{file} has other bytes"
                    self._published[file] = b""

    def _check_surroundings(self) -> None:
        super()._check_surroundings()
        assert self.precious.stat().st_mtime_ns == self._untouched

    def _check_stdout(self, done: CliResult) -> None:
        # A signal may come after the last word, which is right then.
        if done.returncode not in CODES.values() or done.stdout not in (f"{self.snapshot}\n", "here\n"):
            super()._check_stdout(done)

    def _check_secrets(self, done: CliResult) -> None:
        """Other tests look for them: in files of this size it takes longer than the downloads."""

    def finish_at(self, place: Place) -> None:
        """Without faults the same command ends well, and leaves nothing but files."""
        self.heal()
        self.run(*place.command)
        self.check_files(place.public)
        assert place.left == []

    def reset(self, place: Place) -> None:
        """Begin anew, as if nothing had been downloaded."""
        shutil.rmtree(place.root, ignore_errors=True)
        self.forget(*[path for path in self._published if path.is_relative_to(place.root)])

    def disturb(self, place: Place, number: signal.Signals, chance: random.Random) -> None:
        """Send a signal to a download at a moment that chance chooses, unless it ends before that."""
        asked, kept, on_disk = self.hub.record.count(host="content"), place.kept, place.on_disk
        running = self.start(*place.command)
        met(running, lambda: self.hub.record.count(host="content") > asked)
        if chance.random() < 0.5:
            enough = kept + chance.randrange(SIZE // 2)
            met(running, lambda: place.kept >= enough)
        else:
            met(running, lambda: False, chance.uniform(0, 0.8))
        sent = time.monotonic()
        running.process.send_signal(number)
        running.process.wait(30)
        assert number == signal.SIGKILL or time.monotonic() - sent < 2
        self.check(told(running, number), code={0, CODES[number]})
        if not place.done:
            connections = {request.connection for request in self.hub.record.find(host="content")[asked:]}
            unknown = (place.on_disk - on_disk) - (place.kept - kept)
            assert place.kept >= kept, "what was written down is lost"
            assert unknown <= FRINGE + (len(connections) * MIB if number == signal.SIGKILL else 0)


def told(running: Running, number: signal.Signals) -> CliResult:
    """The end of a run that got a signal, with its code as a shell shows it."""
    stdout, stderr = running.process.communicate(timeout=30)
    code = running.process.returncode
    if code == -number != -signal.SIGKILL:
        # While the interpreter ends, the system's own handlers are back.
        assert stdout, "it ended by the signal before it was done"
        code = CODES[number]
    return CliResult(code, stdout.decode(), stderr.decode())


def met(running: Running, condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether the condition was met before the run ended and the time was up."""
    limit = time.monotonic() + seconds
    while not condition():
        if running.process.poll() is not None or time.monotonic() > limit:
            return False
        time.sleep(0.005)
    return True


@dataclass(frozen=True)
class Unfinished:
    """The files that a deed is done to, and one that nobody may write."""

    journal: Path
    partial: Path
    precious: Path


def _replace(path: Path, make: Callable[[Path], object]) -> None:
    # In one instant, as somebody would who waits for the right one.
    beside = path.with_name("beside")
    make(beside)
    beside.replace(path)


def _full_journal() -> bytes:
    lengths = [min(MIB, SIZE - start) for start in range(0, SIZE, MIB)]
    return b"hfparts1" + b"".join(length.to_bytes(4, "little") for length in lengths)


DEEDS: dict[str, Callable[[Unfinished], object]] = {
    "journal-cut": lambda it: os.truncate(it.journal, 30),
    "journal-emptied": lambda it: os.truncate(it.journal, 0),
    "journal-of-nonsense": lambda it: it.journal.write_bytes(random.Random(1).randbytes(300)),
    "journal-that-lies": lambda it: it.journal.write_bytes(_full_journal()),
    "journal-gone": lambda it: it.journal.unlink(),
    "journal-a-link": lambda it: _replace(it.journal, lambda path: path.symlink_to(it.precious)),
    "journal-a-hard-link": lambda it: _replace(it.journal, lambda path: path.hardlink_to(it.precious)),
    "file-gone": lambda it: it.partial.unlink(),
    "file-a-link": lambda it: _replace(it.partial, lambda path: path.symlink_to(it.precious)),
    "file-a-hard-link": lambda it: _replace(it.partial, lambda path: path.hardlink_to(it.precious)),
    "file-another": lambda it: _replace(it.partial, lambda path: path.write_bytes(bytes(SIZE))),
}


@contextmanager
def meddling(
    scene: LargeScene, place: Place, deed: str, share: float = 0, *, again: bool = False
) -> Iterator[threading.Event]:
    """Do a deed once that share of the large file is kept, or ``again`` and again; the event says it was done."""
    done, over = threading.Event(), threading.Event()

    def meddle() -> None:
        while not over.wait(0.002) and (again or not done.is_set()):
            for journal in place.journals if place.kept >= share * SIZE else ():
                with suppress(FileNotFoundError):
                    DEEDS[deed](Unfinished(journal, journal.with_suffix(".incomplete"), scene.precious))
                done.set()

    thread = threading.Thread(target=meddle, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()
