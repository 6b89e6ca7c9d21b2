"""Tokens that the environment gives: they go to the endpoint in effect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.auth.provider import Token
from hfcli_core.auth.token_text import clean_token
from hfcli_core.errors import AuthenticationError
from hfcli_core.settings import TOKEN, TOKEN_FILE

if TYPE_CHECKING:
    from hfcli_core.settings import Settings

_LARGEST = 64 * 1024


def environment_token(settings: Settings) -> Token | None:
    """``HF_TOKEN``, else ``HUGGING_FACE_HUB_TOKEN``, else what the file named by ``HF_TOKEN_FILE`` holds.

    Raises :class:`AuthenticationError` for a malformed token, and for a named file that cannot be read.
    """
    for variable in TOKEN.env:
        token = clean_token(settings.environ.get(variable, ""), variable)
        if token is not None:
            return Token(token, variable)
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
