"""Sizes and times that decide how content travels; tests and operators lower them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Limits:
    """Sizes in bytes, times in seconds. The first two are the real Hub's."""

    max_regular: int = 10 * 2**20
    """A larger file is not taken as a plain git blob: it goes through LFS."""

    multipart_threshold: int = 5 * 10**9
    """A larger LFS object is uploaded in parts by clients that can."""

    part_size: int = 64 * 2**20
    """What each part but the last has."""

    link_lifetime: float = 3600
    """How long a signed address is good for."""

    max_repos: int = 100_000
    """Repos of one namespace."""
