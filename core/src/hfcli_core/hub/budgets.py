"""How long a request may take; every request has all four budgets, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """``connect``: name, TCP and TLS together. ``first_byte``: from the last byte sent to the end of the headers.

    ``read``: the longest silence within a body, in both directions. ``total``: from start to end of one attempt; None
    only where the size has no limit, and then :data:`MIN_RATE` bounds it.
    """

    connect: float
    first_byte: float
    read: float
    total: float | None


API = Budget(connect=10, first_byte=30, read=30, total=300)
DOWNLOAD = Budget(connect=10, first_byte=60, read=30, total=None)
UPLOAD = Budget(connect=10, first_byte=180, read=60, total=None)

MIN_RATE = 100
"""Bytes per second, averaged over two ``read`` budgets, below which a body counts as stalled (faults.md N5)."""
