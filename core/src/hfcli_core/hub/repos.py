"""Questions about repositories, and their creation. What a server says is checked before it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from hfcli_core.errors import AuthenticationError, ConflictError, HfError, IntegrityError
from hfcli_core.hub.refs import checked_commit, checked_oid, quote_path, quote_revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hfcli_core.hub.refs import Repo
    from hfcli_core.hub.responses import Response
    from hfcli_core.hub.session import HubSession

PATHS_PER_QUESTION = 500
_MAX_PATH = 4096
_CREATE_ATTEMPTS = 5
_OTHER_CREATION = b"another conflicting operation is in progress"
"""Part of a 409 that does not mean that the repository exists (wire.md §4.3)."""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """The identity behind a token (wire.md §5.1); ``orgs`` are the names of its organisations."""

    name: str
    type: str
    fullname: str | None
    email: str | None
    orgs: tuple[str, ...]
    token_name: str | None
    token_role: str | None
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RepoInfo:
    """A repository at a revision: ``sha`` is the commit, None for a repository without one."""

    id: str
    sha: str | None
    private: bool
    gated: Literal["auto", "manual", False]
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file or a directory of a commit. ``oid`` is the git sha1, ``size`` that of the content in bytes."""

    path: str
    type: Literal["file", "directory"]
    oid: str
    size: int
    lfs_sha256: str | None = None
    xet_hash: str | None = None

    @property
    def etag(self) -> str:
        """What the content is known by in the cache: its sha256 where it is stored in LFS, else its git sha1."""
        return self.lfs_sha256 or self.oid


@dataclass(frozen=True, slots=True)
class RepoUrl:
    """Where a created repository is, and whether it was there before."""

    url: str
    id: str
    existed: bool


@dataclass(frozen=True, slots=True)
class Ref:
    name: str
    ref: str
    commit: str


@dataclass(frozen=True, slots=True)
class Refs:
    branches: tuple[Ref, ...]
    tags: tuple[Ref, ...]
    converts: tuple[Ref, ...]
    pull_requests: tuple[Ref, ...]


def whoami(session: HubSession, *, retry: bool | None = None) -> WhoAmI:
    """Who the token belongs to (wire.md §5.1). Raises :class:`AuthenticationError` when it is refused."""
    raw = _object(session.json("GET", "api/whoami-v2", retry=retry), "whoami")
    access = _dict(_dict(raw.get("auth")).get("accessToken"))
    orgs = [_dict(org).get("name") for org in _list(raw.get("orgs"))]
    return WhoAmI(
        name=_text(raw, "name", "whoami"),
        type=str(raw.get("type") or "user"),
        fullname=_optional(raw.get("fullname")),
        email=_optional(raw.get("email")),
        orgs=tuple(name for name in orgs if isinstance(name, str)),
        token_name=_optional(access.get("displayName")),
        token_role=_optional(access.get("role")),
        raw=raw,
    )


def repo_info(session: HubSession, repo: Repo, revision: str | None = None) -> RepoInfo:
    """The repository, at ``revision`` or its default branch (wire.md §5.2).

    Raises :class:`RepoNotFoundError`, :class:`RevisionNotFoundError`, :class:`GatedRepoError`.
    """
    path = repo.api_path if revision is None else f"{repo.api_path}/revision/{quote_revision(revision)}"
    raw = _object(session.json("GET", path, repo=repo, revision=revision), "repository")
    sha = raw.get("sha")
    gated = raw.get("gated")
    return RepoInfo(
        id=str(raw.get("id") or repo.id),
        sha=None if sha is None else checked_commit(sha, session.endpoint),
        private=bool(raw.get("private")),
        gated=gated if gated in ("auto", "manual") else False,
        raw=raw,
    )


def list_tree(
    session: HubSession, repo: Repo, revision: str, path: str = "", *, recursive: bool = True
) -> Iterator[TreeEntry]:
    """Every entry below ``path``, page by page (wire.md §5.2). Names are as the server gave them: unchecked."""
    for page in tree_pages(session, repo, revision, path, recursive=recursive):
        yield from page.entries


class TreePage(NamedTuple):
    """A part of a listing; ``more``: it is not the last."""

    entries: list[TreeEntry]
    more: bool


def tree_pages(
    session: HubSession, repo: Repo, revision: str, path: str = "", *, recursive: bool = True
) -> Iterator[TreePage]:
    """As :func:`list_tree`, for those who have something to do before the next page is asked for."""
    folder = f"/{quote_path(path.strip('/'))}" if path.strip("/") else ""
    pages = session.pages(
        f"{repo.api_path}/tree/{quote_revision(revision)}{folder}",
        params={"recursive": recursive, "expand": False},
        repo=repo,
        revision=revision,
    )
    for page in pages:
        yield TreePage([_tree_entry(raw, session.endpoint) for raw in page.items], page.more)


def paths_info(session: HubSession, repo: Repo, revision: str, paths: Sequence[str]) -> list[TreeEntry]:
    """The entries at ``paths``; those that do not exist are left out (wire.md §5.2)."""
    found = []
    for start in range(0, len(paths), PATHS_PER_QUESTION):
        raw = session.json(
            "POST",
            f"{repo.api_path}/paths-info/{quote_revision(revision)}",
            form=[("paths", path) for path in paths[start : start + PATHS_PER_QUESTION]],
            repo=repo,
            revision=revision,
            retry=True,
        )
        found += [_tree_entry(entry, session.endpoint) for entry in _list(raw)]
    return found


