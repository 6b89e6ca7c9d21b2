"""The command of a job that runs a Python script with uv."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

IMAGE = "ghcr.io/astral-sh/uv:python3.12-bookworm"

URL, TOKEN = "UV_SCRIPT_URL", "UV_SCRIPT_HF_TOKEN"
"""Variables of the job: where its script is, and the secret to get it with."""

# The token goes to the Hub alone, also where that sends us elsewhere: urllib sends other headers on.
_FETCH = (
    "import os, sys, urllib.request as r; "
    f"q = r.Request(os.environ['{URL}']); "
    f"q.add_unredirected_header('Authorization', 'Bearer ' + os.environ['{TOKEN}']); "
    "open(sys.argv[1], 'wb').write(r.urlopen(q, timeout=60).read())"
)


def uv_words(dependencies: Sequence[str], python: str | None) -> list[str]:
    words = [word for dependency in dependencies for word in ("--with", dependency)]
    return ["uv", "run", *words, *(["--python", python] if python else [])]


def fetched_command(uv: Sequence[str], file: str, arguments: Sequence[str]) -> list[str]:
    """Get the script that :data:`URL` names, and run it under its own name."""
    folder = '"$(mktemp -d)"'
    script = f'd={folder} && f="$d"/{shlex.quote(file)} && python -c {shlex.quote(_FETCH)} "$f"'
    return ["bash", "-c", f'{script} && exec {shlex.join(uv)} "$f" {shlex.join(arguments)}'.rstrip()]
