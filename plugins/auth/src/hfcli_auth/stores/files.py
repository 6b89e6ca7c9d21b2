"""The official files ``token`` and ``stored_tokens`` (wire.md §7), and beside them the record of endpoints."""

from __future__ import annotations

import io
from configparser import Error as ConfigError, RawConfigParser
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hfcli_core.api import (
    OFFICIAL_ENDPOINT,
    TOKEN_PATH,
    BusyError,
    LocalStorageError,
    TokenFile,
    forget_endpoint,
    read_endpoints,
    record_endpoint,
    same_endpoint,
    write_private,
)

from hfcli_auth.stores.stored import StoredToken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hfcli_core.api import Settings

UNNAMED = "(unnamed)"
"""A token that only the file ``token`` holds, as programs of old left it."""

_LOCK_SECONDS = 10.0


class FileStore:
    """Tokens in files that only their user may read, where every other program of the Hub finds them.

    The official programs know one token, that in ``token``; it is ours to write for the official Hub, or where the
    user asks for it. For every other Hub the last recorded of its tokens is the active one.
    """

    place = "file"

    def __init__(self, settings: Settings) -> None:
        self.path: Path = settings[TOKEN_PATH]
        self.names_path = self.path.with_name("stored_tokens")
        self._official = settings[OFFICIAL_ENDPOINT]
        self._reader = TokenFile(settings)

    def tokens(self) -> list[StoredToken]:
        """All of them by name, those that programs of old left in ``token`` last."""
        sections = self._sections()
        endpoints = self._endpoints({name: section["hf_token"] for name, section in sections.items()})
        found = [
            StoredToken(
                name=name,
                endpoint=endpoints[name],
                value=section["hf_token"],
                refresh_token=section.get("refresh_token") or None,
                expires_at=_seconds(section.get("expires_at")),
                active=self._is_active(section["hf_token"], endpoints[name]),
            )
            for name, section in sections.items()
        ]
        default = self.default_value()
        if default and default not in [token.value for token in found]:
            endpoint = self._endpoints({UNNAMED: default})[UNNAMED]
            found.append(StoredToken(UNNAMED, endpoint, default, active=True))
        return found

    def save(self, token: StoredToken, *, set_default: bool = False) -> None:
        """Keep ``token`` under its name, as the active one of its endpoint."""
        with self._locked():
            sections = self._sections()
            before = sections.get(token.name, {}).get("hf_token")
            fields = {"hf_token": token.value}
            if token.refresh_token:
                fields["refresh_token"] = token.refresh_token
            if token.expires_at:
                fields["expires_at"] = str(token.expires_at)
            # The record first: a token whose endpoint is unknown would be taken for the official Hub's.
            record_endpoint(self.path, token.value, token.endpoint)
            was_default = before is not None and before == self.default_value()
            self._write({**sections, token.name: fields})
            if set_default or was_default or same_endpoint(token.endpoint, self._official):
                write_private(self.path, token.value)
            if before is not None and before != token.value:
                forget_endpoint(self.path, before)

    def activate(self, token: StoredToken, *, set_default: bool = False) -> None:
        """Use ``token`` for its endpoint from now on."""
        with self._locked():
            record_endpoint(self.path, token.value, token.endpoint)
            if set_default or same_endpoint(token.endpoint, self._official):
                write_private(self.path, token.value)

    def remove(self, tokens: Iterable[StoredToken]) -> None:
        """Remove these; what is not there any more is no error."""
        with self._locked():
            sections, default = self._sections(), self.default_value()
            for token in tokens:
                sections.pop(token.name, None)
                if token.value == default:
                    self.path.unlink(missing_ok=True)
                forget_endpoint(self.path, token.value)
            if sections:
                self._write(sections)
            else:
                self.names_path.unlink(missing_ok=True)

    def default_value(self) -> str | None:
        """What the official programs use."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise LocalStorageError(f"Cannot read {self.path}: {error.strerror or error}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from writing, the official client's renewal among them."""
        with token_lock(self.path):
            yield

    def _is_active(self, value: str, endpoint: str) -> bool:
        chosen = self._reader.token(endpoint)
        return chosen is not None and chosen.value == value

    def _endpoints(self, values: dict[str, str]) -> dict[str, str]:
        import hashlib

        record = read_endpoints(self.path)
        digests = {name: hashlib.sha256(value.encode()).hexdigest() for name, value in values.items()}
        return {name: record.get(digest, self._official) for name, digest in digests.items()}

    def _sections(self) -> dict[str, dict[str, str]]:
        """Names to fields of ``stored_tokens``. Raises :class:`LocalStorageError` rather than lose what is there."""
        parser = RawConfigParser(strict=False)
        try:
            parser.read_string(self.names_path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, UnicodeDecodeError, ConfigError) as error:
            raise LocalStorageError(
                f"Cannot read {self.names_path}", hint="move it away and log in again, or repair it"
            ) from error
        return {name: dict(parser[name]) for name in parser.sections() if parser[name].get("hf_token")}

    def _write(self, sections: dict[str, dict[str, str]]) -> None:
        parser = RawConfigParser(strict=False)
        parser.read_dict({name: sections[name] for name in sorted(sections)})
        text = io.StringIO()
        parser.write(text)
        write_private(self.names_path, text.getvalue())


@contextmanager
def token_lock(token_path: Path) -> Iterator[None]:
    """Hold ``stored_tokens.lock``, the official client's (wire.md §7). Raises :class:`BusyError`."""
    from filelock import FileLock, Timeout

    path = token_path.with_name("stored_tokens.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A singleton is re-entrant: who renews a token holds it over what keeps the new one.
        lock = FileLock(path, timeout=_LOCK_SECONDS, mode=0o600, is_singleton=True)
        with lock:
            yield
    except Timeout:
        raise BusyError(f"another process holds {path}") from None
    except OSError as error:
        raise LocalStorageError(f"Cannot write {path}: {error.strerror or error}") from error


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 15 else None
