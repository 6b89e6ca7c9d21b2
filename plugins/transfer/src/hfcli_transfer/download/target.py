"""What REPO_ID, FILENAMES, ``--repo-type`` and ``--revision`` mean together."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError, anchored, parse_repo

from .request import DEFAULT_REVISION, has_wildcard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import Repo, RepoType

_FILE_SUFFIXES = (
    *(".arrow", ".bin", ".ckpt", ".csv", ".gguf", ".gz", ".h5", ".jinja", ".jpg", ".json", ".jsonl", ".md", ".model"),
    *(".msgpack", ".npy", ".npz", ".onnx", ".parquet", ".png", ".pt", ".pth", ".py", ".safetensors", ".tar", ".tflite"),
    *(".tsv", ".txt", ".wav", ".yaml", ".yml", ".zip", ".zst"),
)
_SCHEMES = ("hf://", "http://", "https://")


def read_target(
    text: str, filenames: Sequence[str], *, repo_type: RepoType | None, revision: str | None, endpoint: str
) -> tuple[Repo, str, tuple[str, ...]]:
    """The repo, the revision and the names of files, each once and from the root of the repo.

    REPO_ID may be an address that names a revision and a path as well; saying either of them twice is refused.
    """
    if (repo_id := misplaced_repo(text, filenames)) is not None:
        others = [text, *(name for name in filenames if name != repo_id)]
        raise UsageError(
            f"the repo comes first, but '{text}' stands in its place",
            hint=f"write {shlex.join(['hf', 'download', repo_id, *others])}",
        )
    target = parse_repo(text, repo_type=repo_type, endpoint=endpoint)
    if target.revision is not None and revision not in (None, target.revision):
        raise UsageError(
            f"'{text}' names the revision '{target.revision}', but --revision is '{revision}'", hint="give one of them"
        )
    if target.path is not None and filenames:
        raise UsageError(
            f"'{text}' names '{target.path}' already",
            hint=f"write '{target.repo.id}' and then the names of the files",
        )
    given = filenames if target.path is None else [target.path]
    named = target.revision if target.revision is not None else revision
    return (
        target.repo,
        DEFAULT_REVISION if named is None else named,
        tuple(dict.fromkeys(_from_root(name) for name in given)),
    )


def misplaced_repo(first: str, others: Sequence[str]) -> str | None:
    """The one of ``others`` that is the repo, where the ``first`` word is not it; None where all seems in order.

    What can be known without a request:

    - A first word with a wildcard, or one that begins as only a path does (``./``, ``/``), is no repo. Another word
      that can be one is, an ``owner/name`` before a name alone, unless it ends like a file.
    - A first word that ends like a file (``.json``), or that cannot be an id, is doubted only where another word can be
      nothing but a repo: an ``owner/name`` that does not end like a file, or an address. So a repo that is called like
      a file is taken for one as long as nothing else can be; ``hf://owner/name.json`` is never doubted.
    """
    repos = [word for word in others if _can_be_repo(word) and not _ends_like_a_file(word)]
    certain = [word for word in others if word.startswith(_SCHEMES) or (word in repos and "/" in word)]
    if has_wildcard(first) or first.startswith(("/", "./", "../")):
        return next(iter([*certain, *repos]), None)
    if _ends_like_a_file(first) or not _can_be_repo(first):
        return next(iter(certain), None)
    return None


def _can_be_repo(word: str) -> bool:
    try:
        parse_repo(word)
    except UsageError:
        return False
    return True


def _ends_like_a_file(word: str) -> bool:
    return word.lower().endswith(_FILE_SUFFIXES) and not word.startswith(_SCHEMES)


def _from_root(name: str) -> str:
    """The name as it is in a listing; that of the root itself means everything. An empty one stays, to be refused."""
    inside = anchored(name)
    return "*" if name and inside in ("", ".") else inside
