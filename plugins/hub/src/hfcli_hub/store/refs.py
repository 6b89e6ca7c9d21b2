"""The refs of one repository, safe against threads, other processes and kills."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dulwich.objects import ZERO_SHA, ObjectID
from dulwich.refs import DiskRefsContainer, Ref
from filelock import FileLock

from .durable import sync_directory
from .errors import UnknownRepo

MAIN = "refs/heads/main"


def check_exists(repository: Path) -> None:
    """Raises UnknownRepo for a repository that was deleted after the caller had found it."""
    if not (repository / "HEAD").exists():
        raise UnknownRepo


class RepoLock:
    """Held while refs of one repository change: by one thread of one process. A killed process holds nothing."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._thread = threading.RLock()
        self._process = FileLock(repository / "hub.lock", thread_local=False)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Raises UnknownRepo when the repository is gone, also by the time that whoever held the lock lets go."""
        with self._thread:
            # Before the file lock, too: taking it would make the directory of a deleted repository anew.
            check_exists(self._repository)
            with self._process:
                check_exists(self._repository)
                yield


class HubRefs(DiskRefsContainer):
    """dulwich's refs, each change under the repository's lock; dulwich's own smart HTTP server uses it, too.

    dulwich locks a ref as git does, by the existence of `<ref>.lock`, which outlives a killed writer and would block
    that ref for ever. As every writer holds the repository's lock, a `.lock` found while holding it is such a remnant.
    """

    def __init__(self, path: Path, lock: RepoLock) -> None:
        super().__init__(path)
        self._root = path
        self._repo_lock = lock

    def _clear_remnants(self, name: bytes) -> None:
        for relative in (name.decode(), "packed-refs"):
            (self._root / f"{relative}.lock").unlink(missing_ok=True)

    def _sync(self, name: bytes) -> None:
        """Make a ref's directories durable: a ref may have made some of them, and a deleted one may have taken some."""
        for directory in (self._root / name.decode()).parents:
            if directory.exists():
                sync_directory(directory)
            if directory == self._root / "refs":
                break

    def set_if_equals(self, name: Ref, old_ref: ObjectID | None, new_ref: ObjectID, *args: Any, **kwargs: Any) -> bool:
        with self._repo_lock():
            self._clear_remnants(name)
            done = super().set_if_equals(name, old_ref, new_ref, *args, **kwargs)
            self._sync(name)
        return done

    def add_if_new(self, name: Ref, ref: ObjectID, *args: Any, **kwargs: Any) -> bool:
        with self._repo_lock():
            self._clear_remnants(name)
            done = super().add_if_new(name, ref, *args, **kwargs)
            self._sync(name)
        return done

    def remove_if_equals(self, name: Ref, old_ref: ObjectID | None, *args: Any, **kwargs: Any) -> bool:
        with self._repo_lock():
            self._clear_remnants(name)
            done = super().remove_if_equals(name, old_ref, *args, **kwargs)
            self._sync(name)
        return done

    def read(self, name: str) -> str | None:
        """The oid that a full ref name holds: a commit, or an annotated tag."""
        value = self.read_ref(Ref(name.encode()))
        return value.decode() if value else None

    def move(self, name: str, old: str | None, new: str) -> bool:
        """Compare-and-swap; `old` None means that the ref must not exist. False when it is elsewhere."""
        return self.set_if_equals(
            Ref(name.encode()), ObjectID(old.encode()) if old else ZERO_SHA, ObjectID(new.encode())
        )

    def delete(self, name: str, old: str) -> bool:
        return self.remove_if_equals(Ref(name.encode()), ObjectID(old.encode()))

    def under(self, prefix: str) -> dict[str, str]:
        """Every ref below a prefix such as `refs/heads/`, by the rest of its name, in name order."""
        values = self.as_dict(Ref(prefix.encode()))
        return {name.decode(): oid.decode() for name, oid in sorted(values.items())}
