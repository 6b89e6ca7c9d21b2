"""Hashes files on all cores: a file is read by one thread, the largest first."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import BlobHasher, storage_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CHUNK = 1 << 20
_MAX_WORKERS = 16


class Task(NamedTuple):
    """A file to hash as its ``etag`` says: sha256 or git sha1."""

    path: str
    place: str
    etag: str
    size: int


def hash_all(tasks: Sequence[Task], advance: Callable[[int], None]) -> dict[str, str]:
    """Hash by path. ``advance`` gets bytes. Raises ``LocalStorageError`` for a file that cannot be read."""
    waiting = deque(sorted(tasks, key=lambda task: -task.size))
    found: dict[str, str] = {}
    failures: list[BaseException] = []
    ended = threading.Event()

    def work() -> None:
        buffer = memoryview(bytearray(_CHUNK))
        try:
            while not ended.is_set():
                try:
                    task = waiting.popleft()
                except IndexError:
                    return
                found[task.path] = _hash(task, buffer, advance, ended)
        except OSError as error:
            failures.append(storage_error(error, task.place))
            ended.set()

    workers = min(len(tasks), os.cpu_count() or 1, _MAX_WORKERS)
    threads = [threading.Thread(target=work, name="hf-hash", daemon=True) for _ in range(workers)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.5)  # so that an interrupt is seen, also on Windows
    finally:
        ended.set()
    if failures:
        raise failures[0]
    return found


def _hash(task: Task, buffer: memoryview, advance: Callable[[int], None], ended: threading.Event) -> str:
    with open(task.place, "rb", buffering=0) as file:  # noqa: PTH123
        hasher = BlobHasher(task.etag, os.fstat(file.fileno()).st_size)
        while (count := file.readinto(buffer)) and not ended.is_set():
            hasher.update(buffer[:count])
            advance(count)
    return hasher.hexdigest()
