"""Signals that end the program, raised in the main thread so that partial files are kept and locks released."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interruption(KeyboardInterrupt):
    """A signal asked the program to end. Code that cleans up after Ctrl-C so cleans up after all of them."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def raised_in_main_thread(*, process_ends: bool = False) -> Iterator[None]:
    """Within the block the first signal raises :class:`Interruption`; the second ends the process at once.

    A signal that is ignored (``nohup``) or that an embedding program handles stays as it is. ``process_ends`` says that
    nothing follows the block: after a first signal the second then ends even an interpreter that waits for threads.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    interrupted = False

    def interrupt(number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        for one in previous:
            signal.signal(one, _exit_at_once)
        raise Interruption(number)

    previous = {}
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        handler = signal.getsignal(number)
        if handler in (signal.SIG_DFL, signal.default_int_handler):
            previous[number] = handler
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        if not (interrupted and process_ends):
            for number, handler in previous.items():
                signal.signal(number, handler)


def _exit_at_once(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)
