"""How many connections to use: more, as long as more of them bring more."""

from __future__ import annotations

_WINDOW = 0.1
"""Seconds over which a rate is measured, and that new connections get to begin."""

_GAIN = 1.2
"""How much more must come after an increase for it to have been worth it."""

_SECOND_THOUGHTS = 5.0
"""Seconds after which it is tried again whether more connections bring more: networks change."""


class Ramp:
    """Decides for one kind of work, from how much of it was done until when.

    ``enough`` is a rate per connection above which the network is not what holds it up.
    """

    def __init__(self, *, start: int, limit: int, factor: int, enough: float) -> None:
        self.size = min(start, limit)
        self.rate = 0.0
        """Amount a second, as last measured."""
        self._limit, self._factor, self._enough = limit, factor, enough
        self._before: tuple[int, float] | None = None
        """The size before the last increase, and the rate that it brought."""
        self._window: tuple[float, float] | None = None
        """When the current measurement began, and the amount by then."""
        self._not_before = 0.0

    def step(self, now: float, amount: float) -> int:
        """The number of connections to use from now on; ``now`` in seconds."""
        if amount <= 0 or now < self._not_before:
            return self.size
        if self._window is None:
            self._window = now, amount
            return self.size
        began, by_then = self._window
        if now - began < _WINDOW:
            return self.size
        self.rate = (amount - by_then) / (now - began)
        self._window = now, amount
        if self._before is not None and self.rate < self._before[1] * _GAIN:
            self._go_back(now)
        elif self.size < self._limit and self.rate < self._enough * self.size:
            self._increase(now)
        else:
            self._before = None
        return self.size

    def _increase(self, now: float) -> None:
        self._before = self.size, self.rate
        self.size = min(self.size * self._factor, self._limit)
        self._settle(now + _WINDOW)

    def _go_back(self, now: float) -> None:
        assert self._before is not None
        self.size = self._before[0]
        self._before = None
        self._settle(now + _SECOND_THOUGHTS)

    def _settle(self, until: float) -> None:
        self._window = None
        self._not_before = until
