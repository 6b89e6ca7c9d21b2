"""The system keyring, asked with a limit of time and with every way of failing explained (faults.md A7)."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

from hfcli_core.api import HfError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

_HINT = "without --keyring a login keeps the token in a file that only you may read"


class KeyringUnavailable(HfError):  # noqa: N818  the name of a state
    """There is no usable keyring, or it is locked, or it does not answer."""

    code = "keyring"


class SystemKeyring:
    """``limit``: seconds that it may take; a person may have to type a password where it is long."""

    def __init__(self, limit: float) -> None:
        self._limit = limit

    def check(self) -> str:
        """The name of the keyring in use. Raises :class:`KeyringUnavailable` where there is none."""
        return self._ask(lambda backend: str(backend.name))

    def get(self, service: str, name: str) -> str | None:
        return self._ask(lambda backend: backend.get_password(service, name))

    def set(self, service: str, name: str, value: str) -> None:
        self._ask(lambda backend: backend.set_password(service, name, value))

    def delete(self, service: str, name: str) -> None:
        """What is not there any more is no error."""

        def delete(backend: KeyringBackend) -> None:
            if backend.get_password(service, name) is not None:
                backend.delete_password(service, name)

        self._ask(delete)

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T:
        answers: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((question(_backend()), None))
            except Exception as error:  # handed to the thread that waits
                answers.put((None, error))

        threading.Thread(target=run, name="keyring", daemon=True).start()
        try:
            answer, error = answers.get(timeout=self._limit)
        except queue.Empty:
            raise KeyringUnavailable(
                f"the system keyring did not answer within {self._limit:g} s", hint=_HINT
            ) from None
        if isinstance(error, HfError):
            raise error
        if error is not None:
            raise _explained(error) from error
        return answer  # type: ignore[return-value]  # None is an answer of some questions


def _backend() -> KeyringBackend:
    # Looks through the whole installation for backends; only who uses the keyring pays.
    import keyring

    backend = keyring.get_keyring()
    if type(backend).__module__ in ("keyring.backends.fail", "keyring.backends.null"):
        raise KeyringUnavailable(
            "there is no usable system keyring here: no service runs that keeps secrets, as on most servers", hint=_HINT
        )
    return backend


def _explained(error: Exception) -> KeyringUnavailable:
    from keyring.errors import KeyringLocked

    if isinstance(error, KeyringLocked):
        return KeyringUnavailable("the system keyring is locked", hint="unlock it by logging in to the desktop")
    # Texts of other people's errors may hold what they were given.
    return KeyringUnavailable(f"the system keyring failed ({type(error).__name__})", hint=_HINT)
