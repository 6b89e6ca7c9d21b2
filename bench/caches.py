"""Scenarios of one command that moves no content: start-up, and lists of a large cache."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bench.clients import Client
from bench.results import Run
from bench.stage import Stage

REPOS, REVISIONS, FILES = 300, 3, 40


@dataclass(frozen=True)
class Command:
    """The second run in a home is measured: the first may write an index, or ask for a newer version."""

    id: str
    title: str
    words: tuple[str, ...]

    def takes(self, client: Client) -> bool:
        return client.is_hf

    def run(self, stage: Stage, client: Client) -> Run:
        place = stage.place()
        (place.home / "hub").mkdir()
        stage.server.configure({})
        command = [client.program, *self.words]
        stage.run(client, place, command)
        return stage.run(client, place, command)


@dataclass(frozen=True)
class CacheListing(Command):
    """In a cache of REPOS × REVISIONS × FILES links; a quarter of a repository's files change at every revision."""

    def run(self, stage: Stage, client: Client) -> Run:
        place = stage.place("large-cache")
        if not place.ready.exists():
            _fill(place.home / "hub")
            place.ready.touch()
        stage.server.configure({})
        return stage.run(client, place, [client.program, *self.words])


def _fill(hub: Path) -> None:
    for number in range(REPOS):
        repo = hub / f"models--org{number % 17}--model-{number:04d}"
        for folder in ("blobs", "refs"):
            (repo / folder).mkdir(parents=True)
        for revision in range(REVISIONS):
            commit = _sha1(f"{number}/{revision}")
            snapshot = repo / "snapshots" / commit
            (snapshot / "sub").mkdir(parents=True)
            (repo / "refs" / (f"v{revision}" if revision else "main")).write_text(commit)
            for file in range(FILES):
                blob = _sha1(f"{number}/{file}/{0 if file % 4 else revision}")
                with (repo / "blobs" / blob).open("wb") as content:
                    content.truncate(1000 + 37 * file)
                folder, up = ("", "../..") if file % 5 else ("sub/", "../../..")
                (snapshot / f"{folder}f{file:03d}.json").symlink_to(f"{up}/blobs/{blob}")


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()
