"""Which files of an upload go through LFS, which are ignored, and what is there already (wire.md §5.4)."""

from __future__ import annotations

import base64
import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Route

from ...store.names import check_path
from ..answers import json_answer
from ..auth import hub_of, writable_revision
from ..errors import HubError
from ..gitrules import IgnoreRules, LfsRules
from ..routing import json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ...store.git import GitRepo

_MAX_FILES = 256


@dataclass(frozen=True)
class _File:
    path: str
    size: int
    sample: bytes


@json_object
def _preupload(request: Request, body: dict[str, Any]) -> Response:
    create_pr = request.query_params.get("create_pr") == "1"
    path = request.path_params
    repo = writable_revision(request, path["kind"], path["repo"], path["revision"], create_pr=create_pr).repo
    commit = repo.git.resolve(path["revision"])
    files = _parse_files(body)
    ignore = _ignore_rules(repo.git, commit, body.get("gitIgnore"))
    lfs = LfsRules(lambda name: repo.git.read_file(commit, name))
    max_regular = hub_of(request).limits.max_regular
    answers = []
    for file in files:
        answer = {
            "path": file.path,
            "uploadMode": "lfs" if _is_large(file, lfs, max_regular) else "regular",
            "shouldIgnore": ignore.ignores(file.path),
        }
        entry = repo.git.entry(commit, file.path)
        if entry is not None and entry.type == "file":
            answer["oid"] = entry.lfs.sha256 if entry.lfs else entry.oid
        answers.append(answer)
    return json_answer({"files": answers, "commitOid": commit})


def _ignore_rules(git: GitRepo, commit: str, given: Any) -> IgnoreRules:
    """By the ``.gitignore`` that comes with the upload, else by the repo's."""
    if isinstance(given, str):
        return IgnoreRules(given.encode(errors="replace"))
    return IgnoreRules(git.read_file(commit, ".gitignore") or b"")


def _is_large(file: _File, lfs: LfsRules, max_regular: int) -> bool:
    """Whether a file goes through LFS: by ``.gitattributes``, by its size, by its content; an empty one never."""
    if file.size == 0:
        return False
    return lfs.tracks(file.path) or file.size > max_regular or _is_binary(file.sample)


def _is_binary(sample: bytes) -> bool:
    """Whether the beginning of a file is not UTF-8 text; a character cut off at its end is no fault."""
    if b"\0" in sample:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return True
    return False


def _parse_files(body: Mapping[str, Any]) -> list[_File]:
    files = body.get("files")
    if not isinstance(files, list) or len(files) > _MAX_FILES:
        raise HubError(400, f'"files" must be a list of at most {_MAX_FILES} files')
    return [_parse_file(file) for file in files]


def _parse_file(file: Mapping[str, Any]) -> _File:
    try:
        path, size = file["path"], file["size"]
        sample = base64.b64decode(file.get("sample") or "", validate=True)
        path.encode()  # JSON can hold half a surrogate pair, git cannot
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise HubError(400, "Each file needs a path, a size and a sample in base64") from error
    if not isinstance(size, int) or size < 0:
        raise HubError(400, f"Not a size in bytes: {size!r}")
    return _File(check_path(path), size, sample)


routes: list[BaseRoute] = [
    Route("/api/{kind:kinds}/{repo:repo}/preupload/{revision:rev}", _preupload, methods=["POST"]),
]
