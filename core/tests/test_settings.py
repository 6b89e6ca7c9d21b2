"""Where a setting's value comes from, and what happens to a bad one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hfcli_core import settings as table
from hfcli_core.errors import UsageError
from hfcli_core.settings import Settings, as_text, mask
from hfcli_core.settings_file import read_config
from hfcli_core.settings_types import KINDS, Setting, parse_bool, parse_duration, parse_endpoint
from hfcli_core.specs import SettingSpec

HOME = {"HOME": "/home/alice"}


@pytest.fixture
def configured(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with a configuration file of that text."""

    def make(
        text: str | bytes, *, environ: dict[str, str] | None = None, flags: dict[str, str] | None = None
    ) -> Settings:
        path = tmp_path / "config.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Settings(environ=environ or HOME, flags=flags, config_file=path)

    return make


def test_flag_beats_environment_beats_file_beats_default(configured: Callable[..., Settings]) -> None:
    text = 'endpoint = "http://file"'
    environ = {"HF_ENDPOINT": "http://environment"}

    def found(settings: Settings) -> tuple[str, str]:
        return settings[table.ENDPOINT], settings.origin(table.ENDPOINT)

    by_flag = configured(text, environ=environ, flags={"endpoint": "http://flag"})
    by_file = configured(text)
    assert found(by_flag) == ("http://flag", "flag --endpoint")
    assert found(configured(text, environ=environ)) == ("http://environment", "environment HF_ENDPOINT")
    assert found(by_file) == ("http://file", f"config {by_file.config_file}")
    assert found(Settings(environ={})) == ("https://huggingface.co", "default")


def test_every_default_can_be_read_and_shown() -> None:
    settings = Settings(environ=HOME)
    assert {settings.origin(setting) for setting in settings} == {"default"}
    shown = {setting.name: as_text(settings[setting]) for setting in settings}
    assert shown["hub_cache"] == str(Path("/home/alice/.cache/huggingface/hub"))
    assert shown["http.max_outage"] == "600"
    assert shown["disable_progress_bars"] == ""
    assert shown["offline"] == "false"


def test_names_and_variables_belong_to_one_setting() -> None:
    variables = [variable for setting in table.TABLE for variable in setting.env]
    assert len(set(variables)) == len(variables)
    assert len({setting.name for setting in table.TABLE}) == len(table.TABLE)


@pytest.mark.parametrize(
    ("environ", "hub", "token"),
    [
        ({}, "/home/alice/.cache/huggingface/hub", "/home/alice/.cache/huggingface/token"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/huggingface/hub", "/x/huggingface/token"),
        ({"XDG_CACHE_HOME": "/x", "HF_HOME": "~/hf"}, "/home/alice/hf/hub", "/home/alice/hf/token"),
        ({"HF_HOME": "", "XDG_CACHE_HOME": "  "}, "/home/alice/.cache/huggingface/hub", None),
        ({"HUGGINGFACE_HUB_CACHE": "/old"}, "/old", None),
        ({"HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/new"}, "/new", None),
        ({"HF_HUB_CACHE": "$SCRATCH/hub", "SCRATCH": "/s"}, "/s/hub", None),
        ({"HF_HUB_CACHE": "${SCRATCH}$UNKNOWN", "SCRATCH": "/s"}, "/s$UNKNOWN", None),
        ({"HF_HOME": "$HF_HOME/x"}, "$HF_HOME/x/x/hub", None),
        ({"HF_TOKEN_PATH": "/secrets/token"}, "/home/alice/.cache/huggingface/hub", "/secrets/token"),
    ],
)
def test_paths(environ: dict[str, str], hub: str, token: str | None) -> None:
    settings = Settings(environ={**HOME, **environ})
    assert settings[table.HUB_CACHE] == Path(hub)
    assert token is None or settings[table.TOKEN_PATH] == Path(token)


def test_a_relative_path_in_the_file_is_relative_to_the_file(configured: Callable[..., Settings]) -> None:
    settings = configured('hub_cache = "caches/hub"')
    assert settings.config_file is not None
    assert settings[table.HUB_CACHE] == Path(settings.config_file).parent / "caches/hub"


@pytest.mark.parametrize("text", ["1", "on", "YES", "True", " true "])
def test_true(text: str) -> None:
    assert parse_bool(text) is True
    assert Settings(environ={"TRANSFORMERS_OFFLINE": text})[table.OFFLINE] is True


@pytest.mark.parametrize("text", ["0", "off", "No", "FALSE"])
def test_false(text: str) -> None:
    assert parse_bool(text) is False


@pytest.mark.parametrize(("text", "value"), [(None, None), ("", None), ("1", True), ("false", False)])
def test_a_tri_state(text: str | None, value: bool | None) -> None:
    environ = {} if text is None else {"HF_HUB_DISABLE_PROGRESS_BARS": text}
    assert Settings(environ=environ)[table.DISABLE_PROGRESS_BARS] is value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), ("2.5", 2.5), ("500ms", 0.5), ("30s", 30), ("5m", 300), ("1 h", 3600), ("1D", 86400), ("0", 0)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1", "5 weeks", "nan", "inf", "1e999", "1h30m"])
