"""Every setting of the core in one table, and the rule by which its value is found.

A flag beats the environment, the environment beats ``config.toml``, and that beats the default. An empty variable
counts as unset. Values are read when they are asked for, so a bad one only stops a command that needs it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.errors import UsageError
from hfcli_core.settings_file import read_config
from hfcli_core.settings_types import (
    BOOL,
    DURATION,
    ENDPOINT_ADDRESS,
    KINDS,
    NAMES,
    PATH,
    TABLE as TABLE_KIND,
    TEXT,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hfcli_core.specs import SettingSpec

T = TypeVar("T")

ENDPOINT = Setting("endpoint", ENDPOINT_ADDRESS, "https://huggingface.co", "Address of the Hub", ("HF_ENDPOINT",))
OFFICIAL_ENDPOINT = Setting(
    "auth.official_endpoint",
    ENDPOINT_ADDRESS,
    "https://huggingface.co",
    "The Hub that tokens stored by other programs belong to",
    ("HFCLI_OFFICIAL_ENDPOINT",),
)

XDG_CACHE_HOME = Setting(
    "xdg_cache_home", PATH, "~/.cache", "Where caches live by default", ("XDG_CACHE_HOME",), in_file=False
)
HF_HOME = Setting(
    "hf_home", PATH, "$XDG_CACHE_HOME/huggingface", "Root of the caches and of the stored tokens", ("HF_HOME",)
)
HUB_CACHE = Setting(
    "hub_cache",
    PATH,
    "$HF_HOME/hub",
    "Cache of repositories",
    ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"),
)
ASSETS_CACHE = Setting(
    "assets_cache",
    PATH,
    "$HF_HOME/assets",
    "Cache of what other libraries derive from repositories",
    ("HF_ASSETS_CACHE", "HUGGINGFACE_ASSETS_CACHE"),
)
XET_CACHE = Setting("xet_cache", PATH, "$HF_HOME/xet", "Cache of the xet storage", ("HF_XET_CACHE",))

TOKEN = Setting[str | None](
    "token",
    TEXT,
    None,
    "Token; beats a stored one",
    ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    secret=True,
    in_file=False,
)
TOKEN_FILE: Setting[Path | None] = Setting(
    "token_file", PATH, None, "File that holds the token, such as a mounted secret", ("HF_TOKEN_FILE",)
)
TOKEN_PATH = Setting(
    "token_path",
    PATH,
    "$HF_HOME/token",
    "Where a login stores the token; stored_tokens lies beside it",
    ("HF_TOKEN_PATH",),
)
DISABLE_IMPLICIT_TOKEN = Setting(
    "disable_implicit_token",
    BOOL,
    False,
    "Send a token only where --token gives it",
    ("HF_HUB_DISABLE_IMPLICIT_TOKEN",),
)

DISABLED_PROVIDERS = Setting[tuple[str, ...]](
    "auth.disabled_providers",
    NAMES,
    (),
    "Sources of tokens that are not asked: environment, token-file, or the name of a plugin's",
    ("HFCLI_DISABLED_PROVIDERS",),
)

OFFLINE = Setting("offline", BOOL, False, "Use no network", ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
ETAG_TIMEOUT = Setting(
    "etag_timeout", DURATION, 10.0, "Time for the answer to a question about a file", ("HF_HUB_ETAG_TIMEOUT",)
)
DOWNLOAD_TIMEOUT = Setting(
    "download_timeout", DURATION, 10.0, "Time between two pieces of a download", ("HF_HUB_DOWNLOAD_TIMEOUT",)
)
CONNECT_TIMEOUT = Setting("http.connect_timeout", DURATION, 10.0, "Time to reach a server", ("HFCLI_CONNECT_TIMEOUT",))
MAX_OUTAGE = Setting(
    "http.max_outage", DURATION, 600.0, "Time that a transfer outlasts a dead network", ("HFCLI_MAX_OUTAGE",)
)
CA_BUNDLE: Setting[Path | None] = Setting(
    "http.ca_bundle",
    PATH,
    None,
    "Certificates to trust instead of the system's",
    ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
)
HTTP_TRANSPORT = Setting[str | None](
    "http.transport", TEXT, None, "Distribution whose plugin makes the connections", ("HFCLI_HTTP_TRANSPORT",)
)
USER_AGENT_ORIGIN = Setting[str | None](
    "user_agent_origin", TEXT, None, "Program named as the origin of requests", ("HF_HUB_USER_AGENT_ORIGIN",)
)
DISABLE_TELEMETRY = Setting(
    "disable_telemetry",
    BOOL,
    False,
    "Say nothing about this machine in requests",
    ("HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"),
)

DISABLE_XET = Setting("disable_xet", BOOL, False, "Never use the xet storage", ("HF_HUB_DISABLE_XET",))
DISABLE_SYMLINKS = Setting(
    "disable_symlinks", BOOL, False, "Copy into snapshots instead of linking", ("HF_HUB_DISABLE_SYMLINKS",)
)
DISABLE_SYMLINKS_WARNING = Setting(
    "disable_symlinks_warning",
    BOOL,
    False,
    "Do not warn where links are impossible",
    ("HF_HUB_DISABLE_SYMLINKS_WARNING",),
)
DISABLE_EXPERIMENTAL_WARNING = Setting(
    "disable_experimental_warning",
    BOOL,
    False,
    "Do not warn of experimental commands",
    ("HF_HUB_DISABLE_EXPERIMENTAL_WARNING",),
)
LOCK_TIMEOUT = Setting("lock_timeout", DURATION, 600.0, "Time to wait for another process", ("HFCLI_LOCK_TIMEOUT",))

DISABLE_PROGRESS_BARS = Setting[bool | None](
    "disable_progress_bars",
    BOOL,
    None,
    "No progress (true), progress even where it is usually off (false)",
    ("HF_HUB_DISABLE_PROGRESS_BARS",),
)
DEBUG = Setting("debug", BOOL, False, "Log requests and show tracebacks", ("HF_DEBUG",))
DISABLED_PLUGINS = Setting[tuple[str, ...]](
    "plugins.disabled", NAMES, (), "Distributions whose plugins stay off", ("HFCLI_DISABLED_PLUGINS",)
)

TABLE: tuple[Setting[Any], ...] = tuple(value for value in globals().values() if isinstance(value, Setting))
_VARIABLES = {variable: setting for setting in TABLE for variable in setting.env}


class Settings:
    """The settings of one invocation.

    ``flags`` holds the texts of options by setting name, ``config_file`` the path of ``config.toml``, which need not
    exist and is never looked for in the working directory.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        flags: Mapping[str, str] | None = None,
        config_file: str | Path | None = None,
    ) -> None:
        self.environ = environ
        self.config_file = None if config_file is None else os.fspath(config_file)
        self._flags = dict(flags or {})
        self._by_name = {setting.name: setting for setting in TABLE}
        self._values: dict[str, Any] = {}
        self._config: dict[str, Any] | None = None
        self._declaration_warnings: list[str] = []

    def __getitem__(self, setting: Setting[T]) -> T:
        """The value in effect. Raises ``UsageError`` that names where a bad value comes from."""
        if setting.name not in self._values:
            self._values[setting.name] = self._resolve(setting)
        value: T = self._values[setting.name]
        return value

    def __iter__(self) -> Iterator[Setting[Any]]:
        return iter(self._by_name.values())

    def by_name(self, name: str) -> Setting[Any]:
        """The setting of that name; ``UsageError`` with the nearest name when there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            nearest = _nearest(name, self._by_name)
            hint = f"did you mean {nearest}?" if nearest else "`hf config list` shows every setting"
            raise UsageError(f"no such setting: {name}", hint=hint) from None

    def origin(self, setting: Setting[Any]) -> str:
        """``default``, ``environment HF_ENDPOINT``, ``config /…/config.toml`` or ``flag --endpoint``."""
        if setting.name in self._flags:
            return f"flag --{setting.name.rpartition('.')[2].replace('_', '-')}"
        if variable := self._variable(setting):
            return f"environment {variable}"
        if setting.name in self._file_values() or (setting.kind is TABLE_KIND and self[setting]):
            return f"config {self.config_file}"
        return "default"

    def read_file(self) -> None:
        """Read ``config.toml`` now rather than when a value is first asked for. Raises ``UsageError``."""
        self._file_values()

    def leave_out_file(self) -> None:
        """Go on as if there were no ``config.toml``."""
        self._config = {}
        self._values.clear()

    def declare(self, spec: SettingSpec) -> Setting[Any] | None:
        """Add a plugin's setting. A name that is taken keeps its first owner; :meth:`warnings` tells."""
        if spec.name in self._by_name:
            self._declaration_warnings.append(f"setting {spec.name} of a plugin is ignored: the name is taken")
            return None
        try:
            kind = KINDS[spec.kind]
            default = None if spec.default is None else kind.from_toml(spec.default)
        except (KeyError, ValueError):
            self._declaration_warnings.append(
                f"setting {spec.name} of a plugin is ignored: {spec.default!r} is no default of kind {spec.kind}"
            )
            return None
        setting = Setting(spec.name, kind, default, spec.help, spec.env)
        self._by_name[spec.name] = setting
        return setting

    def warnings(self) -> list[str]:
        """What is odd but harmless: unknown keys of ``config.toml``, ignored declarations."""
        found = list(self._declaration_warnings)
        tables = tuple(f"{setting.name}." for setting in self if setting.kind is TABLE_KIND)
        for key in self._file_values():
            if key not in self._by_name and not key.startswith(tables):
                nearest = _nearest(key, self._by_name)
                suggestion = f"; did you mean {nearest}?" if nearest else ""
                found.append(f"{self.config_file}: unknown setting {key}{suggestion}")
        return found

    def _resolve(self, setting: Setting[T]) -> T:
        if setting.kind is TABLE_KIND:
            prefix = f"{setting.name}."
            found = self._file_values().items()
            entries = {key.removeprefix(prefix): value for key, value in found if key.startswith(prefix)}
            return setting.kind.parse(entries)  # type: ignore[return-value, arg-type]  # a table has no text
        text = self._flags.get(setting.name)
        if text is None and (variable := self._variable(setting)):
            text = self.environ[variable]
        in_file = text is None and setting.name in self._file_values()
        if text is not None:
            value = self._parse(setting, text)
        elif in_file:
            value = self._from_file(setting)
        else:
            value = setting.default_value
        is_place = setting.kind is PATH
        if value is None or not is_place:
            return value
        path = self._expand(str(value), is_default=text is None and not in_file)
        if in_file and self.config_file:
            # A relative path in the file must not mean another place in each working directory.
            folder = os.path.dirname(self.config_file)  # noqa: PTH120  pathlib is not imported on the way to `hf --help`
            path = os.path.join(folder, path)  # noqa: PTH118  as above
        return setting.kind.parse(path)

    def _parse(self, setting: Setting[T], text: str) -> T:
        try:
            return setting.kind.parse(text)
        except ValueError:
            source = self.origin(setting).partition(" ")[2]
            shown = "its value" if setting.secret else repr(text)
            raise UsageError(f"{source}: {shown} is not {setting.kind.expected}") from None

    def _from_file(self, setting: Setting[T]) -> T:
        if not setting.in_file:
            raise UsageError(f"{self.config_file}: {setting.name} cannot be set in a file")
        value = self._file_values()[setting.name]
        try:
            return setting.kind.from_toml(value)
        except ValueError:
            raise UsageError(f"{self.config_file}: {setting.name}: {value!r} is not {setting.kind.expected}") from None

    def _variable(self, setting: Setting[Any]) -> str | None:
        return next((name for name in setting.env if self.environ.get(name, "").strip()), None)

    def _file_values(self) -> dict[str, Any]:
        if self._config is None:
            self._config = read_config(self.config_file) if self.config_file else {}
        return self._config

    def _expand(self, path: str, *, is_default: bool) -> str:
        """Replace ``~`` and ``$NAME``; in a default, the variable of a setting stands for that setting's value."""

        def variable(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            if is_default and name in _VARIABLES:
                return str(self[_VARIABLES[name]])
            return self.environ.get(name, match[0])

        text = re.sub(r"\$(?:(\w+)|\{(\w+)\})", variable, path)
        if text == "~" or text.startswith(("~/", "~\\")):
            system_says = os.path.expanduser("~")  # noqa: PTH111  as above
            return (self.environ.get("HOME") or self.environ.get("USERPROFILE") or system_says) + text[1:]
        return text


def as_text(value: Any) -> str:
    """The value of a setting as a person reads it: empty when unset."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | dict):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def mask(secret: str) -> str:
    """The first three and the last four characters of a token (wire.md §10), or none of a short one."""
    return f"{secret[:3]}****{secret[-4:]}" if len(secret) >= 16 else "****"


def _nearest(name: str, names: Mapping[str, object]) -> str | None:
    # Only a mistake pays for this module.
    import difflib

    return next(iter(difflib.get_close_matches(name, names, n=1)), None)
