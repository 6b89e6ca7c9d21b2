"""``hf version``, ``hf env`` and ``hf config list`` in every format."""

from __future__ import annotations

import csv
import http.server
import io
import json
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Hf

GUIDE = """\
huggingface_hub version, Platform, Python version, Running in iPython ?, Running in notebook ?,
Running in Google Colab ?, Running in Google Colab Enterprise ?, Token path ?, Has saved token ?, Who am I ?,
Configured git credential helpers, Installation method, Torch, httpx, hf_xet, gradio, tensorboard, pydantic, ENDPOINT,
HF_HUB_CACHE, HF_ASSETS_CACHE, HF_TOKEN_PATH, HF_STORED_TOKENS_PATH, HF_HUB_OFFLINE, HF_HUB_DISABLE_TELEMETRY,
HF_HUB_DISABLE_PROGRESS_BARS, HF_HUB_DISABLE_SYMLINKS_WARNING, HF_HUB_DISABLE_EXPERIMENTAL_WARNING,
HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_DISABLE_XET, HF_HUB_ETAG_TIMEOUT, HF_HUB_DOWNLOAD_TIMEOUT"""
LABELS = ["hfcli version", *(label.strip() for label in GUIDE.replace("\n", " ").split(","))]


class Whoami(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers["Authorization"] == "Bearer hf_" + "a" * 30
        body = json.dumps({"name": "wauplin", "type": "user"} if known else {"error": "no"}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Whoami) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def known(hf: Hf, endpoint: str) -> Hf:
    hf.environ |= {"HF_ENDPOINT": endpoint, "HF_TOKEN": "hf_" + "a" * 30}
    (hf.home / ".gitconfig").write_text("[credential]\n\thelper = store\n\thelper = cache --timeout 9\n")
    return hf


class TestEnv:
    def test_has_the_guides_fields_in_its_order(self, known: Hf) -> None:
        done = known("env")
        assert (done.returncode, done.stderr) == (0, "")
        intro, rows = done.stdout.split("GitHub issue.\n\n")
        assert intro == "\nCopy-and-paste the text below in your "
        assert rows.endswith("\n\n")
        assert [row[2:].split(": ")[0] for row in rows.splitlines() if row] == LABELS
        assert f"- hfcli version: {__version__}\n" in rows
        assert "- Who am I ?: wauplin\n" in rows
        assert "- Has saved token ?: True\n" in rows
        assert "- Configured git credential helpers: store, cache --timeout 9\n" in rows
        assert f"- HF_HUB_CACHE: {known.home}/hf/hub\n" in rows
        assert "- HF_HUB_DISABLE_PROGRESS_BARS: None\n" in rows
        assert "- HF_HUB_ETAG_TIMEOUT: 10\n" in rows
        assert "hf_aaa" not in done.stdout

    def test_has_the_same_in_json_and_csv(self, known: Hf) -> None:
        data = json.loads(known("env", "--json").stdout)
        assert list(data) == LABELS
        assert data["Has saved token ?"] is True
        [row] = csv.DictReader(io.StringIO(known("env", "--format", "csv").stdout))
        assert list(row) == LABELS

    @pytest.mark.parametrize("token", ["", "hf_" + "b" * 30, "not a token"])
    def test_goes_on_without_a_name(self, known: Hf, token: str) -> None:
        known.environ["HF_TOKEN"] = token
        data = json.loads(known("env", "--json").stdout)
        assert list(data) == [label for label in LABELS if label != "Who am I ?"]

    def test_goes_on_without_a_network_and_without_git(self, known: Hf) -> None:
        known.environ |= {"HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "relative"}
        done = known("env", "--json")
        assert done.returncode == 0
        assert "Who am I ?" not in json.loads(done.stdout)
        assert "Configured git credential helpers" not in json.loads(done.stdout)

    def test_shows_what_is_wrong_with_a_setting(self, hf: Hf) -> None:
        hf.environ |= {"HF_HUB_OFFLINE": "perhaps", "HF_ENDPOINT": "ftp://x"}
        fields = json.loads(hf("env", "--json").stdout)
        assert fields["HF_HUB_OFFLINE"] == "HF_HUB_OFFLINE: 'perhaps' is not true or false"
        assert fields["ENDPOINT"].startswith("HF_ENDPOINT: 'ftp://x' is not")

    def test_shows_the_rows_of_plugins_last(self, hf: Hf) -> None:
        hf.add_plugin("vpn", '@hookimpl\ndef hf_env_info(app):\n    return {"VPN": "on"}\n')
        hf.add_plugin("bad", "@hookimpl\ndef hf_env_info(app):\n    return 5\n")
        done = hf("env", stdin=subprocess.DEVNULL)
        assert done.returncode == 0
        assert done.stdout.endswith("- VPN: on\n\n")
        assert done.stderr == "Warning: hf_env_info of bad answered with a int, which is left out\n"


class TestVersion:
    @pytest.mark.parametrize("words", [[], ["-q"], ["--format", "human"], ["--format", "table"]])
    def test_is_bare(self, hf: Hf, words: list[str]) -> None:
        assert hf("version", *words).stdout == f"{__version__}\n"

    @pytest.mark.parametrize("words", [["--json"], ["--format", "agent"], ["--format=json"]])
    def test_names_the_plugins_for_programs(self, hf: Hf, words: list[str]) -> None:
        hf.add_plugin("vpn", "")
        data = json.loads(hf("version", *words).stdout)
        assert data["version"] == __version__
        assert data["plugins"]["vpn"] == "1.0"

    @pytest.mark.parametrize("name", ["AI_AGENT", "AGENT"])
    def test_an_agent_is_recognised(self, hf: Hf, name: str) -> None:
        hf.environ[name] = "somebody"
        assert json.loads(hf("version").stdout)["version"] == __version__
        assert hf("version", "--format", "human").stdout == f"{__version__}\n"


class TestConfigList:
    def rows(self, hf: Hf, *words: str) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in json.loads(hf(*words, "config", "list", "--json").stdout)}

    def write(self, hf: Hf, text: str) -> None:
        path = hf.home / "config" / "hfcli" / "config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text)

    def test_says_where_each_value_comes_from(self, hf: Hf) -> None:
        self.write(hf, 'endpoint = "http://file"\nlock_timeout = "5m"\n[http]\nmax_outage = 7\n')
        hf.environ |= {"HF_TOKEN": "hf_" + "a" * 30, "HFCLI_MAX_OUTAGE": "9"}
        rows = self.rows(hf, "--endpoint", "http://flag")
        file = f"config {hf.home}/config/hfcli/config.toml"
        assert (rows["endpoint"]["value"], rows["endpoint"]["origin"]) == ("http://flag", "flag --endpoint")
        assert (rows["http.max_outage"]["value"], rows["http.max_outage"]["origin"]) == (
            9.0,
            "environment HFCLI_MAX_OUTAGE",
        )
        assert (rows["lock_timeout"]["value"], rows["lock_timeout"]["origin"]) == (300.0, file)
        assert (rows["offline"]["value"], rows["offline"]["origin"]) == (False, "default")
        assert rows["token"]["value"] == "hf_****aaaa"

    def test_people_see_origins_on_demand(self, hf: Hf) -> None:
        plain, origins = hf("config", "list"), hf("config", "ls", "--show-origin")
        assert plain.stdout.split()[:2] == ["NAME", "VALUE"]
        assert "ORIGIN" not in plain.stdout
        assert origins.stdout.split()[:3] == ["NAME", "VALUE", "ORIGIN"]
        assert "environment HF_ENDPOINT" in origins.stdout
        assert "config.toml" in plain.stderr

    def test_a_bad_value_does_not_hide_the_others(self, hf: Hf) -> None:
        hf.environ["HF_HUB_OFFLINE"] = "perhaps"
        rows = self.rows(hf)
        assert "'perhaps' is not true or false" in rows["offline"]["error"]
        assert (rows["offline"]["value"], rows["debug"]["value"]) == (None, False)
        assert "'perhaps' is not true or false" in hf("config", "list").stderr

    def test_settings_of_plugins_are_settings(self, hf: Hf) -> None:
        hf.add_plugin(
            "lint",
            """
            @hookimpl
            def hf_settings():
                return [SettingSpec("lint.level", help="How strict", default="warn", env=("HF_LINT_LEVEL",))]
            """,
        )
        hf.environ["HF_LINT_LEVEL"] = "error"
        row = self.rows(hf)["lint.level"]
        assert (row["value"], row["origin"]) == ("error", "environment HF_LINT_LEVEL")


COMMANDS = ["version", "env", "config list --show-origin", "plugins ls"]


@pytest.mark.parametrize("line", COMMANDS)
@pytest.mark.parametrize("format_name", ["auto", "human", "table", "json", "csv", "quiet", "agent"])
def test_every_format_works_in_a_pipe(hf: Hf, line: str, format_name: str) -> None:
    hf.add_plugin("vpn", "")
    done = hf(*line.split(), "--format", format_name, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "\x1b" not in done.stdout + done.stderr
    if format_name == "json":
        json.loads(done.stdout)


@pytest.mark.parametrize("line", ["--help", *COMMANDS, "config list --json", "nosuch"])
@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"COLUMNS": "20"},
        {"COLUMNS": "1"},
        {"TERM": "dumb"},
        {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"},
    ],
    ids=lambda environ: " ".join(f"{name}={value}" for name, value in environ.items()),
)
def test_every_console_is_served(hf: Hf, line: str, environ: dict[str, str]) -> None:
    hf.add_plugin(
        "snowman",
        """
        @hookimpl
        def hf_commands():
            return [CommandSpec("snow", help="Make \u2603 of \\U0001f600 snow")]

        @hookimpl
        def hf_env_info(app):
            return {"\u2603": "\u00e9"}
        """,
    )
    done = subprocess.run(
        hf.argv(*line.split()),
        env=hf.environ | environ,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode == (2 if line == "nosuch" else 0), done.stderr
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
