"""Reading ``config.toml``: its keys flattened to the names of settings, its faults as one line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hfcli_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def read_config(path: str) -> dict[str, Any]:
    """The values of a configuration file by dotted name (``"http.connect_timeout"``); empty when there is no file.

    Raises ``UsageError`` for a file that cannot be read or is not TOML, with the line of the fault.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib is not imported on the way to `hf --help`
            text = file.read().decode()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        # In containers HOME often names a directory that this user may not even enter: nothing there is the user's.
        if isinstance(error, PermissionError) and not os.access(os.path.dirname(path), os.X_OK):  # noqa: PTH120  as above
            return {}
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    # Most installations have no file, so they need not pay for the parser.
    import tomllib

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{path} is nested too deeply") from error
    return dict(_flatten(document))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
