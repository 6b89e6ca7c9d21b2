"""How stubbornly a connection tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Cancelled

if TYPE_CHECKING:
    from hfcli_core.api import BackendContext, HfError

_TRIES = 5
"""Connections in a row that bring hardly anything, after which a file is given up."""

_HARDLY_ANYTHING = 65536
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0


class Patience:
    """How often one connection may fail in a row. The offset reached says whether a failure was fruitless."""

    def __init__(self, context: BackendContext, path: str) -> None:
        self._context = context
        self._path = path
        self._fruitless = 0

    def after(self, error: HfError, *, brought: int, position: int, missing: bool) -> None:
        """Return when it is time to go on from ``position``; raises ``error`` when there is no sense in that.

        ``brought``: bytes that came before the failure. ``missing``: whether any are to come.
        """
        if not error.retryable or error.details.pop("given_up", False):
            raise error
        self._fruitless = 0 if brought >= _HARDLY_ANYTHING else self._fruitless + 1
        if missing and self._fruitless >= _TRIES:
            raise error
        self._context.log(f"{self._path}: {error.message}; going on from byte {position:,}")
        pause = min(_FIRST_PAUSE * 2**self._fruitless, _LONGEST_PAUSE) if self._fruitless else 0.0
        if pause and self._context.cancelled.wait(pause):
            raise Cancelled
