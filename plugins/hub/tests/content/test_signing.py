from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hfcli_hub.server.signing import BadSignatureError, signed_address, verify

SECRET = b"k" * 32


def address(lifetime: float = 60, **params: str) -> tuple[str, str]:
    url = signed_address(SECRET, "http://cdn:1/", "/lfs/a b", method="GET", lifetime=lifetime, params=params)
    parts = urlsplit(url)
    assert url.startswith("http://cdn:1/lfs/a%20b?")
    return unquote(parts.path), parts.query


def test_the_signed_parameters_come_back() -> None:
    path, query = address(filename='ünï & "q".bin', size="3")
    for method in ("GET", "HEAD"):
        assert verify(SECRET, method=method, path=path, query=query) == {"filename": 'ünï & "q".bin', "size": "3"}


def test_nothing_of_a_signed_address_can_be_changed() -> None:
    path, query = address(size="3")
    later = query.replace("Expires=1", "Expires=2")
    assert later != query
    attempts = [
        (SECRET, "PUT", path, query),
        (SECRET, "GET", path + "b", query),
        (SECRET, "GET", path, query.replace("size=3", "size=4")),
        (SECRET, "GET", path, query + "&size=4"),
        (SECRET, "GET", path, query + "&extra=1"),
        (SECRET, "GET", path, later),
        (SECRET, "GET", path, ""),
        (SECRET, "GET", path, query[:-1] + "é"),
        (b"other", "GET", path, query),
    ]
    for secret, method, tried_path, tried_query in attempts:
        with pytest.raises(BadSignatureError, match="does not match"):
            verify(secret, method=method, path=tried_path, query=tried_query)


def test_an_address_expires() -> None:
    path, query = address(lifetime=-1)
    with pytest.raises(BadSignatureError, match="expired"):
        verify(SECRET, method="GET", path=path, query=query)
