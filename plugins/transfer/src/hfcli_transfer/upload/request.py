"""What to upload where: the arguments of ``hf upload``, understood (surface.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import Repo, UnsafeInputError, UsageError, is_commit, parse_repo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import RepoType

_WILDCARDS = "*?["


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """``repo`` may lack its namespace, which is then that of the token's owner.

    ``local`` is a file or a folder. ``path_in_repo`` has no slash at its ends: the name that a file gets, or the folder
    for the contents of a folder, ``""`` being the root. ``within`` is the part of the folder that can match at all.
    ``private`` is None where it was not said, ``revision`` None for the main branch. ``limit_rate`` is in bytes a
    second, ``connections`` are those for large files; None for as many as help. ``growing``: files may become longer
    while they are read, and what they had at first is meant.
    """

    repo: Repo
    local: Path
    path_in_repo: str
    is_file: bool
    within: str = ""
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    revision: str | None = None
    private: bool | None = None
    message: str | None = None
    description: str = ""
    create_pr: bool = False
    limit_rate: float | None = None
    connections: int | None = None
    growing: bool = False


@dataclass(frozen=True, slots=True)
class _Local:
    """What LOCAL_PATH and PATH_IN_REPO come to."""

    path: Path
    path_in_repo: str
    is_file: bool
    within: str = ""
    include: tuple[str, ...] | None = None


def build_request(
    repo_id: str,
    local_path: str | None = None,
    path_in_repo: str | None = None,
    *,
    repo_type: RepoType | None = None,
    endpoint: str | None = None,
    revision: str | None = None,
    private: bool | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    delete: Sequence[str] = (),
    message: str | None = None,
    description: str | None = None,
    create_pr: bool = False,
    limit_rate: float | None = None,
    connections: int | None = None,
) -> UploadRequest:
    """Look at the disk, not at the Hub. Raises ``UsageError``, and ``UnsafeInputError`` for an impossible path."""
    target = parse_repo(repo_id, repo_type=repo_type, endpoint=endpoint)
    revision = _one_of("revision", "--revision", target.revision, revision)
    path_in_repo = _one_of("path", "PATH_IN_REPO", target.path, path_in_repo)
    _check_revision(revision, create_pr=create_pr)
    if message is not None and not message.strip():
        raise UsageError("--commit-message is empty", hint="leave it out for a message that says what was uploaded")
    local = _local(target.repo, local_path, path_in_repo, include)
    if local.is_file:
        _check_single_file(local.path, include=include, exclude=exclude, delete=delete)
    return UploadRequest(
        repo=target.repo,
        local=local.path,
        path_in_repo=local.path_in_repo,
        is_file=local.is_file,
        within=local.within,
        include=local.include,
        exclude=tuple(exclude),
        delete=tuple(delete),
        revision=revision,
        private=private,
        message=message,
        description=description or "",
        create_pr=create_pr,
        limit_rate=limit_rate,
        connections=connections,
    )


def _local(repo: Repo, local_path: str | None, path_in_repo: str | None, include: Sequence[str]) -> _Local:
    if local_path is None:
        local_path = repo.id.rpartition("/")[2]
        if not Path(local_path).exists():
            raise UsageError(
                f"'{local_path}' is not a file or a folder here", hint="name one: hf upload REPO_ID LOCAL_PATH"
            )
    if not local_path:
        raise UsageError("LOCAL_PATH is empty", hint="the current folder is '.'")
    path = Path(local_path)
    if any(mark in local_path for mark in _WILDCARDS) and not path.exists():
        return _wildcard(local_path, path_in_repo, include)
    if path.is_dir():
        return _Local(path, _normalized(path_in_repo or ""), is_file=False, include=tuple(include) or None)
    if path.is_file():
        return _Local(path, _name_of_file(path, path_in_repo), is_file=True)
    if path.exists():
        raise UsageError(f"'{local_path}' is neither a file nor a folder")
    if path.is_symlink():
        raise UsageError(f"'{local_path}' is a link that leads nowhere")
    raise UsageError(f"No such file or folder: '{local_path}'")


def _wildcard(pattern: str, path_in_repo: str | None, include: Sequence[str]) -> _Local:
    """``./dir/*.safetensors`` is a pattern for the files of the current folder, where the shell did not expand it."""
    if include:
        raise UsageError(
            "--include cannot be given when LOCAL_PATH has wildcards", hint="give the folder, and --include"
        )
    if path_in_repo not in (None, "."):
        raise UsageError(
            "PATH_IN_REPO cannot be given when LOCAL_PATH has wildcards", hint="give the folder, and --include"
        )
    pattern = pattern.replace("\\", "/").removeprefix("./")
    if pattern.startswith("/") or ".." in pattern.split("/"):
        raise UsageError(
            f"A LOCAL_PATH with wildcards must be below the current folder: '{pattern}'",
            hint="give the folder, and --include",
        )
    fixed = pattern[: min(pattern.find(mark) for mark in _WILDCARDS if mark in pattern)]
    return _Local(Path(), "", is_file=False, within=fixed.rpartition("/")[0], include=(pattern,))


def _name_of_file(path: Path, path_in_repo: str | None) -> str:
    """The file's own name where PATH_IN_REPO is left out or is a folder."""
    name = path.name or path.absolute().name
    if path_in_repo is None or path_in_repo in ("", ".", "./", "/"):
        return name
    return _normalized(path_in_repo + name if path_in_repo.endswith("/") else path_in_repo)


def _normalized(path: str) -> str:
    """Without the slashes at its ends and the dots that mean nothing."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise UsageError(f"PATH_IN_REPO cannot have '..': '{path}'")
    if any(part.lower() == ".git" for part in parts) or ".cache/huggingface" in "/".join(parts):
        raise UnsafeInputError(f"PATH_IN_REPO is reserved for bookkeeping: '{path}'")
    return "/".join(parts)


def _check_single_file(path: Path, **patterns: Sequence[str]) -> None:
    given = next((name for name, values in patterns.items() if values), None)
    if given is not None:
        raise UsageError(f"--{given} has no meaning for a single file: '{path}'", hint="leave it out")


def _check_revision(revision: str | None, *, create_pr: bool) -> None:
    if revision is None:
        return
    if not revision:
        raise UsageError("--revision is empty", hint="is a variable not set?")
    if is_commit(revision):
        raise UsageError("A commit cannot be changed", hint="give a branch with --revision")
    if create_pr and revision.startswith("refs/pr/"):
        raise UsageError(
            f"--create-pr opens a pull request of its own, and {revision} is one already",
            hint="leave out --create-pr to add to it",
        )


def _one_of(what: str, option: str, in_address: str | None, given: str | None) -> str | None:
    if in_address is not None and given is not None and in_address != given:
        raise UsageError(
            f"The {what} is given twice: '{in_address}' in REPO_ID, and '{given}'",
            hint=f"leave one out, such as {option}",
        )
    return given if given is not None else in_address
