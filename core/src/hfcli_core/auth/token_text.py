"""What can be a token at all."""

from __future__ import annotations

from hfcli_core.errors import AuthenticationError

_LONGEST = 16 * 1024


def clean_token(text: str, source: str) -> str | None:
    """``text`` without the white space around it; None when nothing is left.

    Raises :class:`AuthenticationError`, without repeating the text, when it could not stand in a header
    (faults.md S15).
    """
    token = text.strip()
    if not token:
        return None
    if len(token) > _LONGEST:
        problem = "it is too long"
    elif any(character.isspace() for character in token):
        problem = "it has white space or a line break inside"
    elif not token.isascii() or not token.isprintable():
        problem = "it has characters that a token cannot have"
    else:
        return token
    raise AuthenticationError(f"The token from {source} is malformed: {problem}", hint="copy the token again")
