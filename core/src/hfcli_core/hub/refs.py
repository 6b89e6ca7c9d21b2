"""Which repository, revision and path a person means: ids, ``hf://`` addresses, addresses pasted from a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import quote, unquote, urlsplit

from hfcli_core.errors import IntegrityError, UsageError
from hfcli_core.storage.identity import is_commit, is_etag

if TYPE_CHECKING:
    from typing import Final

RepoType = Literal["model", "dataset", "space"]
REPO_TYPES: Final[tuple[RepoType, ...]] = get_args(RepoType)

_TYPE_OF_PREFIX: Final[dict[str, RepoType]] = {f"{kind}s": kind for kind in REPO_TYPES}
_WEB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
_WEB_VIEWS = ("tree", "blob", "resolve", "raw", "commit", "commits", "blame")

_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_SPECIAL_REF = re.compile(r"(refs/(?:pr|convert|heads|tags)/[^/]+)(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository of the Hub; its id has been checked (wire.md §4.1)."""

    type: RepoType
    id: str

    def __post_init__(self) -> None:
        if self.type not in REPO_TYPES:
            raise UsageError(f"Unknown repository type '{self.type}'", hint=f"one of: {', '.join(REPO_TYPES)}")
        check_repo_id(self.id)

    @property
    def api_path(self) -> str:
        """``api/models/ns/name``, relative to the endpoint."""
        return f"api/{self.type}s/{self.id}"

    @property
    def git_path(self) -> str:
        """``ns/name`` for models, ``datasets/ns/name`` and ``spaces/ns/name`` for the others."""
        return self.id if self.type == "model" else f"{self.type}s/{self.id}"

    @property
    def folder_name(self) -> str:
        """``models--ns--name``, the folder in the hub cache (wire.md §6)."""
        return "--".join((f"{self.type}s", *self.id.split("/")))

    def web_url(
        self,
        endpoint: str,
        *,
        revision: str | None = None,
        path: str | None = None,
        kind: Literal["tree", "blob"] = "tree",
    ) -> str:
        """The page to show a person: of the repository, or of a folder (``tree``) or file (``blob``) in it.

        The address of a root that names a revision ends with ``/`` (design.md §7).
        """
        page = f"{endpoint.rstrip('/')}/{self.git_path}"
        if revision is None and path is None:
            return page
        return f"{page}/{kind}/{quote_revision(revision or 'main')}/{quote_path(path or '')}"

    def __str__(self) -> str:
        return f"{self.type} '{self.id}'"

    @property
    def title(self) -> str:
        """The same at the beginning of a sentence."""
        return f"{self.type.capitalize()} '{self.id}'"


@dataclass(frozen=True, slots=True)
class RepoTarget:
    """What was named: a repository, and, where the text said so, a revision and a path in it."""

    repo: Repo
    revision: str | None = None
    path: str | None = None


def parse_repo(text: str, *, repo_type: RepoType | None = None, endpoint: str | None = None) -> RepoTarget:
    """Read ``ns/name``, ``datasets/ns/name``, ``ns/name@rev``, ``hf://…[@rev][/path]`` or a pasted web address.

    ``repo_type`` is what the command line said; a text that names another type is a :class:`UsageError`, as is a text
    that names no repository. ``endpoint`` lets addresses below its path prefix be understood, and
    refuses those of other hosts, as what is there is not what would be fetched.
    """
    text = text.strip()
    if text.startswith("hf://"):
        return _parse_uri(text, repo_type)
    if text.startswith(("http://", "https://")):
        return _parse_web(text, repo_type, endpoint)
    if text.partition("/")[0].lower() in _WEB_HOSTS:
        return _parse_web(f"https://{text}", repo_type, endpoint)
    return _parse_id(text, repo_type)


def check_repo_id(repo_id: str) -> None:
    """Raise :class:`UsageError`, with the nearest valid id as a hint, unless ``repo_id`` is valid (wire.md §4.1)."""
    problem = _problem(repo_id)
    if problem is None:
        return
    nearest = _nearest_id(repo_id)
    raise UsageError(
        f"Invalid repository id '{repo_id}': {problem}",
        hint=f"did you mean '{nearest}'?" if nearest else "write it as 'namespace/name' or 'name'",
    )


def quote_revision(revision: str) -> str:
    """``refs/pr/1`` → ``refs%2Fpr%2F1``, as the Hub wants revisions in a path. Raises :class:`UsageError`."""
    if revision.strip() in ("", ".", ".."):
        raise UsageError(f"Invalid revision '{revision}'", hint="name a branch, a tag or a commit")
    return quote(revision, safe="", errors="surrogatepass")


def quote_path(path: str) -> str:
    """A path in a repository as it stands in an address: everything quoted but ``/``."""
    return quote(path, safe="/", errors="surrogatepass")


def checked_commit(value: object, source: str) -> str:
    """``value`` if it is a full commit sha; a server's word becomes a path only after this (faults.md S03)."""
    if isinstance(value, str) and is_commit(value):
        return value
    raise IntegrityError(f"{source} named a commit that is not one: {str(value)[:80]!r}")


def checked_oid(value: object, source: str) -> str:
    """``value`` if it is a git sha1 or a sha256 in hex (faults.md S02)."""
    if isinstance(value, str) and is_etag(value):
        return value
    raise IntegrityError(f"{source} named an object that is not one: {str(value)[:80]!r}")


