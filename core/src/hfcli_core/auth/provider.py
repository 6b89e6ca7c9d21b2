"""What a source of tokens is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Token:
    """A credential. ``source`` is for people (``"HF_TOKEN"``, ``"token file /…"``); the value is never shown.

    ``endpoint`` is the one it was stored for, to which alone it is sent; None: it goes to the endpoint in effect.
    """

    value: str = field(repr=False)
    source: str
    endpoint: str | None = None


@runtime_checkable
class AuthProvider(Protocol):
    """A source of tokens, made by calling the target of its :class:`AuthProviderSpec` with the :class:`Settings`."""

    name: str

    def token(self, endpoint: str) -> Token | None:
        """The token for ``endpoint``, or None. It may be called from another thread, and has a few seconds."""
        ...
