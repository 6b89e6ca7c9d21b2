"""Names that the Hub accepts: accounts, repos, branches and tags, paths in a repo (wire.md §4.1)."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Literal, get_args

from .errors import InvalidChange, InvalidName

Kind = Literal["model", "dataset", "space"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SDKS = ("docker", "gradio", "static", "streamlit")
PLURALS: dict[str, Kind] = {f"{kind}s": kind for kind in KINDS}

_PART = re.compile(r"\w(?:[\w.-]*\w)?", re.ASCII)
# Lone surrogates come from JSON's \uD800 and have no UTF-8 form.
_NOT_TEXT = r"\x00-\x1f\x7f\ud800-\udfff"
_CONTROL = re.compile(f"[{_NOT_TEXT}]")
_REF_FORBIDDEN = re.compile(rf"[{_NOT_TEXT} ~^:?*\[\\]|\.\.|@\{{|//")
# `/api/models/ns/refs` lists the refs of a canonical repo `ns`.
_RESERVED_NAMES = {"refs"}


def new_uid() -> str:
    """24 hex digits, as the real Hub's object ids."""
    return secrets.token_hex(12)


def now() -> str:
    """The time as the Hub writes it: 2026-01-31T12:00:00.000Z."""
    return timestamp(datetime.now(UTC))


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_account_name(name: str) -> str:
    if not _PART.fullmatch(name) or len(name) > 96 or "--" in name or ".." in name:
        raise InvalidName(f"Invalid account name: {name!r}")
    return name


def check_repo_id(repo_id: str, *, canonical: bool = False) -> str:
    """`namespace/name`; a bare `name` only where canonical repos are made (`gpt2`)."""
    parts = repo_id.split("/")
    if len(parts) != 2 and not (canonical and len(parts) == 1):
        raise InvalidName(f"Repo id must be in the form 'namespace/repo_name': {repo_id!r}")
    if not all(_PART.fullmatch(part) for part in parts) or len(parts[-1]) > 96:
        raise InvalidName(
            f"Repo id must use alphanumeric chars, '-', '_' or '.', not start or end with '-' or '.', "
            f"and have at most 96 characters: {repo_id!r}"
        )
    if parts[-1].lower() in _RESERVED_NAMES:
        raise InvalidName(f"This repo name is reserved: {repo_id!r}")
    if "--" in repo_id or ".." in repo_id or repo_id.endswith(".git"):
        raise InvalidName(f"Repo id cannot have '--' or '..' nor end with '.git': {repo_id!r}")
    return repo_id


def check_ref_name(name: str) -> str:
    """A branch or tag name that git accepts (git-check-ref-format) and that does not pose as a full ref or a commit."""
    parts = name.split("/")
    if (
        not name
        or _REF_FORBIDDEN.search(name)
        or name.startswith(("-", "/", "refs/"))
        or name.endswith(("/", "."))
        or name in {"@", "HEAD"}
        or any(part.startswith(".") or part.endswith(".lock") for part in parts)
        or re.fullmatch(r"[0-9a-f]{40}", name)
        or len(name.encode()) > 200
    ):
        raise InvalidName(f"Invalid reference name: {name!r}")
    return name


def check_path(path: str) -> str:
    """A path that every git can check out: relative, no `.`, `..` or `.git` component, no control character."""
    parts = path.split("/")
    if (
        not path
        or _CONTROL.search(path)
        or any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)
        or any(len(part.encode()) > 255 for part in parts)
    ):
        raise InvalidChange(f"Invalid path: {path!r}")
    return path
