"""Whatever text a server or a person sends, what comes out is an answer or one of our errors."""

from __future__ import annotations

import contextlib
import math

import pytest
from hfcli_core.errors import HfError, IntegrityError, NetworkError, UsageError
from hfcli_core.hub.addresses import checked_endpoint, localize, next_link, origin_of, redirect_target
from hfcli_core.hub.proxies import proxy_for
from hfcli_core.hub.redaction import redact
from hfcli_core.hub.refs import parse_repo
from hfcli_core.hub.responses import Response
from hfcli_core.hub.retry import asked_wait
from hypothesis import example, given, settings, strategies as st

HOME = "https://hub.example/prefix"
ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.builds("{}://{}".format, st.sampled_from(["http", "https", "HTTP", "file", ""]), st.text(max_size=40)),
    st.builds("//{}".format, st.text(max_size=40)),
    st.builds("http://[{}".format, st.text(max_size=20)),
    st.builds("http://host:{}/x".format, st.text(max_size=8)),
)


@settings(deadline=None)
@given(ADDRESSES)
@example("http://[::1")
@example("http://[v1.x]/")
@example("http://host:9" + "9" * 400)
@example("http://\u2100.example")
def test_addresses(text: str) -> None:
    with contextlib.suppress(NetworkError):
        target = redirect_target(HOME, text)
        assert origin_of(target).scheme in ("http", "https")
        assert "@" not in target.split("/")[2]
    with contextlib.suppress(NetworkError):
        localize(text, HOME)
    with contextlib.suppress(UsageError):
        checked_endpoint(text)
    with contextlib.suppress(UsageError):
        parse_repo(text, endpoint=HOME)


@settings(deadline=None)
@given(st.text(max_size=200))
@example("<" * 5000)
@example("<x>;" * 5000)
def test_headers(text: str) -> None:
    link = next_link({"link": text})
    assert link is None or link in text
    for name in ("retry-after", "ratelimit"):
        wait = asked_wait({name: text, "date": text})
        assert wait is None or (wait >= 0 and math.isfinite(wait))


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_proxies(variable: str, exceptions: str) -> None:
    assert proxy_for("https://hub.example/x", {"HTTPS_PROXY": variable, "NO_PROXY": exceptions}) in (
        None,
        variable,
        f"http://{variable}",
    )


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b'{"a":' * 5000)
@example(b"1" * 5000)
@example(b'"\\ud800"')
def test_bodies(body: bytes) -> None:
    response = Response("GET", "https://hub.example/x", 200, {}, body)
    with contextlib.suppress(IntegrityError, NetworkError):
        response.json()


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "hf_" * 10**5, "authorization:" * 10**5, "http://" * 10**5, "&token=" * 10**5]
)
def test_redaction_takes_no_time(text: str) -> None:
    import time

    started = time.monotonic()
    redact(text)
    assert time.monotonic() - started < 2


@settings(deadline=None)
@given(ADDRESSES)
def test_endpoints_never_show_their_credentials(text: str) -> None:
    with pytest.raises(HfError) as caught:
        checked_endpoint(f"https://user:s3cret-word@{text.replace('/', '')}x")
    assert "s3cret" not in str(caught.value)
