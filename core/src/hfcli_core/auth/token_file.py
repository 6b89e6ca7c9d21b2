"""Tokens that a login stored: the official files, and beside them our record of where each token belongs.

``token`` and ``stored_tokens`` have the official client's formats (wire.md §7), so that every program that reads them
goes on working. Neither says which endpoint a token is for; ``token_endpoints.json`` does, by the sha256 of the token.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from configparser import Error as ConfigError, RawConfigParser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core import private_files
from hfcli_core.auth.provider import Token
from hfcli_core.auth.token_text import clean_token
from hfcli_core.errors import AuthenticationError, LocalStorageError, UsageError
from hfcli_core.hub.addresses import checked_endpoint, origin_of
from hfcli_core.settings import OFFICIAL_ENDPOINT, TOKEN_PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.settings import Settings

_LARGEST = 2**20


class TokenFile:
    """The provider of stored tokens. A token of ours goes to the endpoint that it was stored for and to no other."""

    name = "token file"

    def __init__(self, settings: Settings, warn: Callable[[str], None] = lambda _: None) -> None:
        self.path = settings[TOKEN_PATH]
        self._official = settings[OFFICIAL_ENDPOINT]
        self._warn = warn

    def token(self, endpoint: str) -> Token | None:
        """The active token if it belongs to ``endpoint``, else the last one that was stored for ``endpoint``."""
        active, stored = self._active(), _stored(self.path)
        if active is not None and same_endpoint(self._endpoint_of(active), endpoint):
            expires_at = next((ends for value, ends in stored.values() if value == active), None)
            return Token(active, f"token file {self.path}", endpoint, expires_at)
        by_digest = {_digest(value): (name, value, ends) for name, (value, ends) in stored.items()}
        for digest, belongs_to in reversed(self._record().items()):
            if digest in by_digest and same_endpoint(belongs_to, endpoint):
                name, value, ends = by_digest[digest]
                return Token(value, f"stored token '{name}'", endpoint, ends)
        return None

    def withheld(self, endpoint: str) -> str | None:
        """Why the active token is not sent to ``endpoint``; None when there is none, or it is sent."""
        active = self._active()
        if active is None or same_endpoint(belongs_to := self._endpoint_of(active), endpoint):
            return None
        return (
            f"the stored token belongs to {belongs_to} and was not sent to {endpoint}; `hf auth login` stores one for "
            f"it, `hf auth adopt --endpoint {endpoint}` lets it have this one"
        )

    def _active(self) -> str | None:
        text = _read_private(self.path, self._warn)
        return clean_token(text, f"token file {self.path}") if text is not None else None

    def _endpoint_of(self, token: str) -> str:
        return self._record().get(_digest(token), self._official)

    def _record(self) -> dict[str, str]:
        return read_endpoints(self.path)


def same_endpoint(one: str, other: str) -> bool:
    """Whether two addresses name one endpoint: the same origin and the same path prefix."""
    paths = [address.partition("://")[2].partition("/")[2].rstrip("/") for address in (one, other)]
    return origin_of(one) == origin_of(other) and paths[0] == paths[1]


def stored_tokens(token_path: Path) -> dict[str, str]:
    """Names and values in ``stored_tokens`` beside the token file (wire.md §7); what cannot be read is left out."""
    return {name: value for name, (value, _) in _stored(token_path).items()}


def _stored(token_path: Path) -> dict[str, tuple[str, float | None]]:
    """As :func:`stored_tokens`, with the time at which each one ends."""
    text = _read_private(token_path.with_name("stored_tokens"), lambda _: None)
    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text or "")
    except ConfigError:
        return {}
    found = {}
    for name in parser.sections():
        with suppress(AuthenticationError):
            token = clean_token(parser.get(name, "hf_token", fallback=""), name)
            ends = parser.get(name, "expires_at", fallback="")
            if token is not None:
                found[name] = (token, float(ends) if ends.isdecimal() and len(ends) < 15 else None)
    return found


def read_endpoints(token_path: Path) -> dict[str, str]:
    """Which token belongs where: sha256 of the token → endpoint, the last stored last.

    Raises :class:`LocalStorageError` for a record that is there and cannot be read: guessing could send a token to
    somebody else's server.
    """
    path = _record_path(token_path)
    try:
        known = json.loads(path.read_bytes()[:_LARGEST])["endpoints"]
        return {digest: checked_endpoint(endpoint) for digest, endpoint in known.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError, UsageError) as error:
        raise LocalStorageError(
            f"Cannot read {path}, which says where each stored token belongs",
            hint="log in again, or delete it if every stored token is of the official Hub",
        ) from error


def record_endpoint(token_path: Path, token: str, endpoint: str) -> None:
    """Remember that ``token`` was stored for ``endpoint``, as the last one."""
    try:
        known = read_endpoints(token_path)
    except LocalStorageError:
        known = {}
    known.pop(_digest(token), None)
    known[_digest(token)] = endpoint
    _write_endpoints(token_path, known)


def forget_endpoint(token_path: Path, token: str) -> None:
    """Remember ``token`` no longer, as it was removed."""
    known = read_endpoints(token_path)
    if known.pop(_digest(token), None) is not None:
        _write_endpoints(token_path, known)


def _write_endpoints(token_path: Path, known: dict[str, str]) -> None:
    text = json.dumps({"format_version": 1, "endpoints": known}, indent=1)
    write_private(_record_path(token_path), text)


def write_private(path: Path, text: str) -> None:
    """Store a token, or what belongs to tokens: mode 0600, in one step (faults.md S16). Raises ``LocalStorageError``.

    A symbolic link at ``path`` is refused: it would put a secret where somebody else chose.
    """
    if path.is_symlink():
        raise LocalStorageError(f"{path} is a symbolic link; refusing to write a token through it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        private_files.write_private(str(path), text.encode())
    except OSError as error:
        raise LocalStorageError(f"Cannot write {path}: {error.strerror or error}") from error


def _read_private(path: Path, warn: Callable[[str], None]) -> str | None:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LocalStorageError(
            f"Cannot read {path}: {error.strerror or error}", hint="HF_HUB_DISABLE_IMPLICIT_TOKEN=1 goes on without it"
        ) from error
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_IROTH):
        warn(f"other users may read or change {path}; run: chmod 600 {path}")
    return text


def _record_path(token_path: Path) -> Path:
    return token_path.with_name("token_endpoints.json")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
