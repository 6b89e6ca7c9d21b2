"""Where scenarios run: the server, a home and a destination that are new for each run, and the check of what came."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.clients import Client
from bench.measure import Interruption, run
from bench.results import Run
from bench.server import Server

LARGE = 1 << 20  # bytes; larger files are hashed in the round that warms up, and later only weighed
_LOG_TAIL = 600  # characters


@dataclass(frozen=True)
class Place:
    """What a client writes to: its home, where the cache is, and a folder beside it.

    ``ready`` is a file that is there once a place that is kept has what a scenario needs.
    """

    home: Path
    destination: Path
    ready: Path

    def snapshot(self, repo_id: str) -> Path:
        """The only snapshot of a model in the cache; a folder that is not there when there is none."""
        snapshots = self.home / "hub" / f"models--{repo_id.replace('/', '--')}" / "snapshots"
        return next(snapshots.glob("*"), snapshots / "none")


class Stage:
    """``folder`` is preferably in memory, so that the disk is not what is measured; nothing in it is worth keeping."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.thorough = True  # whether large files are hashed too
        self._log = folder / "client.log"

    def place(self, name: str = "") -> Place:
        """A new and empty one; or, with a name, the one that has that name until :meth:`discard`."""
        folder = self.folder / "kept" / name if name else self.folder / "place"
        if not name:
            shutil.rmtree(folder, ignore_errors=True)
        place = Place(folder / "home", folder / "destination", folder / "ready")
        place.home.mkdir(parents=True, exist_ok=True)
        place.destination.mkdir(exist_ok=True)
        return place

    def discard(self) -> None:
        shutil.rmtree(self.folder / "kept", ignore_errors=True)

    def environment(self, client: Client, home: Path) -> dict[str, str]:
        """Nothing of the caller's configuration but PATH. Xet is off: the server speaks HTTP and LFS."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HF_HOME": str(home),
            "HF_ENDPOINT": self.server.endpoint,
            "HF_TOKEN": "hf_bench",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "HF_HUB_DISABLE_EXPERIMENTAL_WARNING": "1",
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
            **client.environment,
        }

    def run(
        self, client: Client, place: Place, command: Sequence[str], interruption: Interruption | None = None
    ) -> Run:
        """Run with the counters at zero. To end well is right, unless it is to be interrupted: then it is wrong."""
        self.server.reset()
        environment = self.environment(client, place.home)
        usage = run(command, environment, self.folder, self._log, interruption=interruption)
        counters = self.server.settled()
        done = Run(
            usage.wall,
            usage.cpu,
            usage.memory,
            requests=sum(counters["requests"].values()),
            received=counters["bytes"]["hub"] + counters["bytes"]["cdn"],
            connections=sum(counters["connections"].values()),
            server_cpu=counters["cpu"],
        )
        if interruption and not (usage.interrupted and usage.code):
            done.error = "was not ended by the signal"
        elif usage.code and not interruption:
            done.error = f"exit code {usage.code}"
            done.log = self._log.read_text(errors="replace")[-_LOG_TAIL:].strip()
        elif counters["tokens_on_cdn"]:
            done.error = "sent the token to the CDN"
        return done

    def wrong(self, folder: Path, expected: Mapping[str, tuple[int, str]]) -> str:
        """What is not as it should be, in a few words; empty when all is."""
        for path, (size, sha256) in expected.items():
            found = folder / path
            if not found.is_file():
                return f"missing: {path}"
            if found.stat().st_size != size:
                return f"wrong size: {path}"
            if size <= LARGE or self.thorough:
                with found.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                        return f"wrong bytes: {path}"
        return ""
