"""Objects that arrive in parts: each part kept with its ETag, then all joined (wire.md §5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..store.errors import CorruptObject, MissingObject

if TYPE_CHECKING:
    from pathlib import Path

    from ..store.objects import ObjectStore, Upload
    from ..store.repos import Repo
    from .lfs_links import Completion


def keep_part(objects: ObjectStore, upload: Upload, upload_id: str, number: int) -> str:
    """Keep what was uploaded as part ``number``, and return its ETag without quotes."""
    etag = upload.commit_part(upload_id, number)
    _etag_file(objects, upload_id, number).write_text(etag)
    return etag


def join_parts(repo: Repo, completion: Completion, given: Any) -> None:
    """Make the object of its parts. ``given`` is the client's list of ``{"partNumber", "etag"}``.

    A client whose connection broke while it waited may ask again. Raises CorruptObject, MissingObject.
    """
    objects, item, upload_id = repo.hub.objects, completion.item, completion.upload_id
    if repo.has_large(item.sha256, item.size):
        return
    try:
        etags = {int(part["partNumber"]): str(part["etag"]).strip('"') for part in given}
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptObject('Each of "parts" needs a partNumber and an etag') from error
    numbers = range(1, completion.parts + 1)
    if sorted(etags) != [*numbers]:
        raise MissingObject(f"Expected the parts 1 to {completion.parts}")
    for number in numbers:
        kept = _etag_file(objects, upload_id, number)
        if not kept.exists() or kept.read_text() != etags[number]:
            raise CorruptObject(f"Part {number} was not uploaded, or has another ETag")
    objects.complete(upload_id, numbers, item.sha256, item.size)
    repo.add_large(item.sha256)


def _etag_file(objects: ObjectStore, upload_id: str, number: int) -> Path:
    return objects.part(upload_id, number).with_suffix(".etag")
