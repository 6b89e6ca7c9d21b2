"""A session's token: found once, replaced shortly before it ends or when it is refused (faults.md A6)."""

from __future__ import annotations

import time

from hfcli_core.auth.provider import Token
from hfcli_core.errors import AuthenticationError
from hfcli_core.hub.identity import Identity


class Source:
    def __init__(self, *tokens: Token | Exception) -> None:
        self.tokens, self.asked = list(tokens), 0

    def __call__(self) -> Token | None:
        self.asked += 1
        token = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        if isinstance(token, Exception):
            raise token
        return token


def token(name: str, seconds: float | None) -> Token:
    return Token(name * 20, name, expires_at=None if seconds is None else time.time() + seconds)


def identity(source: Source) -> Identity:
    return Identity(source, lambda: None)  # type: ignore[arg-type, return-value]  # nobody asks who it is


def test_one_without_an_end_is_found_once() -> None:
    source = Source(token("a", None))
    found = identity(source)
    assert {found.token, found.token} == {source.tokens[0]}
    assert source.asked == 1


def test_one_that_ends_soon_is_replaced() -> None:
    source = Source(token("a", 30), token("b", 3600))
    found = identity(source)
    assert found.token is not None
    assert [str(found.token.source) for _ in range(3)] == ["b"] * 3
    assert source.asked == 2


def test_a_source_without_another_is_asked_once_more_and_no_further() -> None:
    for nothing_new in (AuthenticationError("the vault is closed"), token("a", 30)):
        source = Source(token("a", 30), nothing_new)
        found = identity(source)
        sources = [found.token.source if found.token else None for _ in range(5)]
        assert (sources, source.asked) == (["a"] * 5, 2)


def test_a_refusal_asks_again() -> None:
    source = Source(token("a", 3600), token("b", 3600))
    found = identity(source)
    refused = found.token
    assert refused is not None
    assert found.renewed(refused)
    assert found.token is not None
    assert found.token.source == "b"
