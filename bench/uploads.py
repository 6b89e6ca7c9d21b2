"""Scenarios that upload; only `hf` programs take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clients import Client
from bench.results import Run
from bench.stage import Stage


@dataclass(frozen=True)
class Upload:
    """``source`` names the content: that of a repository which the server can make. ``again``: the second time, when
    nothing has changed."""

    id: str
    title: str
    source: str
    network: Mapping[str, Any]
    again: bool = False

    def takes(self, client: Client) -> bool:
        return client.is_hf

    def run(self, stage: Stage, client: Client) -> Run:
        contents = stage.server.contents(self.source)
        folder = self._folder(stage, contents)
        target = f"bench/upload-{self.id.lower()}"
        single = next(iter(contents)) if len(contents) == 1 else None
        what = [str(folder / single)] if single else [str(folder), "."]
        place = stage.place()
        stage.server.forget_uploads()
        command = [client.program, "upload", target, *what]
        if self.again:
            stage.server.configure({})
            first = stage.run(client, place, command)
            if first.error:
                return first
        stage.server.configure({**self.network, "hash_uploads": stage.thorough})
        done = stage.run(client, place, command)
        if not done.error and stage.server.files(target) != contents:
            done.error = "what was committed is not what was uploaded"
        return done

    def _folder(self, stage: Stage, contents: Mapping[str, tuple[int, str]]) -> Path:
        """The files to upload, fetched once from the server, which must not wait for anything meanwhile."""
        folder = stage.folder / f"source-{self.source.rpartition('/')[2]}"
        if not folder.exists():
            stage.server.configure({})
            for path in contents:
                stage.server.fetch(self.source, path, folder / path)
        return folder
