from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub


def _noise(size: int, seed: bytes = b"") -> bytes:
    return b"".join(hashlib.sha256(seed + n.to_bytes(4, "big")).digest() for n in range(size // 32 + 1))[:size]


@dataclass(frozen=True)
class Model:
    """``alice/model``: its files besides ``.gitattributes``, its commit, and its folder in the cache."""

    files: Mapping[str, bytes]
    commit: str
    cached: Path

    @property
    def snapshot(self) -> Path:
        return self.cached / "snapshots" / self.commit

    @property
    def blobs(self) -> Path:
        return self.cached / "blobs"

    @property
    def partials(self) -> list[Path]:
        return sorted(self.blobs.glob("*.incomplete"))


@pytest.fixture
def model(hub: LiveHub, cli: Cli) -> Model:
    files = {
        "README.md": b"# A model\n",
        "config.json": b'{"a": 1}\n',
        "empty.txt": b"",
        "model.safetensors": _noise(400_000),
        "onnx/config.json": b'{"onnx": true}\n',
        "onnx/model.onnx": _noise(100_000, b"onnx"),
    }
    hub.create_repo("alice/model")
    commit = hub.put_files("alice/model", files)
    return Model(files, commit, cli.hf_home / "hub" / "models--alice--model")


@pytest.fixture
def noise() -> Callable[..., bytes]:
    """Bytes of which no two blocks are alike, the same at every call with the same size and seed."""
    return _noise


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """Every file below a folder by its path, without ``.gitattributes`` and the bookkeeping in ``.cache``."""

    def contents(folder: Path) -> dict[str, bytes]:
        named = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        return {
            name: path.read_bytes()
            for name, path in sorted(named.items())
            if name != ".gitattributes" and not name.startswith(".cache/")
        }

    return contents
