"""What goes wrong between us and a server before there is a whole answer; one family for every transport."""

from __future__ import annotations


class TransportError(Exception):
    """Any of them; the message is for a person, the cause may be the system's or a library's own error."""


class ConnectError(TransportError):
    """There is no connection, so nothing was sent."""


class ConnectTimeoutError(ConnectError):
    """There was none in time."""


class NameNotResolvedError(ConnectError):
    """The host has no address, or none was found in time."""


class PrivateAddressError(ConnectError):
    """A public server sent us to an address of a private network (faults.md S07)."""


class ProxyError(ConnectError):
    """A proxy makes no connection; the message begins with its status."""


class AnswerTimeoutError(TransportError):
    """The server takes what is sent, or answers, too slowly."""


class ConnectionLostError(TransportError):
    """A connection ended too early."""


class ProtocolError(TransportError):
    """What comes is not HTTP as it should be."""
