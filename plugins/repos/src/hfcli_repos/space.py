"""What a Space is given when it is made, as the Hub wants it (wire.md §5.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError, parse_repo

from .assignments import read_assignments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfcli_core.api import HubSession, Repo

_VOLUME = re.compile(r"(hf://.+?):(/[^:]*)(?::(ro|rw))?")
_BUCKET = re.compile(r"hf://buckets/([^/@]+/[^/@]+)(?:/(.+))?")


def space_fields(
    repo: Repo,
    options: Mapping[str, Any],
    *,
    environ: Mapping[str, str],
    session: HubSession,
    warn: Callable[[str], None],
) -> dict[str, Any]:
    """``options`` by their names on the command line. The value of ``-s HF_TOKEN`` is the token in use."""
    if repo.type != "space":
        name = next(iter(options)).replace("_", "-")
        raise UsageError(f"--{name} is for Spaces, and this is a {repo.type}", hint="add --repo-type space")
    if options.get("secrets_file") == options.get("env_file") == "-":
        raise UsageError("Standard input has either the secrets or the variables", hint="put one into a file")
    fields: dict[str, Any] = {}
    if "flavor" in options:
        fields["hardware"] = options["flavor"]
    if "sleep_time" in options:
        fields["sleepTimeSeconds"] = options["sleep_time"]
    if {"secrets", "secrets_file", "env", "env_file"} & set(options):
        known = {**environ, "HF_TOKEN": session.token.value} if session.token else environ
        secrets = read_assignments(options.get("secrets", ()), options.get("secrets_file"), known, secret=warn)
        variables = read_assignments(options.get("env", ()), options.get("env_file"), known)
        fields |= {"secrets": _pairs(secrets)} if secrets else {}
        fields |= {"variables": _pairs(variables)} if variables else {}
    if "volume" in options:
        fields["volumes"] = [read_volume(text) for text in options["volume"]]
    return fields


def read_volume(text: str) -> dict[str, Any]:
    """``hf://[TYPE/]NS/NAME[@REV][/PATH]:/FOLDER[:ro|:rw]``. Raises ``UsageError``."""
    match = _VOLUME.fullmatch(text)
    if match is None:
        raise UsageError(f"Not a volume: '{text}'", hint="write hf://[datasets/]namespace/name[/path]:/folder[:ro]")
    uri, folder, mode = match.groups()
    bucket = _BUCKET.fullmatch(uri)
    if bucket is not None:
        kind, source, revision, path = "bucket", bucket[1], None, bucket[2]
    else:
        target = parse_repo(uri)
        kind, source, revision, path = target.repo.type, target.repo.id, target.revision, target.path
    optional = {"revision": revision, "readOnly": None if mode is None else mode == "ro", "path": path}
    given = {name: value for name, value in optional.items() if value is not None}
    return {"type": kind, "source": source, "mountPath": folder, **given}


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for name, value in values.items()]
