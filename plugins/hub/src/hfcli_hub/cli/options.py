"""What the commands of ``hf hub`` have in common."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import Path, option

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

FILE = Path(exists=True, dir_okay=False, path_type=pathlib.Path)


def data_option(function: F) -> F:
    """``--data``, given as ``data``: the directory of the Hub, by default in the user's data directory."""
    return option(
        "--data",
        type=Path(file_okay=False, path_type=pathlib.Path),
        envvar="HFCLI_HUB_DATA",
        show_envvar=True,
        metavar="DIR",
        callback=lambda _ctx, _parameter, value: value or _default(),
        help="Where the Hub keeps everything.  [default: a folder in your data directory]",
    )(function)


def _default() -> pathlib.Path:
    from hfcli_hub.home import default_data

    return default_data()
