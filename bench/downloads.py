"""Scenarios that download: cold, warm, over a bad network, and after an interruption."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.clients import Client, Job
from bench.measure import Interruption
from bench.results import Run
from bench.stage import Place, Stage

SINGLE = "model.safetensors"


@dataclass(frozen=True)
class Download:
    """``peers`` are the general downloaders that take part; ``network`` are settings of the server."""

    id: str
    title: str
    repo_id: str
    network: Mapping[str, Any] = field(default_factory=dict)
    single: str | None = None
    local_dir: bool = False
    retry: bool = False
    peers: tuple[str, ...] = ("curl", "aria2c")

    def takes(self, client: Client) -> bool:
        return client.is_hf or client.name in self.peers

    def job(self, stage: Stage, place: Place, *, resume: bool = False) -> Job:
        return Job(
            stage.server.endpoint,
            self.repo_id,
            tuple(stage.server.contents(self.repo_id)),
            place.destination,
            stage.folder,
            single=self.single,
            local_dir=self.local_dir,
            resume=resume,
            retry=self.retry,
        )

    def run(self, stage: Stage, client: Client) -> Run:
        place = stage.place()
        command = client.download(self.job(stage, place))
        stage.server.configure(self.network)
        return self.checked(stage, client, place, stage.run(client, place, command))

    def checked(self, stage: Stage, client: Client, place: Place, done: Run) -> Run:
        cached = client.is_hf and not self.local_dir
        folder = place.snapshot(self.repo_id) if cached else place.destination
        contents = stage.server.contents(self.repo_id)
        expected = {self.single: contents[self.single]} if self.single else contents
        done.error = done.error or stage.wrong(folder, expected)
        return done


@dataclass(frozen=True)
class WarmDownload(Download):
    """The same again: what is measured finds everything there. Filled once, without latency, which is not measured.

    With ``words`` another command is measured in place of the download, in one cache for all, whoever filled it.
    """

    peers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def run(self, stage: Stage, client: Client) -> Run:
        place = stage.place("shared" if self.words else client.name)
        command = client.download(self.job(stage, place))
        if not place.ready.exists():
            stage.server.configure({})
            filled = stage.run(client, place, command)
            if filled.error:
                return filled
            place.ready.touch()
        stage.server.configure(self.network)
        measured = [client.program, *self.words] if self.words else command
        return self.checked(stage, client, place, stage.run(client, place, measured))


@dataclass(frozen=True)
class Resume(Download):
    """Ended by a signal once half of the bytes were sent, then run again: how much is fetched twice?

    Time, CPU, memory and requests are those of the second run.
    """

    number: signal.Signals = signal.SIGINT

    def run(self, stage: Stage, client: Client) -> Run:
        place = stage.place()
        job = self.job(stage, place, resume=True)
        command = client.download(job)
        size = sum(stage.server.contents(self.repo_id)[path][0] for path in job.wanted)
        stage.server.configure(self.network)

        def half() -> bool:
            return bool(stage.server.counters()["bytes"]["cdn"] * 2 > size)

        first = stage.run(client, place, command, Interruption(self.number, half))
        if first.error:
            return first
        done = stage.run(client, place, command)
        done.refetched = max(0.0, 100 * (first.received + done.received - size) / size)
        return self.checked(stage, client, place, done)