def _parse_id(text: str, repo_type: RepoType | None) -> RepoTarget:
    named, at, revision = text.partition("@")
    segments = named.split("/")
    found = _TYPE_OF_PREFIX.get(segments[0]) if len(segments) > 1 else None
    if found is not None:
        segments = segments[1:]
    if len(segments) > 2 and all(_NAME.fullmatch(segment) for segment in segments[:2]):
        rest = "/".join(segments[2:])
        if rest:
            raise UsageError(
                f"Invalid repository id '{text}': at most one '/' is allowed",
                hint=f"did you mean repository '{'/'.join(segments[:2])}' and path '{rest}'?",
            )
    if at and not revision:
        raise UsageError(f"No revision after '@' in '{text}'", hint="name a branch, a tag or a commit")
    repo = Repo(_agreed_type(text, found, repo_type), "/".join(segments))
    return RepoTarget(repo, revision or None)


def _parse_uri(text: str, repo_type: RepoType | None) -> RepoTarget:
    rest = text.removeprefix("hf://").strip("/")
    prefix, _, tail = rest.partition("/")
    found = _TYPE_OF_PREFIX.get(prefix)
    if found is None:
        found, tail = "model", rest
    elif repo_type is None and not tail:
        raise UsageError(
            f"No repository in '{text}'", hint="write hf://[datasets/|spaces/]namespace/name[@revision][/path]"
        )
    named, at, after = tail.partition("@")
    if at and named.count("/") <= 1:
        special = _SPECIAL_REF.fullmatch(after)
        revision, path = special.groups() if special else after.partition("/")[::2]
        if not revision:
            raise UsageError(f"No revision after '@' in '{text}'", hint="name a branch, a tag or a commit")
        repo_id = named
    else:
        revision = ""
        segments = tail.split("/", 2)
        repo_id, path = "/".join(segments[:2]), segments[2] if len(segments) > 2 else ""
    repo = Repo(_agreed_type(text, found, repo_type), repo_id)
    return RepoTarget(repo, unquote(revision) or None, (path or "").strip("/") or None)


def _parse_web(text: str, repo_type: RepoType | None, endpoint: str | None) -> RepoTarget:
    try:
        host, path = _host_of(text), urlsplit(text).path
    except ValueError:
        raise UsageError(f"Not an address: '{text}'", hint="copy it from the page of a repository") from None
    if endpoint is not None and host not in {*_WEB_HOSTS, _host_of(endpoint)}:
        raise UsageError(
            f"A page of {host}, but the Hub in use is {endpoint}: '{text}'",
            hint="give the id of the repository alone, or the other Hub with `hf --endpoint`",
        )
    if endpoint is not None and text.startswith(endpoint.rstrip("/") + "/"):
        path = path.removeprefix(urlsplit(endpoint).path.rstrip("/"))
    segments = [segment for segment in path.split("/") if segment]
    found: RepoType = "model"
    if segments and segments[0] in _TYPE_OF_PREFIX:
        found = _TYPE_OF_PREFIX[segments.pop(0)]
    view = next((n for n, segment in enumerate(segments[1:3], start=1) if segment in _WEB_VIEWS), None)
    if not segments or (view is None and len(segments) > 2):
        hint = f"did you mean '{'/'.join(segments[:2])}'?" if segments else "copy it from the page of a repository"
        raise UsageError(f"No repository page: '{text}'", hint=hint)
    repo_id = "/".join(segments[:view]).removesuffix(".git")
    repo = Repo(_agreed_type(text, found, repo_type), repo_id)
    if view is None or len(segments) == view + 1:
        return RepoTarget(repo)
    after = "/".join(segments[view + 1 :])
    special = _SPECIAL_REF.fullmatch(after)
    revision, inside = special.groups() if special else after.partition("/")[::2]
    return RepoTarget(repo, unquote(revision), unquote(inside or "") or None)


def _host_of(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def _agreed_type(text: str, found: RepoType | None, asked: RepoType | None) -> RepoType:
    if found is not None and asked is not None and found != asked:
        raise UsageError(
            f"'{text}' names a {found}, but the repository type given is {asked}", hint="give one of the two"
        )
    return found or asked or "model"


def _problem(repo_id: str) -> str | None:
    segments = repo_id.split("/")
    broken = {
        "at most one '/' is allowed": len(segments) > 2,
        "only letters, digits, '-', '_' and '.' are allowed, and no part starts with '-' or '.'": not all(
            _NAME.fullmatch(segment) for segment in segments
        ),
        "no part ends with '-' or '.'": any(segment.endswith(("-", ".")) for segment in segments),
        "the name is longer than 96 characters": len(segments[-1]) > 96,
        "'--' and '..' are not allowed": "--" in repo_id or ".." in repo_id,
        "it cannot end with '.git'": repo_id.endswith(".git"),
    }
    return next((problem for problem, applies in broken.items() if applies), None)


def _nearest_id(repo_id: str) -> str | None:
    segments = [segment for segment in repo_id.replace("\\", "/").strip().split("/") if segment.strip(" .-")][:2]
    cleaned = "/".join(re.sub(r"[^A-Za-z0-9_.-]+", "-", segment.strip()).strip("-.")[:96] for segment in segments)
    cleaned = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", cleaned)).removesuffix(".git")
    return cleaned if cleaned and _problem(cleaned) is None else None
