"""Where things of the user are. The platform's rules come from platformdirs, which is imported only the first time."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from hfcli_core import __version__
from hfcli_core.private_files import read_private_json, write_private_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_DECIDING_VARIABLES = (
    *("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "HOMEDRIVE", "HOMEPATH"),
    *("ANDROID_DATA", "ANDROID_ROOT", "PREFIX", "SHELL"),
)


def hf_home(environ: Mapping[str, str]) -> str:
    """The root of everything that is kept for the Hub: tokens, caches (wire.md §9)."""
    home = environ.get("HF_HOME") or f"{environ.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
    return os.path.expanduser(os.path.expandvars(home))  # noqa: PTH111  pathlib is not imported on the way to `hf --help`


def user_cache_dir(environ: Mapping[str, str]) -> str:
    """Where this program keeps what it can make again; below ``HF_HOME``, so that it moves with the other caches."""
    return f"{hf_home(environ)}/hfcli"


def user_config_file() -> str:
    """The user's ``config.toml`` in the platform's configuration directory, whether it exists or not.

    The answer is remembered for the values of the environment that decide it.
    """
    memory = f"{user_cache_dir(os.environ)}/places.json"
    key = [__version__, sys.platform, *(os.environ.get(name) for name in _DECIDING_VARIABLES)]
    known = read_private_json(memory)
    if isinstance(known, dict) and known.get("key") == key and isinstance(known.get("config_file"), str):
        return str(known["config_file"])

    import platformdirs

    config_file = str(platformdirs.user_config_path("hfcli", appauthor=False, roaming=True) / "config.toml")
    write_private_json(memory, {"key": key, "config_file": config_file})
    return config_file
