"""The benchmark's Hub as a process of its own, and what it is told and asked between runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """``with Server(folder) as hub``: ``hub.endpoint`` is what clients use. Content is made, once, below ``folder``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._contents: dict[str, dict[str, tuple[int, str]]] = {}

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.hub", str(self.data)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.endpoint: str = json.loads(self._process.stdout.readline())["hub"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _control(self, what: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_control/{what}", data)
        # Generous: to make the content of the largest repository takes a minute on a slow disk.
        with _DIRECT.open(request, timeout=600) as answer:
            return json.loads(answer.read())

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Replace all settings of ``bench.hub.state.Settings``; what is not named has its default."""
        self._control("settings", settings)

    def reset(self) -> None:
        """Zero the counters and start the faults anew."""
        self._control("reset", {})

    def forget_uploads(self) -> None:
        self._control("forget-uploads", {})

    def counters(self) -> dict[str, Any]:
        return dict(self._control("counters"))

    def settled(self) -> dict[str, Any]:
        """The counters once nothing is being sent any more, which after a kill takes a moment; waits half a second."""
        until = time.monotonic() + 0.5
        while (counters := self.counters())["in_flight"] and time.monotonic() < until:
            time.sleep(0.02)
        return counters

    def contents(self, repo_id: str) -> dict[str, tuple[int, str]]:
        """``{path: (bytes, sha256)}`` of a repository that its name describes."""
        if repo_id not in self._contents:
            self._contents[repo_id] = self.files(repo_id)
        return self._contents[repo_id]

    def files(self, repo_id: str) -> dict[str, tuple[int, str]]:
        """The same for a repository that may have changed, such as an uploaded one."""
        return {path: (size, sha256) for path, (size, sha256) in self._control(f"files/{repo_id}").items()}

    def fetch(self, repo_id: str, path: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _DIRECT.open(f"{self.endpoint}/{repo_id}/resolve/main/{path}") as body, target.open("wb") as file:
            shutil.copyfileobj(body, file, 1 << 20)
