"""What a power cut leaves: a name only for whole content, and a ref only for names that stay (faults.md P9)."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli

    from .conftest import Model

OBSERVER = """
    import os

    fsync, replace = os.fsync, os.replace

    def note(*words):
        with open(os.environ["EVENTS"], "a") as file:
            print(*words, file=file)

    def noted_fsync(fd):
        fsync(fd)
        note("fsync", os.path.basename(os.readlink(f"/proc/self/fd/{fd}")))

    def noted_replace(source, target, **options):
        note("rename", source, target)
        replace(source, target, **options)

    os.fsync, os.replace = noted_fsync, noted_replace
"""


@pytest.mark.skipif(sys.platform != "linux", reason="names of descriptors are read from /proc")
def test_contents_then_names_then_the_ref(cli: Cli, model: Model, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(textwrap.dedent(OBSERVER))
    log = tmp_path / "events"
    result = cli("download", "alice/model", env={"PYTHONPATH": str(site), "EVENTS": str(log)})
    assert result.returncode == 0, result.stderr
    events = [line.split() for line in log.read_text().splitlines()]
    published = [event for event in events if event[0] == "rename" and event[1].endswith(".incomplete")]
    assert len(published) == len(list(model.blobs.iterdir())) > 2
    for event in published:
        assert ["fsync", event[1]] in events[: events.index(event)]
    names_synced = events.index(["fsync", "blobs"])
    ref_written = next(n for n, event in enumerate(events) if event[-1] == "main")
    assert max(map(events.index, published)) < names_synced < ref_written
    assert events.count(["fsync", "blobs"]) == 1, "once for all files: it is the dearest call of a small file"
