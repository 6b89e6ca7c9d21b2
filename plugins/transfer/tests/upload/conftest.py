"""A folder to upload, and short ways to look at what became of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = b'{"hidden_size": 8}\n'
CARD = b"---\nlicense: mit\n---\n# A model\n"
WEIGHTS = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(60_000))
ONNX = hashlib.sha256(b"onnx").digest() * 50


@pytest.fixture
def model(cli) -> Path:
    """``./model`` in the working directory: two small text files, and two binary ones for LFS."""
    folder = cli.work / "model"
    files = {"config.json": CONFIG, "README.md": CARD, "model.safetensors": WEIGHTS, "onnx/model.onnx": ONNX}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def titles(hub):
    """The titles of a branch's commits, newest first, but for the one that every repo starts with."""

    def titles(repo_id: str, repo_type: str = "model", revision: str = "main") -> list[str]:
        git = hub.repo(repo_id, repo_type).git
        return [info.title for info in git.log(git.resolve(revision))][:-1]

    return titles
