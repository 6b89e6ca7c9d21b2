"""The data directory of a Hub that outlives a command: where it is, who owns it, and which process serves it."""

from __future__ import annotations

import getpass
import json
import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from hfcli_core.api import BusyError, ConflictError, HfError, LocalStorageError, NotFoundError, UsageError

from hfcli_hub.store.errors import AlreadyExists, InvalidName, StoreError, UnknownAccount
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.names import check_account_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_hub.store.accounts import Account

_CLAIM_SECONDS = 1.0
_PROBES = 3
_BETWEEN_PROBES = 0.05


@dataclass(frozen=True)
class RunningServer:
    """The process that serves a data directory, and its addresses."""

    pid: int
    endpoint: str
    content_url: str


@dataclass(frozen=True)
class Owner:
    """The first user; ``token`` only when it was made just now, as it is kept nowhere."""

    name: str
    token: str | None = None


def default_data() -> Path:
    import platformdirs

    return platformdirs.user_data_path("hfcli", appauthor=False) / "hub"


class HubHome:
    """A data directory; one process at a time serves it, others may open it meanwhile."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self._lock = FileLock(self.data / "server.lock")
        self._info = self.data / "server.json"

    def create(self) -> None:
        with usable(self.data):
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def open(self) -> Iterator[Hub]:
        """The Hub in this directory, made when there is none."""
        self.create()
        with usable(self.data):
            hub = Hub(self.data)
        try:
            yield hub
        finally:
            hub.close()

    @contextmanager
    def claim(self) -> Iterator[None]:
        """Be the one that serves it. Raises :class:`BusyError` when another process does."""
        self.create()
        try:
            # `running` of another process holds the lock for a moment too.
            with usable(self.data):
                self._lock.acquire(timeout=_CLAIM_SECONDS)
        except Timeout:
            running = self._read()
            where = f" at {running.endpoint}, process {running.pid}" if running else ""
            hint = "`hf hub stop` ends it; --data names another directory"
            raise BusyError(f"a Hub runs already on {self.data}{where}", hint=hint) from None
        try:
            yield
        finally:
            self._info.unlink(missing_ok=True)
            self._lock.release()

    def announce(self, running: RunningServer) -> None:
        """Say where the server is reached; withdrawn when the claim ends."""
        draft = self._info.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(running)))
        draft.replace(self._info)

    def running(self) -> RunningServer | None:
        """The process that serves it now. What a killed server has left behind does not count."""
        for _ in range(_PROBES):
            running = self._read()
            if running is None:
                return None
            try:
                with self._lock.acquire(blocking=False):
                    self._info.unlink(missing_ok=True)
                    return None
            except Timeout:
                # A server keeps the lock; somebody who only asks, as here, lets go of it at once.
                time.sleep(_BETWEEN_PROBES)
        return self._read()

    def _read(self) -> RunningServer | None:
        with suppress(OSError, ValueError, TypeError):
            return RunningServer(**json.loads(self._info.read_text()))
        return None


@contextmanager
def usable(data: Path) -> Iterator[None]:
    """Say what keeps a Hub from being in a directory: its rights, its disk, what is there already."""
    try:
        yield
    except Timeout:
        raise
    except (OSError, sqlite3.Error, StoreError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        hint = "--data, or HFCLI_HUB_DATA, names another directory"
        raise LocalStorageError(f"cannot keep a Hub in {data}: {reason}", hint=hint) from None


def ensure_owner(hub: Hub, name: str | None = None) -> Owner:
    """The first user; on a Hub without users one is made: ``name``, or as the user of this machine is called."""
    existing = first_user(hub)
    if existing is not None:
        return Owner(existing.name)
    with explained():
        user = hub.accounts.create_user(name or _local_name())
        return Owner(user.name, hub.accounts.create_token(user.name, name="first token"))


def first_user(hub: Hub) -> Account | None:
    users = [account for account in hub.accounts.list() if account.type == "user"]
    return min(users, key=lambda account: account.key, default=None)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the store raises into errors with the right exit codes."""
    try:
        yield
    except AlreadyExists as error:
        raise ConflictError(str(error)) from None
    except InvalidName as error:
        raise UsageError(str(error)) from None
    except UnknownAccount as error:
        raise NotFoundError(str(error)) from None
    except StoreError as error:
        raise HfError(str(error)) from None


def _local_name() -> str:
    try:
        name = getpass.getuser()
        check_account_name(name)
    except (OSError, KeyError, InvalidName):
        return "me"
    return name
