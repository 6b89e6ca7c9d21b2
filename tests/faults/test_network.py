"""Faults of the network and of servers, once each, through ``hf download`` (docs/faults.md, N1–N26)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hfcli_hub.faults import (
    Close,
    ExpiredSignature,
    Gzip,
    Headers,
    IgnoreRange,
    Redirect,
    Reset,
    Rule,
    Slow,
    Stall,
    Status,
    Truncate,
    WrongBytes,
    WrongLength,
    WrongRange,
)

from tests.faults.scene import BIG, MIB, REPO, Scene

API, RESOLVE, CONTENT = "/api/models/*", "*/resolve/*", "/*"


@dataclass(frozen=True)
class Fault:
    """``code`` of a download of the whole repo, and what stderr must match."""

    row: str
    rules: tuple[Rule, ...]
    code: int = 0
    says: str = ""
    env: tuple[tuple[str, str], ...] = ()
    marks: tuple[pytest.MarkDecorator, ...] = ()


def content(do, **match) -> Rule:
    return Rule(do, host="content", method="GET", **match)


def api(do, **match) -> Rule:
    return Rule(do, host="hub", path=API, **match)


def resolve(do, **match) -> Rule:
    return Rule(do, host="hub", path=RESOLVE, **match)


SHORT = (("HF_HUB_DOWNLOAD_TIMEOUT", "1"), ("HF_HUB_ETAG_TIMEOUT", "1"))
SLOW = (pytest.mark.slow,)
BROKEN = content(Reset(at=MIB), times=1)
LOGIN = Status(200, {"Content-Type": "text/html"}, "<html><title>Log in</title></html>")

FAULTS = [
    Fault("N1-once", (BROKEN,)),
    Fault("N1-every-mebibyte", (content(Reset(at=MIB)),)),
    Fault("N1-small-file", (resolve(Reset(at=0), times=2),)),
    Fault("N1-listing", (api(Reset(at="headers"), times=2),)),
    Fault("N2", (content(Close(at=MIB), times=1),)),
    Fault("N2-listing", (api(Close(at=10), nth=2),)),
    Fault("N3", (content(Truncate(at=MIB), times=1),)),
    Fault("N3-always", (content(Truncate(at=1000)),), 9, "ended after", marks=SLOW),
    Fault("N3-nothing", (resolve(Truncate(at=0), times=1),)),
    Fault("N4", (content(Stall(at=MIB), times=1),), env=SHORT),
    Fault("N4-always", (content(Stall(at=MIB)), content(Stall(at=0), nth=2)), 0, env=SHORT, marks=SLOW),
    Fault("N4-dead", (content(Stall(at=0)),), 7, env=SHORT, marks=SLOW),
    Fault("N5", (content(Slow(3)),), 7, env=SHORT, marks=SLOW),
    Fault("N6-file", (resolve(Stall(at="start")),), 7, "did not answer within 1 s", SHORT, SLOW),
    Fault("N6-api", (api(Stall(at="start")),), 7, "did not answer within 1 s", SHORT),
    Fault("N7-once", (content(WrongBytes(at=MIB), times=1),)),
    Fault("N7-always", (content(WrongBytes(at=MIB)),), 9, BIG),
    Fault("N7-small-file", (resolve(WrongBytes(at=2)),), 9, "wrong bytes"),
    Fault("N8-shifted", (BROKEN, content(WrongRange(shift=1), nth=2))),
    Fault("N8-denied", (BROKEN, content(WrongRange(shift=1, admit=False), nth=2))),
    Fault("N9", (BROKEN, content(IgnoreRange()))),
    Fault("N10", (BROKEN, content(Status(416), nth=2))),
    Fault("N12", (Rule(Status(405), method="HEAD"),)),
    *(Fault(f"N13-api-{status}", (api(Status(status), times=1),)) for status in (500, 504)),
    Fault("N13-file", (resolve(Status(503), times=1), content(Status(502), times=1))),
    Fault("N13-always", (api(Status(503)),), 8, "503", (("HFCLI_MAX_OUTAGE", "1"),)),
    Fault("N14-seconds", (api(Status(429, {"Retry-After": "1"}), times=1),)),
    Fault("N14-file", (resolve(Status(429, {"RateLimit": '"r";r=0;t=1'}), times=1),)),
    Fault("N14-none", (api(Status(429), times=1),)),
    Fault("N14-absurd", (api(Status(429, {"Retry-After": "99999999"})),), 8, "asks to wait"),
    Fault("N14-date", (api(Status(429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})),), 8, "Rate limited"),
    Fault("N15", (BROKEN, content(ExpiredSignature(), nth=2))),
    Fault("N16-api", (api(Redirect("{url}")),), 6, "[Tt]oo many redirects"),
    Fault("N16-file", (resolve(Redirect("{url}")),), 6, "[Tt]oo many redirects"),
    Fault("N16-relative", (resolve(Redirect("{url}"), times=1),)),
    Fault("N18-content", (resolve(Redirect("http://localhost:1/x")),), 6, "localhost"),
    Fault("N21-login", (api(LOGIN),), 6, "(?i)login|proxy"),
    Fault("N21-proxy", (api(Status(407)),), 6, "(?i)proxy"),
    Fault("N21-login-in-content", (resolve(LOGIN),), 6, "web page instead of"),
    Fault("N22-gzip", (content(Gzip()),), 9),
    Fault("N22-chunked", (content(Headers({"Content-Length": ""})),)),
    Fault("N23", (Rule(Close(at="end")),)),
    Fault("S08-longer", (content(WrongLength(-1000), times=1),)),
    Fault("S08-other", (resolve(Status(200, body="x" * 100_000)),), 9, "more bytes"),
]


@pytest.mark.parametrize("fault", [pytest.param(f, id=f.row, marks=f.marks) for f in FAULTS])
def test_fault(scene: Scene, fault: Fault) -> None:
    scene.forbid(*fault.rules)
    scene.run("download", REPO, "--max-workers", "2", code=fault.code, says=fault.says, env=dict(fault.env))
    if fault.code == 0:
        scene.check_files()
        return
    assert not (scene.cached / "refs").exists()
    scene.finish("download", REPO)
