"""The one seam for what an organisation permits. The default permits everything.

Each question is asked in one place, where the thing would happen: the plugin manager asks before it imports a plugin,
and before it hands out a storage backend, the app before a command runs, the session before a host is contacted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hfcli_core.specs import StorageBackendSpec


class Verdict(NamedTuple):
    """An answer. A refusal says which ``key`` of which ``file`` made it, so that the user knows whom to ask."""

    allowed: bool
    reason: str = ""
    file: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, self.key) if part)
        return f"{self.reason} ({place})" if place else self.reason


ALLOWED = Verdict(allowed=True)


class Policy:
    """Permits everything. A policy overrides what it restricts."""

    def may_load(self, distribution: str) -> Verdict:  # noqa: ARG002  the interface of a policy
        """Whether code of this distribution (normalised name) may be imported."""
        return ALLOWED

    def may_run(self, command: tuple[str, ...]) -> Verdict:  # noqa: ARG002  the interface of a policy
        """Whether this command may run; ``command`` is its path, without ``hf``."""
        return ALLOWED

    def may_contact(self, host: str) -> Verdict:  # noqa: ARG002  the interface of a policy
        """Whether a request may go to this host (lower case, without a port)."""
        return ALLOWED

    def may_use_backend(self, spec: StorageBackendSpec) -> Verdict:  # noqa: ARG002  the interface of a policy
        """Whether blobs may be moved by this backend."""
        return ALLOWED