def test_bad_durations(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text of this error is never shown
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("https://hub.example.com/", "https://hub.example.com"),
        ("http://127.0.0.1:8000//", "http://127.0.0.1:8000"),
        ("https://example.com/hub/", "https://example.com/hub"),
        ("http://[::1]:80", "http://[::1]:80"),
        (" https://hub\n", "https://hub"),
    ],
)
def test_endpoints(text: str, endpoint: str) -> None:
    assert parse_endpoint(text) == endpoint


@pytest.mark.parametrize(
    "text",
    [
        "hub.example.com",
        "ftp://hub",
        "https://",
        "https:///path",
        "https://:80",
        "https://user:secret@hub",
        "https://hub?x=1",
        "https://hub#x",
        "https://a b",
        "file:///etc/passwd",
    ],
)
def test_bad_endpoints(text: str) -> None:
    with pytest.raises(UsageError, match=r"^HF_ENDPOINT: .* is not an http:// or https:// address"):
        Settings(environ={"HF_ENDPOINT": text})[table.ENDPOINT]


@pytest.mark.parametrize(
    ("environ", "setting", "message"),
    [
        ({"HF_HUB_OFFLINE": "maybe"}, table.OFFLINE, "HF_HUB_OFFLINE: 'maybe' is not true or false"),
        (
            {"HF_HUB_ETAG_TIMEOUT": "soon"},
            table.ETAG_TIMEOUT,
            "HF_HUB_ETAG_TIMEOUT: 'soon' is not a duration such as 30s, 5m or 10",
        ),
    ],
)
def test_a_bad_variable_is_named_with_its_value(
    environ: dict[str, str], setting: Setting[object], message: str
) -> None:
    settings = Settings(environ=environ)
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        settings[setting]
    assert settings[table.ENDPOINT] == "https://huggingface.co"


