"""A keyring for tests, chosen by ``PYTHON_KEYRING_BACKEND``: a JSON file, which may be locked, or never answer."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Keyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]  # a class property in the library

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps(self._read() | {f"{service}\n{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        entries = self._read()
        del entries[f"{service}\n{username}"]
        self._path.write_text(json.dumps(entries))

    @property
    def _path(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _read(self) -> dict[str, str]:
        mood = os.environ.get("TEST_KEYRING_MOOD")
        if mood == "locked":
            raise KeyringLocked("it is locked")
        if mood == "hangs":
            time.sleep(60)
        if mood == "fails":
            raise RuntimeError("failed with the password " + "hf_" + "S" * 34)
        found: dict[str, str] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found
