"""``hf`` with a data directory of its own, and no Hub running yet."""

from __future__ import annotations

import json
import select
import signal
import subprocess
from contextlib import contextmanager

import pytest
from hfcli_hub.testkit.cli import Cli


class HubCli(Cli):
    """Runs ``hf``; its data directory is ``data``."""

    def __init__(self, home):
        self.data = home / "hub data"
        super().__init__(home, {"HFCLI_HUB_DATA": str(self.data)})

    @contextmanager
    def serving(self, *options):
        """``hf hub serve`` on a free port: the process, and what it printed as JSON."""
        process = self.popen("hub", "serve", "--port", "0", "--json", *options, stderr=subprocess.DEVNULL)
        try:
            ready, _, _ = select.select([process.stdout], [], [], 30)
            assert ready, "nothing was printed"
            yield process, json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


@pytest.fixture
def hf(tmp_path):
    with HubCli(tmp_path / "home") as runner:
        yield runner
        if (runner.data / "server.json").exists():
            runner("hub", "stop")