def test_a_token_is_stripped_and_masked() -> None:
    settings = Settings(environ={"HF_TOKEN": " ", "HUGGING_FACE_HUB_TOKEN": "hf_abcdefghijklmnop\n"})
    assert settings[table.TOKEN] == "hf_abcdefghijklmnop"
    assert mask("hf_abcdefghijklmnop") == "hf_****mnop"
    assert mask("short") == "****"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("offline = true", "offline", True),
        ("http.connect_timeout = 3", "http.connect_timeout", 3.0),
        ('[http]\nconnect_timeout = "2m"', "http.connect_timeout", 120.0),
        ('[plugins]\ndisabled = ["a", "b"]', "plugins.disabled", ("a", "b")),
        ("plugins = {disabled = []}", "plugins.disabled", ()),
    ],
)
def test_values_of_the_file(configured: Callable[..., Settings], text: str, name: str, value: object) -> None:
    settings = configured(text)
    assert settings[settings.by_name(name)] == value
    assert settings.warnings() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('offline = "yes"', "offline: 'yes' is not true or false"),
        ("offline = 1", "offline: 1 is not true or false"),
        ("endpoint = 3", "endpoint: 3 is not an http:// or https:// address"),
        ("http.connect_timeout = true", "http.connect_timeout: True is not a duration"),
        ('http.connect_timeout = "fast"', "http.connect_timeout: 'fast' is not a duration"),
        ("plugins.disabled = [1]", "plugins.disabled: [1] is not a list of names"),
        ('token = "hf_x"', "token cannot be set in a file"),
        ("a = [", "is not valid TOML: "),
        ("x = 1\ny = \n", "(at line 2, column 5)"),
        (b"\xff", "is not UTF-8 text (byte 0)"),
        ("a = " + "[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_bad_file_is_named_with_the_key(configured: Callable[..., Settings], text: str | bytes, message: str) -> None:
    settings = configured(text)
    with pytest.raises(UsageError) as caught:
        [settings[setting] for setting in settings]
    assert str(caught.value).startswith(str(settings.config_file))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        Settings(environ={}, config_file=tmp_path)[table.OFFLINE]


def test_no_file_can_be_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_config(str(tmp_path / "file" / "hfcli" / "config.toml")) == {}


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX permissions")
def test_a_home_that_cannot_be_entered_holds_no_file_of_this_user(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.toml").write_text("offline = true")
    folder.chmod(0)
    program = (
        "import os, sys; from hfcli_core.settings_file import read_config\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "print(read_config(sys.argv[1]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder / "config.toml")],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    folder.chmod(0o700)
    assert (ran.stdout, ran.stderr) == ("{}\n", "")


def test_no_file_is_no_error_and_the_working_directory_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text("offline = true")
    monkeypatch.chdir(tmp_path)
    assert Settings(environ={}, config_file=tmp_path / "absent" / "config.toml")[table.OFFLINE] is False
    assert Settings(environ={})[table.OFFLINE] is False


def test_unknown_keys_are_one_warning_each(configured: Callable[..., Settings]) -> None:
    settings = configured('ofline = true\n[http]\ntransport = "x"\n[lint]\nlevel = "high"')
    assert settings.warnings() == [
        f"{settings.config_file}: unknown setting ofline; did you mean offline?",
        f"{settings.config_file}: unknown setting lint.level",
    ]


def test_a_plugin_declares_settings(configured: Callable[..., Settings]) -> None:
    settings = configured('[lint]\nlevel = "high"', environ={"LINT_WAIT": "2m"})
    level = settings.declare(SettingSpec("lint.level", "How strict", default="warn"))
    wait = settings.declare(SettingSpec("lint.wait", "How long", kind="duration", default="10s", env=("LINT_WAIT",)))
    rules = settings.declare(SettingSpec("lint.rules", "Where the rules are", kind="path"))
    assert level is not None
    assert wait is not None
    assert rules is not None
    assert (settings[level], settings[wait], settings[rules]) == ("high", 120.0, None)
    assert settings.by_name("lint.level") is level
    assert settings.warnings() == []


def test_a_bad_declaration_is_left_out_and_told() -> None:
    settings = Settings(environ={})
    assert settings.declare(SettingSpec("offline", "taken")) is None
    assert settings.declare(SettingSpec("a.count", "wrong", kind="int", default="many")) is None
    assert settings.declare(SettingSpec("a.color", "unknown", kind="color")) is None
    assert settings.warnings() == [
        "setting offline of a plugin is ignored: the name is taken",
        "setting a.count of a plugin is ignored: 'many' is no default of kind int",
        "setting a.color of a plugin is ignored: None is no default of kind color",
    ]
    assert settings[table.OFFLINE] is False


def test_a_table_has_a_value_for_each_endpoint(configured: Callable[..., Settings]) -> None:
    settings = configured('[auth.helpers]\n"https://a.example/hf" = ["/bin/x", "y"]\n"https://b.example" = 3\n')
    declared = settings.declare(SettingSpec("auth.helpers", "Programs", kind="table"))
    assert declared is not None
    assert settings[declared] == {"https://a.example/hf": ["/bin/x", "y"], "https://b.example": 3}
    assert settings.origin(declared) == f"config {settings.config_file}"
    assert table.as_text(settings[declared]) == "https://a.example/hf, https://b.example"
    assert settings.warnings() == []
    empty = settings.declare(SettingSpec("auth.others", "Programs", kind="table"))
    assert empty is not None
    assert (settings[empty], settings.origin(empty)) == ({}, "default")


def test_the_kinds_that_the_specs_promise() -> None:
    assert set(KINDS) == {"str", "bool", "int", "float", "duration", "path", "names", "table"}


def test_an_unknown_name_suggests_another() -> None:
    with pytest.raises(UsageError, match="no such setting") as caught:
        Settings(environ={}).by_name("http.conect_timeout")
    assert caught.value.hint == "did you mean http.connect_timeout?"


def test_settings_and_output_import_nothing_heavy() -> None:
    heavy = "httpx rich ssl asyncio platformdirs pathlib dataclasses tomllib csv json getpass click"
    found = f"set({heavy!r}.split()) & set(sys.modules)"
    program = f"import sys, hfcli_core.settings, hfcli_core.output.console; print(sorted({found}))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True, env=dict(os.environ)
    )
    assert ran.stdout == "[]\n"
