"""What each format makes of a table, a result, a document and an error."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hfcli_core.errors import HfError, RepoNotFoundError, UsageError
from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format, parse_format
from hfcli_core.output.prompts import Aborted
from hfcli_core.output.tables import Column

ROWS: list[dict[str, Any]] = [
    {"id": "alice/model", "size": 3_200_000, "refs": ["main", "v1"], "private": False, "sha": "a" * 40},
    {"id": "alice/\x1b[2Jdata", "size": 12, "refs": [], "private": True, "sha": None},
]
COLUMNS = [Column("id"), Column("size", align="right"), Column("private")]

TABLES = {
    Format.HUMAN: (
        "ID                SIZE    PRIVATE \n"
        "----------------- ------- ------- \n"
        "alice/model       3200000 no      \n"
        "alice/\\x1b[2Jdata      12 yes     \n"
        "\n"
        "Found 2 repos.\n"
    ),
    Format.JSON: (
        '[{"id":"alice/model","size":3200000,"refs":["main","v1"],"private":false,"sha":"' + "a" * 40 + '"},'
        '{"id":"alice/\\u001b[2Jdata","size":12,"refs":[],"private":true,"sha":null}]\n'
    ),
    Format.CSV: (
        "id,size,refs,private,sha\r\n"
        "alice/model,3200000,main v1,false," + "a" * 40 + "\r\n"
        "alice/\\x1b[2Jdata,12,,true,\r\n"
    ),
    Format.QUIET: "alice/model\nalice/\\x1b[2Jdata\n",
    Format.AGENT: "id\tsize\tprivate\nalice/model\t3200000\tfalse\nalice/\\x1b[2Jdata\t12\ttrue\n",
}
EMPTY_TABLES = {
    Format.HUMAN: "No repos.\n",
    Format.JSON: "[]\n",
    Format.CSV: "id,size,private\r\n",
    Format.QUIET: "",
    Format.AGENT: "No repos.\n",
}
RESULTS = {
    Format.HUMAN: "Uploaded.\n  at: https://hub/alice/model\n",
    Format.JSON: '{"url":"https://hub/alice/model","commit":null,"files":["a","b"]}\n',
    Format.CSV: "url,commit,files\r\nhttps://hub/alice/model,,a b\r\n",
    Format.QUIET: "https://hub/alice/model\n",
    Format.AGENT: '{"url":"https://hub/alice/model","commit":null,"files":["a","b"]}\n',
}
ERROR = RepoNotFoundError("no such model: alice/\x1b[2Jx", hint="check the\nspelling", request_id="Root=1-2")
ERROR_TEXT = "Error: no such model: alice/\\x1b[2Jx\nHint: check the\\nspelling\nRequest id: Root=1-2\n"


@pytest.mark.parametrize("shown_as", Format)
def test_table(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as)
    spoken.output.table(ROWS, COLUMNS, quiet="id", footer="Found 2 repos.")
    assert (spoken.out, spoken.err) == (TABLES[shown_as], "")


@pytest.mark.parametrize("shown_as", Format)
def test_empty_table(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as)
    spoken.output.table([], COLUMNS, quiet="id", empty="No repos.", footer="Found 0 repos.")
    assert (spoken.out, spoken.err) == (EMPTY_TABLES[shown_as], "")


@pytest.mark.parametrize("shown_as", Format)
def test_result(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as)
    data = {"url": "https://hub/alice/model", "commit": None, "files": ["a", "b"]}
    spoken.output.result("Uploaded.\n  at: https://hub/alice/model", data, quiet="https://hub/alice/model")
    assert (spoken.out, spoken.err) == (RESULTS[shown_as], "")


@pytest.mark.parametrize("shown_as", Format)
def test_document(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as)
    spoken.output.document({"path": PurePosixPath("a/b"), "rate": float("inf"), "tags": {"é"}})
    if shown_as is Format.HUMAN:
        assert spoken.out == '{\n  "path": "a/b",\n  "rate": null,\n  "tags": [\n    "é"\n  ]\n}\n'
    else:
        assert spoken.out == '{"path":"a/b","rate":null,"tags":["é"]}\n'


@pytest.mark.parametrize("shown_as", [Format.HUMAN, Format.CSV, Format.QUIET, Format.AGENT])
def test_error_for_people(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as)
    spoken.output.error(ERROR)
    assert (spoken.out, spoken.err) == ("", ERROR_TEXT)


def test_error_for_programs(speak: Any) -> None:
    spoken = speak(Format.JSON)
    spoken.output.error(ERROR)
    assert spoken.out == ""
    assert spoken.err.count("\n") == 1
    assert json.loads(spoken.err) == {
        "error": {
            "code": "repo-not-found",
            "message": "no such model: alice/\x1b[2Jx",
            "hint": "check the\nspelling",
            "exit_code": 5,
            "retryable": False,
            "request_id": "Root=1-2",
            "details": {},
        }
    }


def test_an_abort_is_no_error(speak: Any) -> None:
    spoken = speak()
    spoken.output.error(Aborted())
    assert spoken.err == "Aborted.\n"
    assert Aborted.exit_code == 1


@pytest.mark.parametrize("shown_as", Format)
def test_what_is_said_besides(speak: Any, shown_as: Format) -> None:
    spoken = speak(shown_as, verbosity=1)
    output: Output = spoken.output
    output.print("for people\x07")
    output.note("a note")
    output.warn("a warning\r")
    output.hint("a hint")
    output.verbose("more")
    output.verbose("even more", 2)
    assert spoken.out == ("for people\\x07\n" if shown_as is Format.HUMAN else "")
    if shown_as is Format.QUIET:
        assert spoken.err == "Warning: a warning\\r\nmore\n"
    else:
        assert spoken.err == "a note\nWarning: a warning\\r\nHint: a hint\nmore\n"


def test_a_format_of_a_plugin(speak: Any) -> None:
    def render(rows: list[dict[str, Any]]) -> str:
        return "\n".join(f"- {row['id']}" for row in rows)

    spoken = speak(render=render)
    spoken.output.table(ROWS, COLUMNS, quiet="id")
    spoken.output.result("human", {"id": 1}, quiet="1")
    spoken.output.document({"id": "\x1b"})
    spoken.output.print("human")
    spoken.output.error(HfError("x"))
    assert spoken.out == "- alice/model\n- alice/\\x1b[2Jdata\n- 1\n- \\x1b\n"
    assert json.loads(spoken.err)["error"]["code"] == "failed"


def test_raw_bytes_stay_as_they_are(speak: Any) -> None:
    spoken = speak(Format.JSON, encoding="latin-1")
    spoken.output.raw(b"\x00\x1b[31m\xff\r\n")
    assert spoken.out == "\x00\x1b[31m\xff\r\n"


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ("auto", {}, Format.HUMAN),
        ("auto", {"AI_AGENT": ""}, Format.HUMAN),
        ("auto", {"AI_AGENT": "some"}, Format.AGENT),
        ("auto", {"AGENT": "some"}, Format.AGENT),
        ("human", {"AGENT": "some"}, Format.HUMAN),
        ("table", {}, Format.HUMAN),
        ("csv", {}, Format.CSV),
    ],
)
def test_the_names_of_formats(text: str, environ: dict[str, str], expected: Format) -> None:
    assert parse_format(text, environ) is expected


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="yml") as caught:
        parse_format("yml", {})
    assert caught.value.hint == "one of auto, table, human, json, csv, quiet, agent"