def create_repo(
    session: HubSession,
    repo: Repo,
    *,
    private: bool | None = None,
    exist_ok: bool = False,
    space_sdk: str | None = None,
    further: Mapping[str, Any] | None = None,
) -> RepoUrl:
    """Create ``repo`` (wire.md §5.2). An id without namespace is created for the owner of the token.

    ``further`` are fields of the request beside those that have a parameter here, such as ``region``. Raises
    :class:`ConflictError` when it exists, unless ``exist_ok``: then a token that may not create it is enough to use it.
    """
    namespace, _, name = repo.id.rpartition("/")
    body: dict[str, Any] = {"name": name, "organization": namespace or None, "type": repo.type}
    if private is not None:
        body["private"] = private
    if space_sdk is not None:
        body["sdk"] = space_sdk
    body |= further or {}
    try:
        response = _creation(session, body)
    except AuthenticationError:
        if not exist_ok:
            raise
        return _existing(session, repo)
    raw = _dict(response.json())
    existed = response.status == 409
    if existed and not exist_ok:
        raise ConflictError(f"{repo.title} exists already", hint="use another name, or --exist-ok")
    repo_id = raw.get("name") or raw.get("id")
    if not isinstance(repo_id, str) or "/" not in repo_id:
        repo_id = repo.id
    url = raw.get("url")
    page = session.localize(url) if isinstance(url, str) and url.startswith("http") else repo.web_url(session.endpoint)
    if "/" not in repo.id and isinstance(url, str):
        repo_id = "/".join(page.rstrip("/").split("/")[-2:])
    return RepoUrl(page, repo_id, existed)


def _creation(session: HubSession, body: Mapping[str, Any]) -> Response:
    """The answer to an order to create, 409 included; a Hub that is busy with another of ours is asked again."""
    for attempt in range(_CREATE_ATTEMPTS):
        response = session.request("POST", "api/repos/create", json=body, repo=None, accept=(409,))
        if response.status != 409 or _OTHER_CREATION not in response.body:
            return response
        session.cancelled.wait(session.options.first_wait * 2**attempt)
    raise ConflictError("The Hub is busy with creating another repository for you", hint="try again in a moment")


def create_branch(
    session: HubSession, repo: Repo, branch: str, start: str | None = None, *, exist_ok: bool = False
) -> None:
    """Create ``branch`` at revision ``start``, or at the default branch. Raises :class:`ConflictError` if it exists."""
    try:
        session.request(
            "POST",
            f"{repo.api_path}/branch/{quote_revision(branch)}",
            json={} if start is None else {"startingPoint": start},
            repo=repo,
            revision=start,
        )
    except ConflictError:
        if not exist_ok:
            raise


def list_refs(session: HubSession, repo: Repo, *, include_prs: bool = False) -> Refs:
    """Branches, tags, converted branches and, where asked for, pull requests (wire.md §5.2)."""
    params = {"include_prs": 1} if include_prs else None
    raw = _object(session.json("GET", f"{repo.api_path}/refs", params=params, repo=repo), "references")

    def refs(key: str) -> tuple[Ref, ...]:
        found = (_dict(item) for item in _list(raw.get(key)))
        return tuple(
            Ref(
                _text(item, "name", "references"),
                _text(item, "ref", "references"),
                checked_commit(item.get("targetCommit"), session.endpoint),
            )
            for item in found
        )

    return Refs(refs("branches"), refs("tags"), refs("converts"), refs("pullRequests"))


def _existing(session: HubSession, repo: Repo) -> RepoUrl:
    """A token without the right to create may still have the right to write into what is there."""
    try:
        info = repo_info(session, repo)
    except HfError as error:
        raise AuthenticationError(
            f"The token may not create {repo}, and it does not exist", hint="create it, or use a token that may"
        ) from error
    return RepoUrl(repo.web_url(session.endpoint), info.id, existed=True)


def _tree_entry(raw: Any, endpoint: str) -> TreeEntry:
    entry = _object(raw, "tree entry")
    path, kind, size = entry.get("path"), entry.get("type"), entry.get("size", 0)
    if not isinstance(path, str) or len(path) > _MAX_PATH or kind not in ("file", "directory"):
        raise IntegrityError(f"{endpoint} listed an entry that is neither a file nor a directory")
    lfs = _dict(entry.get("lfs"))
    content_size = lfs.get("size", size)
    if not isinstance(content_size, int) or isinstance(content_size, bool) or content_size < 0:
        raise IntegrityError(f"{endpoint} listed {path[:200]!r} with an impossible size")
    xet = entry.get("xetHash")
    return TreeEntry(
        path=path,
        type=kind,
        oid=checked_oid(entry.get("oid"), endpoint),
        size=content_size,
        lfs_sha256=checked_oid(lfs["oid"], endpoint) if "oid" in lfs else None,
        xet_hash=checked_oid(xet, endpoint) if xet is not None else None,
    )


def _object(value: Any, what: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise IntegrityError(f"The Hub answered with a {what} that is not a JSON object")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(raw: Mapping[str, Any], key: str, what: str) -> str:
    value = raw.get(key)
    if isinstance(value, str):
        return value
    raise IntegrityError(f"The Hub answered with a {what} without '{key}'")


def _optional(value: Any) -> str | None:
    return value if isinstance(value, str) else None
