"""The signed addresses by which LFS objects are had and stored, in the form of git-lfs's "actions" (wire.md §5.5)."""

from __future__ import annotations

import hashlib
import hmac
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from .signing import signed_address, verify

if TYPE_CHECKING:
    from ..store.hub import Hub
    from ..store.repos import Repo

# Above it, parts grow instead: an answer stays small whatever size a client announces.
_MAX_PARTS = 1000
COMPLETION_PATH = "/api/complete_multipart"


class LfsObject(NamedTuple):
    sha256: str
    size: int


class Completion(NamedTuple):
    """What a signed completion address is about; ``repo`` is the uid of the repo that the object is for."""

    repo: str
    item: LfsObject
    upload_id: str
    parts: int


def download_link(hub: Hub, item: LfsObject, *, disposition: str | None = None) -> dict[str, Any]:
    """``disposition`` is the Content-Disposition with which the content shall be served."""
    claims = {"disposition": disposition} if disposition else {}
    return _link(hub, hub.content_url, f"/lfs/{item.sha256}", "GET", claims)


def upload_link(repo: Repo, item: LfsObject) -> dict[str, Any]:
    """For the whole object in one PUT."""
    claims = {"size": str(item.size), "repo": repo.uid}
    return _link(repo.hub, repo.hub.content_url, f"/lfs/{item.sha256}", "PUT", claims)


def multipart_link(repo: Repo, item: LfsObject, *, endpoint: str) -> dict[str, Any]:
    """Where each part goes, under its number in ``header``; ``href`` is the Hub's address that joins them.

    The id of an upload follows from repo and object, so that a second attempt overwrites the parts of the first.
    """
    hub = repo.hub
    part_size = max(hub.limits.part_size, math.ceil(item.size / _MAX_PARTS))
    name = f"{repo.uid}:{item.sha256}:{item.size}:{part_size}".encode()
    upload_id = hmac.new(hub.secret, name, hashlib.sha256).hexdigest()[:32]
    count = math.ceil(item.size / part_size)
    header = {"chunk_size": str(part_size)}
    for number in range(1, count + 1):
        size = min(part_size, item.size - (number - 1) * part_size)
        link = _link(hub, hub.content_url, f"/parts/{upload_id}/{number}", "PUT", {"size": str(size)})
        header[f"{number:05d}"] = link["href"]
    claims = {"oid": item.sha256, "size": str(item.size), "uploadId": upload_id, "parts": str(count), "repo": repo.uid}
    return {**_link(hub, endpoint, COMPLETION_PATH, "POST", claims), "header": header}


def verify_link(repo: Repo, *, endpoint: str) -> dict[str, Any]:
    """Where a client asks whether its upload arrived.

    Signed as the rest is, because git-lfs sends credentials either to every address of a batch or to none.
    """
    path = f"/{repo.web_path}.git/info/lfs/objects/verify"
    return _link(repo.hub, endpoint, path, "POST", {"repo": repo.uid})


def read_completion(hub: Hub, query: str) -> Completion:
    """Raises BadSignatureError."""
    claims = verify(hub.secret, method="POST", path=COMPLETION_PATH, query=query)
    item = LfsObject(claims["oid"], int(claims["size"]))
    return Completion(claims["repo"], item, claims["uploadId"], int(claims["parts"]))


def _link(hub: Hub, base_url: str, path: str, method: str, claims: dict[str, str]) -> dict[str, Any]:
    lifetime = hub.limits.link_lifetime
    href = signed_address(hub.secret, base_url, path, method=method, lifetime=lifetime, params=claims)
    return {"href": href, "expires_in": int(lifetime)}
