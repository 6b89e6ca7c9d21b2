"""Where the cache is, and how its paths and oddities are shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hfcli_core.api import HUB_CACHE, NotFoundError

from .entries import Scan
from .scan import scan_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import App, Output

_SHOWN_WARNINGS = 3


def cache_path(app: App, cache_dir: str | None) -> str:
    """The cache to work on, as an absolute path: what ``--cache-dir`` says, else the setting."""
    chosen = str(app.settings[HUB_CACHE]) if cache_dir is None else cache_dir
    return os.path.abspath(os.path.expanduser(chosen))  # noqa: PTH100, PTH111  a scan has no use for Path objects


def scanned(path: str, *, must_exist: bool = False, only: Callable[[str], bool] = lambda _folder: True) -> Scan:
    """What the cache holds, or those of its folders that ``only`` chooses.

    A cache that was never used is empty; ``must_exist`` where the user named it.
    """
    try:
        return scan_cache(path, only)
    except (FileNotFoundError, NotADirectoryError) as error:
        if must_exist or not isinstance(error, FileNotFoundError):
            raise NotFoundError(f"Cache directory not found: {path}") from error
        return Scan(path, [], {}, [])
    except OSError as error:
        from hfcli_core.api import storage_error  # its module takes some time, and is for failures

        raise storage_error(error, path) from error


def tell_warnings(output: Output, warnings: Sequence[str], wanted: bool | None = None) -> None:
    """Tell of damaged entries: all of them, none but their number, or (None) the first few."""
    shown = list(warnings) if wanted else [] if wanted is False else list(warnings[:_SHOWN_WARNINGS])
    for warning in shown:
        output.warn(warning)
    if rest := len(warnings) - len(shown):
        more = "more " if shown else ""
        output.warn(f"{rest} {more}odd entries in the cache; hf cache ls --show-warnings lists them")


def shown_path(path: str) -> str:
    """A path with the home directory as ``~``."""
    home = os.path.expanduser("~")  # noqa: PTH111  as above
    return f"~{path[len(home) :]}" if home != "/" and path.startswith(home + os.sep) else path
