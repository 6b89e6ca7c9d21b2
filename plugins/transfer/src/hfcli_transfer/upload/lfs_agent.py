"""git-lfs's custom transfer for objects in parts (wire.md §5.5): one JSON line a message, in and out."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.api import BackendContext, BlobRef, HfError, IntegrityError, Repo, UsageError

from ..backends.lfs import LfsBackend
from ..backends.lfs_actions import parse_batch
from .sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from hfcli_core.api import HubSession

_WRONG_INIT = {"error": {"code": 32, "message": "Wrong lfs init operation"}}
_NO_REPO = Repo("model", "git-lfs/objects")
"""git-lfs does not tell which repo it pushes to; the addresses that it passes on know."""


def enable(folder: Path) -> None:
    """Have git-lfs call this program for what the Hub wants in parts. Raises ``UsageError`` outside of a git repo."""
    settings = {"path": "hf", "args": "lfs-multipart-upload"}
    for name, value in settings.items():
        command = ["git", "-C", str(folder), "config", f"lfs.customtransfer.multipart.{name}", value]
        try:
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  git, of the user's own PATH
        except OSError as error:
            raise UsageError("git cannot be run", hint="install git and git-lfs") from error
        if done.returncode:
            raise UsageError(f"'{folder}' is not a git repository", hint="give the folder that git clone made")


def serve(session: HubSession, messages: Iterable[str], answers: TextIO) -> bool:
    """Answer until there are no more messages; False for an agent that is asked to do what it does not."""
    tell = partial(_tell, answers)
    stream = iter(messages)
    first = _parsed(next(stream, ""))
    if first.get("event") != "init" or first.get("operation") != "upload":
        tell(_WRONG_INIT)
        return False
    tell({})
    for message in map(_parsed, stream):
        if message.get("event") == "terminate":
            break
        if message.get("event") == "upload":
            tell(_upload(session, message, tell))
    return True


def _upload(session: HubSession, message: dict[str, Any], tell: Any) -> dict[str, Any]:
    oid, path, size = str(message.get("oid")), str(message.get("path")), message.get("size")
    sent = 0

    def advance(count: int) -> None:
        nonlocal sent
        sent += count
        tell({"event": "progress", "oid": oid, "bytesSoFar": sent, "bytesSinceLast": count})

    try:
        source = Source.of(path, path)
        if size is not None and size != source.size:
            raise IntegrityError(f"{path} has {source.size} bytes, and not {size}")
        answer = {"objects": [{"oid": oid, "actions": {"upload": message.get("action")}}]}
        actions = parse_batch(answer, {oid: source.size})[oid]
        ref = BlobRef(_NO_REPO, "0" * 40, path, source.size, oid, git_sha1=None)
        LfsBackend(BackendContext(session, advance=advance)).put_as(ref, source.open, actions)
    except HfError as error:
        return {"event": "complete", "oid": oid, "error": {"code": error.exit_code, "message": error.message}}
    return {"event": "complete", "oid": oid}


def _parsed(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _tell(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def lines_of(stream: TextIO) -> Iterator[str]:
    """Each as soon as it has come, which iteration over a pipe does not promise."""
    return iter(stream.readline, "")
