"""Tokens that the environment gives: they go to the endpoint in effect."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.auth.provider import Token
from hfcli_core.auth.token_text import clean_token
from hfcli_core.errors import AuthenticationError
from hfcli_core.settings import TOKEN, TOKEN_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hfcli_core.settings import Settings

_LARGEST = 64 * 1024


def environment_sources(settings: Settings) -> Iterator[tuple[str, Callable[[], Token | None]]]:
    """Names of the sources in order, and what gives the token of each, or None.

    That raises :class:`AuthenticationError` for a malformed token, and for a named file that cannot be read.
    """
    for variable in TOKEN.env:
        yield variable, partial(_from_variable, settings, variable)
    yield "HF_TOKEN_FILE", partial(_from_named_file, settings)


def environment_token(settings: Settings) -> Token | None:
    """``HF_TOKEN``, else ``HUGGING_FACE_HUB_TOKEN``, else what the file named by ``HF_TOKEN_FILE`` holds."""
    return next((token for _, ask in environment_sources(settings) if (token := ask())), None)


def _from_variable(settings: Settings, variable: str) -> Token | None:
    token = clean_token(settings.environ.get(variable, ""), variable)
    return None if token is None else Token(token, variable)


def _from_named_file(settings: Settings) -> Token | None:
    path = settings[TOKEN_FILE]
    if path is None:
        return None
    source = f"HF_TOKEN_FILE {path}"
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            token = clean_token(file.read(_LARGEST), source)
    except OSError as error:
        raise AuthenticationError(
            f"Cannot read the token file {path}: {error.strerror or error}", hint="check HF_TOKEN_FILE"
        ) from error
    if token is None:
        raise AuthenticationError(f"The token file {path} is empty", hint="check HF_TOKEN_FILE")
    return Token(token, source)
