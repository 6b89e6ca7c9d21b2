"""What a plugin declares: frozen descriptions whose ``target`` is imported only when it is used.

A target is a string ``"package.module:attribute"``. Nothing here imports anything of a plugin. They are named tuples
because every start of the program pays for this module, and dataclasses would take four times as long to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommandSpec(NamedTuple):
    """A command, or a group of commands.

    ``path`` is dotted: ``"download"``, ``"auth.whoami"``; a path below another plugin's group needs that group to be
    ``extensible``. ``target`` names a ``click.Command``; without one the spec is a group whose commands are the other
    specs below its path. ``passthrough=n`` leaves everything after ``n`` positionals to the command, untouched.
    """

    path: str
    help: str
    target: str | None = None
    aliases: tuple[str, ...] = ()
    section: str = "Commands"
    hidden: bool = False
    extensible: bool = False
    passthrough: int | None = None


class AuthProviderSpec(NamedTuple):
    """A source of tokens. ``target`` names a class that implements :class:`hfcli_core.api.AuthProvider`.

    Providers are asked from the highest ``priority`` down; those of this project are: OIDC 400, helper 300, OAuth
    renewal 250, keyring 200, token file 100. ``limit`` is the time in seconds that one may take, 60 at most.
    """

    name: str
    target: str
    priority: int
    help: str
    limit: float = 3.0


class StorageBackendSpec(NamedTuple):
    """A way to move blobs. ``target`` names a class with the methods of ``ReadBackend``, ``WriteBackend`` or both.

    ``uses_session`` says that the backend reaches the network through the session it is given and in no other way;
    under a strict endpoint policy no other backend loads. ``setting`` names the setting without which it has nothing to
    offer: while that is empty, only who asks for the backend by name gets it.
    """

    name: str
    target: str
    reads: bool = True
    writes: bool = False
    priority: int = 0
    uses_session: bool = False
    setting: str | None = None


class ServiceSpec(NamedTuple):
    """The implementation of a protocol of the core, such as ``transfer``; others call ``app.require(name)``."""

    name: str
    target: str


class SettingSpec(NamedTuple):
    """A setting of a plugin: ``name`` is its key in ``config.toml`` (``"lint.level"``), ``env`` its variables.

    ``kind`` is one of ``str``, ``bool``, ``int``, ``float``, ``duration`` (seconds), ``path``, ``names`` (a list, in a
    variable with commas), ``table`` (a table of the file as it stands there, such as one with a value for each
    endpoint; it has no variables).
    """

    name: str
    help: str
    kind: str = "str"
    default: str | bool | int | float | None = None
    env: tuple[str, ...] = ()


class OutputFormatSpec(NamedTuple):
    """A further value of ``--format``; ``target`` names a function ``(rows: list[dict]) -> str``."""

    name: str
    target: str
    help: str


class Invocation(NamedTuple):
    """A command about to run: its path, its parameters with secrets masked, and the distribution that owns it."""

    command: tuple[str, ...]
    parameters: Mapping[str, Any]
    distribution: str


class Outcome(NamedTuple):
    """How a command ended: its exit code, the code of its error (``"repo-not-found"``) if any, and seconds taken."""

    exit_code: int
    error: str | None
    seconds: float


class RequestInfo(NamedTuple):
    """A request about to be sent, without its credentials: enough to decide on extra headers."""

    method: str
    url: str
    headers: Mapping[str, str]
