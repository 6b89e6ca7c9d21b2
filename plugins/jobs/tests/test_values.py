from __future__ import annotations

from typing import Any

import pytest
from hfcli_core.api import UsageError
from hfcli_core.dotenv import parse_binding, parse_dotenv
from hfcli_jobs.request import image_stem
from hfcli_jobs.template import render
from hfcli_jobs.values import image_fields, parse_job_id, parse_seconds, parse_volume


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("1.5h", 5400), ("30m", 1800), ("2d", 172800), ("1w", 604800), ("1mo", 2592000)],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "x", "-5", "0", "5 x", "1h30m", "1e3", "inf"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        parse_seconds(text)


@pytest.mark.parametrize(
    ("line", "binding"),
    [
        ("A=b", ("A", "b")),
        ("A=", ("A", "")),
        ("A", ("A", None)),
        ("export A=b", ("A", "b")),
        ("A = b ", ("A", "b")),
        ("A='b c' # x", ("A", "b c")),
        ('A="b\\n\\t\\"\\\\\\$"', ("A", 'b\n\t"\\$')),
        ("A='b\\n'", ("A", "b\\n")),
        ("A=b#c", ("A", "b#c")),
        ("A=b #c", ("A", "b")),
        ("A=b=c", ("A", "b=c")),
        ("A=\u00e9", ("A", "\u00e9")),
        ("A={\"a\": 'b'}", ("A", "{\"a\": 'b'}")),
    ],
)
def test_bindings(line: str, binding: tuple[str, str | None]) -> None:
    assert parse_binding(line, "-e") == binding
    assert parse_dotenv(f"# x\n\n{line}\r\nZ=1\n", "file") == dict([binding, ("Z", "1")])


def test_a_value_of_several_lines() -> None:
    text = "KEY=\"-----BEGIN\nabc=\n-----END\"\nB='x\ny'\n"
    assert parse_dotenv(text, "file") == {"KEY": "-----BEGIN\nabc=\n-----END", "B": "x\ny"}


def test_a_line_that_is_none_is_named_and_not_shown() -> None:
    with pytest.raises(UsageError, match="line 2 of file") as raised:
        parse_dotenv("A=1\nsecret words\n", "file")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abc123", (None, "abc123")),
        ("me/abc123", ("me", "abc123")),
        ("https://huggingface.co/jobs/me/abc123", ("me", "abc123")),
    ],
)
def test_job_ids(text: str, found: tuple[str | None, str]) -> None:
    assert parse_job_id(text, None) == found


READ = {"mountPath": "/m", "readOnly": True}


@pytest.mark.parametrize(
    ("text", "volume"),
    [
        ("hf://a/b:/m", {"type": "model", "source": "a/b", "mountPath": "/m", "readOnly": True}),
        ("hf://models/a/b:/m:ro", {"type": "model", "source": "a/b", "mountPath": "/m", "readOnly": True}),
        (
            "hf://buckets/a/b/c:/m:ro",
            {**READ, "type": "bucket", "source": "a/b", "path": "c"},
        ),
        (
            "hf://spaces/a/b@v1:/m",
            {**READ, "type": "space", "source": "a/b", "revision": "v1"},
        ),
    ],
)
def test_volumes(text: str, volume: dict[str, Any]) -> None:
    assert parse_volume(text) == volume


def test_images() -> None:
    assert image_fields("hf.co/spaces/a/b") == image_fields("https://huggingface.co/spaces/a/b/") == {"spaceId": "a/b"}
    assert image_fields("ghcr.io/a/b:1") == {"dockerImage": "ghcr.io/a/b:1"}
    assert image_stem("ghcr.io/a/b:1@sha256:x") == "b"


def test_templates() -> None:
    row = {"id": "1", "labels": {"a": None}, "command": ["x", "y"]}
    assert render("{{ .ID }}-{{.labels.a}}-{{.command}}-{{json .}}", [row]) == [
        '1--x y-{"id": "1", "labels": {"a": null}, "command": ["x", "y"]}'
    ]
