"""What a source of tokens is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from hfcli_core.errors import AuthenticationError

if TYPE_CHECKING:
    from hfcli_core.hub.session import HubSession


@dataclass(frozen=True, slots=True)
class Token:
    """A credential. ``source`` is for people (``"HF_TOKEN"``, ``"token file /…"``); the value is never shown.

    ``endpoint`` is the one it was stored for, to which alone it is sent; None: it goes to the endpoint in effect.
    ``expires_at`` are seconds since 1970: shortly before, its source is asked for another.
    """

    value: str = field(repr=False)
    source: str
    endpoint: str | None = None
    expires_at: float | None = None


class OpenSession(Protocol):
    """Opens a session with exactly this token, or with none, under all the user's settings and policies."""

    def __call__(self, endpoint: str, token: Token | None) -> HubSession: ...


class ProviderFailed(AuthenticationError):  # noqa: N818  the name of an outcome, as providers raise it
    """A source that the user chose for this endpoint gives no token: the command ends with exit code 4.

    Any other error of a provider is told of, and the next source is asked. To go on as somebody else, or as nobody,
    would be wrong where a credential helper was configured (faults.md A8).
    """


@runtime_checkable
class AuthProvider(Protocol):
    """A source of tokens, made by calling the target of its :class:`AuthProviderSpec` with the :class:`Settings`.

    One that needs the network has a method ``connect(open_session)`` besides, which is called first with an
    :class:`OpenSession`.
    """

    name: str

    def token(self, endpoint: str) -> Token | None:
        """The token for ``endpoint``, or None. It may be called from another thread, and has a few seconds."""
        ...
