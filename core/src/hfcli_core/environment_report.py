"""What a bug report should say about a machine, for ``hf env``."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core import __version__, settings as table
from hfcli_core.errors import HfError
from hfcli_core.hub.budgets import Budget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.app import App
    from hfcli_core.settings import Settings
    from hfcli_core.settings_types import Setting

_GIT_LIMIT = 3.0
_WHOAMI = Budget(connect=3, first_byte=5, read=5, total=8)
"""Short, as the report has to be written especially where the network does not work."""

_LIBRARIES = {
    "Torch": "torch",
    "httpx": "httpx",
    "hf_xet": "hf-xet",
    "gradio": "gradio",
    "tensorboard": "tensorboard",
    "pydantic": "pydantic",
}

_PLACES: dict[str, Setting[Any]] = {
    "ENDPOINT": table.ENDPOINT,
    "HF_HUB_CACHE": table.HUB_CACHE,
    "HF_ASSETS_CACHE": table.ASSETS_CACHE,
    "HF_TOKEN_PATH": table.TOKEN_PATH,
}

_SWITCHES: dict[str, Setting[Any]] = {
    "HF_HUB_OFFLINE": table.OFFLINE,
    "HF_HUB_DISABLE_TELEMETRY": table.DISABLE_TELEMETRY,
    "HF_HUB_DISABLE_PROGRESS_BARS": table.DISABLE_PROGRESS_BARS,
    "HF_HUB_DISABLE_SYMLINKS_WARNING": table.DISABLE_SYMLINKS_WARNING,
    "HF_HUB_DISABLE_EXPERIMENTAL_WARNING": table.DISABLE_EXPERIMENTAL_WARNING,
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": table.DISABLE_IMPLICIT_TOKEN,
    "HF_HUB_DISABLE_XET": table.DISABLE_XET,
    "HF_HUB_ETAG_TIMEOUT": table.ETAG_TIMEOUT,
    "HF_HUB_DOWNLOAD_TIMEOUT": table.DOWNLOAD_TIMEOUT,
}


def describe_environment(app: App) -> dict[str, Any]:
    """The fields by their labels, in order. Paths are texts, switches are booleans, whole seconds are integers."""
    fields: dict[str, Any] = {
        "hfcli version": __version__,
        "huggingface_hub version": _version_of("huggingface_hub"),
        "Platform": platform.platform(),
        "Python version": platform.python_version(),
        "Running in iPython ?": _yes_no("IPython" in sys.modules),
        # Jupyter tells the programs that it starts so.
        "Running in notebook ?": _yes_no("JPY_PARENT_PID" in app.environ),
        "Running in Google Colab ?": _yes_no("COLAB_RELEASE_TAG" in app.environ),
        "Running in Google Colab Enterprise ?": _yes_no(app.environ.get("VERTEX_PRODUCT") == "COLAB_ENTERPRISE"),
    }
    fields |= _identity(app)
    helpers = _git_credential_helpers(app.environ)
    if helpers is not None:
        fields["Configured git credential helpers"] = ", ".join(helpers)
    fields["Installation method"] = _installer()
    fields |= {label: _version_of(library) for label, library in _LIBRARIES.items()}
    fields |= _settings_fields(app.settings)
    for rows in app.answers("hf_env_info", dict, app=app):
        fields |= {str(label): str(value) for label, value in rows.items()}
    return fields


def _identity(app: App) -> dict[str, Any]:
    fields: dict[str, Any] = {"Token path ?": _shown(app.settings, table.TOKEN_PATH), "Has saved token ?": False}
    # A token that is refused, or a Hub that cannot be reached: the report goes on without the name.
    with suppress(HfError, LookupError, TypeError):
        session = app.hub
        fields["Has saved token ?"] = session.token is not None
        if session.token is not None:
            identity = session.json("GET", "api/whoami-v2", budget=_WHOAMI, retry=False)
            fields["Who am I ?"] = str(identity["name"])
    return fields


def _settings_fields(settings: Settings) -> dict[str, Any]:
    fields = {name: _shown(settings, setting) for name, setting in _PLACES.items()}
    with suppress(HfError):
        fields["HF_STORED_TOKENS_PATH"] = str(settings[table.TOKEN_PATH].with_name("stored_tokens"))
    return fields | {name: _shown(settings, setting) for name, setting in _SWITCHES.items()}


def _shown(settings: Settings, setting: Setting[Any]) -> Any:
    """The value, or what is wrong with it, which is just what a bug report should tell."""
    try:
        value = settings[setting]
    except HfError as error:
        return error.message
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, Path) else value


def _git_credential_helpers(environ: Mapping[str, str]) -> list[str] | None:
    """The helpers that git is configured with for all hosts; None where git cannot tell."""
    # Only absolute places: a program called git in the working directory is not the user's git (faults.md S25).
    places = [place for place in environ.get("PATH", "").split(os.pathsep) if Path(place).is_absolute()]
    git = shutil.which("git", path=os.pathsep.join(places))
    if git is None or not Path(git).is_absolute():
        return None
    try:
        answer = subprocess.run(  # noqa: S603  no shell, an absolute path, fixed words
            [git, "config", "--get-all", "credential.helper"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_GIT_LIMIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if answer.returncode not in (0, 1):  # 1: none is configured
        return None
    return answer.stdout.decode(errors="replace").split("\n")[:-1]


def _installer() -> str:
    """The program that installed this one (``pip``, ``uv``), as it noted it."""
    try:
        return (metadata.distribution("hfcli-core").read_text("INSTALLER") or "").strip() or "unknown"
    except metadata.PackageNotFoundError:
        return "unknown"


def _version_of(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "N/A"


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"
