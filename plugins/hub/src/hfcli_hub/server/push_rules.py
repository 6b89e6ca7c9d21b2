"""What the Hub refuses in a push: refs that are not the pusher's to move, and objects that must not enter a repo."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from dulwich.objects import S_ISGITLINK, ZERO_SHA, Blob, Commit, Tag, Tree
from dulwich.refs import check_ref_format

from ..store.errors import InvalidChange
from ..store.names import check_path
from ..store.pointer import MAX_POINTER_SIZE, parse_pointer
from .pack_scan import OversizedObjectError, scan_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dulwich.objects import ObjectID, ShaFile
    from dulwich.refs import Ref
    from dulwich.repo import Repo

DEFAULT_BRANCH = b"refs/heads/main"
_BRANCHES = b"refs/heads/"
# Up to here an object is read whole, so that a refusal can name the file.
_IN_MEMORY = 64 * 2**20
_PULL_REQUEST = re.compile(rb"refs/pr/\d+")


class PushRefusedError(Exception):
    """The whole push is refused; the message, of one or more lines, is for the person who pushed."""


@dataclass(frozen=True)
class RefUpdate:
    """One line of a push: ``ref`` moves from ``old`` to ``new``; all zeros stand for a ref that does not exist."""

    old: ObjectID
    new: ObjectID
    ref: Ref

    @property
    def deletes(self) -> bool:
        return self.new == ZERO_SHA


def refusal(repo: Repo, update: RefUpdate) -> str | None:
    """Why ``update`` is not allowed, in a few words as git prints them beside the ref, or None.

    Writers move branches and tags as they like, forced or not. A pull request's ref is made by the Hub; a push may only
    move it.
    """
    ref = update.ref
    is_pull_request = _PULL_REQUEST.fullmatch(ref) is not None
    if not check_ref_format(ref) or not _is_utf8(ref):
        return "funny refname"
    if not is_pull_request and not ref.startswith((_BRANCHES, b"refs/tags/")):
        return "hidden ref"
    if is_pull_request and ref not in repo.refs:
        return "open the pull request first"
    if update.deletes:
        return "the Hub needs this ref" if is_pull_request or ref == DEFAULT_BRANCH else None
    return None if _can_hold(repo, ref, update.new) else "bad object"


def _can_hold(repo: Repo, ref: Ref, oid: ObjectID) -> bool:
    """Every ref must mean a commit; a tag may do so through annotated tags, any other ref only directly."""
    try:
        target = repo.object_store[oid]
        while isinstance(target, Tag) and ref.startswith(b"refs/tags/"):
            target = repo.object_store[target.object[1]]
    except KeyError:
        return False
    return isinstance(target, Commit)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass
class ObjectRules:
    """Checks every object of a pushed pack.

    ``max_regular`` is the size in bytes above which a file must go through LFS; ``has_large`` tells whether the
    LFS object of a sha256 and a size was uploaded to the repo.
    """

    max_regular: int
    has_large: Callable[[str, int], bool]
    _too_large: dict[ObjectID, int] = field(default_factory=dict)
    _dangling: set[ObjectID] = field(default_factory=set)

    def scan(self, pack: IO[bytes]) -> None:
        """Refuse a pack with an object that is too large to be looked at in memory. Reads ``pack`` to its end."""
        try:
            scan_pack(pack, max(_IN_MEMORY, self.max_regular))
        except OversizedObjectError as error:
            offender = f"git object {error.oid}" if error.oid else "a changed file"
            raise self._refuse_large([f"{offender} ({error.size} bytes)"]) from error

    def check(self, repo: Repo, objects: Iterable[ShaFile], tips: Iterable[ObjectID]) -> None:
        """Raise PushRefusedError if one of ``objects`` is not acceptable, with names from the trees of ``tips``."""
        for item in objects:
            for needed in self._needs(item):
                if needed not in repo.object_store:
                    raise PushRefusedError(f"The push lacks the object {needed.decode()}.")
        if not self._too_large and not self._dangling:
            return
        names = _names_of(repo, {*self._too_large, *self._dangling}, tips)
        if self._too_large:
            raise self._refuse_large(
                f"{names.get(oid, oid.decode())} ({size} bytes)" for oid, size in self._too_large.items()
            )
        raise PushRefusedError(
            "Your push was rejected because an LFS pointer points to a file that was not uploaded.\n"
            "Run `git lfs push --all` for the branch, then push again.\n"
            "Offending files:\n" + "\n".join(f"  - {names.get(oid, oid.decode())}" for oid in sorted(self._dangling))
        )

    def _refuse_large(self, offenders: Iterable[str]) -> PushRefusedError:
        return PushRefusedError(
            f"Your push was rejected because it contains files larger than {self.max_regular / 2**20:.0f} MiB.\n"
            "Please use https://git-lfs.com to store large files.\n"
            "Offending files:\n" + "\n".join(f"  - {offender}" for offender in offenders)
        )

    def _needs(self, item: ShaFile) -> Iterator[ObjectID]:
        """Note what is wrong with ``item`` itself, and yield the objects that must exist beside it."""
        if isinstance(item, Blob):
            self._check_blob(item)
        elif isinstance(item, Tree):
            for name, mode, oid in item.iteritems():
                _check_name(name)
                if not S_ISGITLINK(mode):
                    yield oid
        elif isinstance(item, Commit):
            yield item.tree
            yield from item.parents
        elif isinstance(item, Tag):
            yield item.object[1]

    def _check_blob(self, blob: Blob) -> None:
        size = blob.raw_length()
        if size > self.max_regular:
            self._too_large[blob.id] = size
        elif size <= MAX_POINTER_SIZE:
            pointer = parse_pointer(blob.as_raw_string())
            if pointer is not None and not self.has_large(pointer.sha256, pointer.size):
                self._dangling.add(blob.id)


def _check_name(name: bytes) -> None:
    try:
        check_path(name.decode())
    except (UnicodeDecodeError, InvalidChange) as error:
        raise PushRefusedError(f"The push contains a file name that is not allowed: {name!r}") from error


def _names_of(repo: Repo, wanted: Iterable[ObjectID], tips: Iterable[ObjectID]) -> dict[ObjectID, str]:
    """Paths under which the trees of ``tips`` hold some of ``wanted``; what only older commits hold is left out."""
    missing = set(wanted)
    names: dict[ObjectID, str] = {}
    for tip in tips:
        target = repo.object_store[tip]
        if not isinstance(target, Commit):
            continue
        for path, _mode, oid in repo.object_store.iter_tree_contents(target.tree):
            if oid in missing:
                names.setdefault(oid, path.decode(errors="replace"))
    return names
