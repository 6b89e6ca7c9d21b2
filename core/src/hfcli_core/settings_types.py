"""What a setting is: its name, its default, its variables and the kind of value it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_TRUE = frozenset({"1", "on", "yes", "true"})
_FALSE = frozenset({"0", "off", "no", "false"})
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Kind(NamedTuple, Generic[T_co]):
    """A type of value: how its text is read, and which types of TOML stand for it.

    ``expected`` completes the sentence "is not …". ``parse`` raises ``ValueError`` for text that it cannot read.
    """

    expected: str
    parse: Callable[[str], T_co]
    toml: tuple[type, ...] = (str,)

    def from_toml(self, value: object) -> T_co:
        """Read a value of a TOML document, or a plugin's default; ``ValueError`` when its type is another one."""
        if type(value) not in self.toml:
            raise ValueError(self.expected)
        if isinstance(value, list):
            if not all(isinstance(item, str) for item in value):
                raise ValueError(self.expected)
            return self.parse(",".join(value))
        return self.parse(str(value))


class Setting(NamedTuple, Generic[T]):
    """One row of the table of settings.

    ``name`` is the key in ``config.toml`` (``"http.connect_timeout"``), ``env`` are its variables, the preferred one
    first. A default may be the text of a value; that of a path may hold ``~`` and the variables of other settings
    (``$HF_HOME/hub``).
    ``in_file`` is false for what has no place in a configuration file, such as a token.
    """

    name: str
    kind: Kind[T]
    default: T | str
    help: str
    env: tuple[str, ...] = ()
    secret: bool = False
    in_file: bool = True

    @property
    def default_value(self) -> T:
        return self.kind.parse(self.default) if isinstance(self.default, str) else self.default


def parse_bool(text: str) -> bool:
    """``1``, ``on``, ``yes``, ``true`` in any case, or their opposites (wire.md §9)."""
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(text)
    return word in _TRUE


def parse_duration(text: str) -> float:
    """Seconds from ``"30"``, ``"2.5"``, ``"500ms"``, ``"30s"``, ``"5m"``, ``"1h"`` or ``"1d"``."""
    text = text.strip().lower()
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = text[len(number) :].strip()
    if unit and unit not in _UNIT_SECONDS:
        raise ValueError(text)
    seconds = float(number) * _UNIT_SECONDS.get(unit, 1.0)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds


def parse_endpoint(text: str) -> str:
    """The address of a Hub without its trailing slash; a path prefix is kept, credentials are refused."""
    endpoint = text.strip().rstrip("/")
    scheme, separator, rest = endpoint.partition("://")
    host = rest.partition("/")[0]
    unsafe = any(character in rest for character in "?#@\\") or any(character <= " " for character in endpoint)
    if scheme.lower() not in {"http", "https"} or not separator or not host.partition(":")[0] or unsafe:
        raise ValueError(text)
    return endpoint


def parse_names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def parse_path(text: str) -> Path:
    # `hf --help` asks for no path, and need not pay for the module.
    from pathlib import Path

    if "\0" in text:
        raise ValueError(text)
    return Path(text)


TEXT = Kind("text", str.strip)
BOOL = Kind("true or false", parse_bool, (bool,))
INT = Kind("a whole number", int, (int,))
FLOAT = Kind("a number", float, (int, float))
DURATION = Kind("a duration such as 30s, 5m or 10", parse_duration, (str, int, float))
PATH = Kind("a path", parse_path)
NAMES = Kind("a list of names", parse_names, (list,))
TABLE: Kind[dict[str, Any]] = Kind("a table", dict)  # type: ignore[arg-type]  # it is never read from a text
ENDPOINT_ADDRESS = Kind("an http:// or https:// address without credentials", parse_endpoint)

KINDS: dict[str, Kind[Any]] = {
    "str": TEXT,
    "bool": BOOL,
    "int": INT,
    "float": FLOAT,
    "duration": DURATION,
    "path": PATH,
    "names": NAMES,
    "table": TABLE,
}
"""The kinds that a plugin may name in a ``SettingSpec``."""
