"""``hf api`` through the command line."""

from __future__ import annotations

import json

import pytest
from hfcli_core.errors import UsageError
from hfcli_core.hub.fields import parse_fields


def test_an_answer_as_it_came(hub, cli) -> None:
    result = cli("api", "whoami-v2")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.json()["name"] == "alice"
    assert cli("api", "/api/whoami-v2").stdout == cli("api", "api/whoami-v2").stdout == result.stdout


def test_fields_make_a_post(hub, cli) -> None:
    result = cli("api", "repos/create", "-f", "name=demo", "-f", "type=dataset", "-F", "private=true")
    assert result.returncode == 0, result.stderr
    assert hub.repo("alice/demo", "dataset").private
    again = cli("api", "repos/create", "-f", "name=demo", "-f", "type=dataset", "--json")
    assert (again.returncode, again.stdout) == (11, "")
    assert json.loads(again.stderr)["error"]["code"] == "conflict"


@pytest.mark.parametrize(("method", "pages"), [(["-X", "get"], []), ([], ["--paginate"])])
def test_fields_of_a_get_are_its_query(hub, cli, method, pages) -> None:
    hub.create_repo("alice/demo")
    result = cli("api", *method, "models/alice/demo/tree/main", "-F", "recursive=true", *pages)
    assert [entry["path"] for entry in result.json()] == [".gitattributes"]


def test_an_answer_is_left_as_it_came_unless_a_format_is_asked_for(hub, cli) -> None:
    as_it_came = cli("api", "whoami-v2").stdout
    assert not as_it_came.endswith("\n")
    for words in (["--json"], ["--format", "agent"]):
        assert cli("api", "whoami-v2", *words).stdout == as_it_came + "\n"
    indented = cli("api", "whoami-v2", "--format", "human").stdout
    assert indented.startswith('{\n  "type": "user"')
    assert json.loads(indented) == json.loads(as_it_came)


def test_a_body_from_standard_input(hub, cli) -> None:
    result = cli("api", "repos/create", "--input", "-", stdin='{"name":"demo","type":"model"}')
    assert result.returncode == 0, result.stderr
    assert hub.repo("alice/demo")


def test_the_headers_too(hub, cli) -> None:
    result = cli("api", "whoami-v2", "-i", "-H", "X-Test: 1")
    head, _, body = result.stdout.partition("\n\n")
    assert head.startswith("HTTP 200\n")
    assert "content-type: application/json" in head
    assert json.loads(body)["name"] == "alice"


@pytest.mark.parametrize(
    ("arguments", "options", "exit_code", "words"),
    [
        (["models/alice/nothing"], {}, 5, "Repository not found for alice"),
        (["whoami-v2"], {"token": None}, 4, "wants a token"),
        (["whoami-v2"], {"token": "hf_" + "x" * 34}, 4, "The token from HF_TOKEN was refused"),
        (["whoami-v2"], {"env": {"HF_HUB_OFFLINE": "1"}}, 12, "offline mode is on"),
        (["https://elsewhere.example/api/whoami-v2"], {}, 6, "is not the endpoint"),
        (["x", "-f", "novalue"], {}, 2, "not of the form key=value"),
        (["x", "-H", "Authorization: Bearer x"], {}, 2, "cannot be given"),
        (["x", "-H", "nonsense"], {}, 2, "not of the form NAME:VALUE"),
        (["x", "--input", "missing.json"], {}, 2, "Cannot read missing.json"),
        (["x", "-X", "POST", "--paginate"], {}, 2, "for GET requests"),
        (["whoami-v2"], {"env": {"HF_ENDPOINT": "http://127.0.0.1:9"}}, 6, "Cannot connect to http://127.0.0.1:9"),
    ],
)
def test_failures(cli, arguments, options, exit_code, words) -> None:
    result = cli("api", *arguments, **options)
    assert (result.returncode, result.stdout) == (exit_code, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 5


def test_no_secret_in_the_debug_log(hub, cli) -> None:
    result = cli("api", "whoami-v2", "--debug")
    assert result.returncode == 0
    assert "/api/whoami-v2 → 200" in result.stderr
    assert hub.token("alice") not in result.stderr + result.stdout


def test_a_stored_token_stays_with_its_endpoint(hub, cli) -> None:
    cli.hf_home.mkdir(parents=True, exist_ok=True)
    token = cli.hf_home / "token"
    token.write_text(hub.token("alice"))
    token.chmod(0o600)
    result = cli("api", "whoami-v2", token=None)
    assert result.returncode == 4
    assert "the stored token belongs to https://huggingface.co and was not sent to" in result.stderr
    assert not any(request.authorized for request in hub.record)
    belongs_here = {"HFCLI_OFFICIAL_ENDPOINT": hub.endpoint}
    assert cli("api", "whoami-v2", token=None, env=belongs_here).json()["name"] == "alice"


@pytest.mark.parametrize(
    ("raw", "typed", "expected"),
    [
        (["a=1", "b="], [], {"a": "1", "b": ""}),
        (
            [],
            ["a=1", "b=true", "c=null", "d=-7", "e=1.5", "f=x=y"],
            {"a": 1, "b": True, "c": None, "d": -7, "e": "1.5", "f": "x=y"},
        ),
        (["a[b][c]=x", "a[b][d]=y"], [], {"a": {"b": {"c": "x", "d": "y"}}}),
        (["a[]=x", "a[]=y"], ["n[m][]=1"], {"a": ["x", "y"], "n": {"m": [1]}}),
    ],
)
def test_fields(raw, typed, expected) -> None:
    assert parse_fields(raw, typed) == expected


def test_a_field_from_a_file(tmp_path) -> None:
    file = tmp_path / "text"
    file.write_text("from a file\n")
    assert parse_fields([], [f"a=@{file}"]) == {"a": "from a file\n"}


@pytest.mark.parametrize("fields", [["=x"], ["a"], ["a[=x"], ["[a]=x"], ["a=1", "a[b]=2"], ["a[]=1", "a[b]=2"]])
def test_fields_that_do_not_fit(fields) -> None:
    with pytest.raises(UsageError):
        parse_fields(fields, [])
