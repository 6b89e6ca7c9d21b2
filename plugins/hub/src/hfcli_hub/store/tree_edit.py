"""Changes to a tree: only the directories on changed paths are read and written again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .errors import InvalidChange, UnknownPath
from .names import check_path

FILE_MODE = 0o100644
DIRECTORY_MODE = 0o040000


@dataclass(frozen=True)
class TreeItem:
    """One line of a git tree."""

    name: str
    mode: int
    oid: str

    @property
    def is_directory(self) -> bool:
        return self.mode == DIRECTORY_MODE


Loader = Callable[[str], Sequence[TreeItem]]


@dataclass
class TreeEdit:
    """A directory being changed. `oid` is what it was, None for a new one; items are read when first needed."""

    load: Loader
    oid: str | None = None
    _items: dict[str, TreeItem | TreeEdit] | None = field(default=None, repr=False)

    @property
    def items(self) -> dict[str, TreeItem | TreeEdit]:
        if self._items is None:
            self._items = {item.name: item for item in self.load(self.oid)} if self.oid else {}
        return self._items

    @property
    def empty(self) -> bool:
        if self._items is None:
            return self.oid is None
        return all(isinstance(item, TreeEdit) and item.empty for item in self._items.values())

    def present(self, name: str) -> TreeItem | TreeEdit | None:
        """What has a name. A folder whose files were all deleted is gone, though its edit is still here."""
        item = self.items.get(name)
        return None if isinstance(item, TreeEdit) and item.empty else item

    def put(self, path: str, oid: str) -> None:
        """Set a file; an existing file keeps its mode. Raises InvalidChange where a directory has that name."""
        directory, name = self._directory_of(check_path(path), path)
        current = directory.present(name)
        if current is None:
            directory.items[name] = TreeItem(name, FILE_MODE, oid)
        elif isinstance(current, TreeEdit) or current.is_directory:
            raise InvalidChange(f"A folder has the name of the file: {path!r}")
        else:
            directory.items[name] = TreeItem(name, current.mode, oid)

    def delete_file(self, path: str) -> None:
        directory, name = self._existing(path)
        item = directory.present(name)
        if item is None or isinstance(item, TreeEdit) or item.is_directory:
            raise UnknownPath(f'A file with the name "{path}" doesn\'t exist')
        del directory.items[name]

    def delete_folder(self, path: str) -> None:
        directory, name = self._existing(path.strip("/"))
        item = directory.present(name)
        if item is None or (isinstance(item, TreeItem) and not item.is_directory):
            raise UnknownPath(f'A folder with the name "{path}" doesn\'t exist')
        del directory.items[name]

    def write(self, store: Callable[[bytes], str]) -> str | None:
        """Store changed trees, deepest first. Returns this tree's oid, or None when it became empty."""
        if self._items is None:
            return self.oid
        kept: list[TreeItem] = []
        for name, item in self._items.items():
            if isinstance(item, TreeItem):
                kept.append(item)
            elif oid := item.write(store):
                kept.append(TreeItem(name, DIRECTORY_MODE, oid))
        return store(serialize(kept)) if kept else None

    def _existing(self, path: str) -> tuple[TreeEdit, str]:
        try:
            return self._directory_of(path, path, create=False)
        except InvalidChange:
            raise UnknownPath(f'A file with the name "{path}" doesn\'t exist') from None

    def _directory_of(self, path: str, whole: str, *, create: bool = True) -> tuple[TreeEdit, str]:
        head, slash, rest = path.partition("/")
        if not slash:
            return self, head
        item = self.items.get(head)
        if isinstance(item, TreeItem):
            if not item.is_directory:
                raise InvalidChange(f"A file has the name of a folder in: {whole!r}")
            item = self.items[head] = TreeEdit(self.load, item.oid)
        elif item is None:
            if not create:
                raise InvalidChange(f"No such folder: {whole!r}")
            item = self.items[head] = TreeEdit(self.load)
        return item._directory_of(rest, whole, create=create)


def serialize(items: Sequence[TreeItem]) -> bytes:
    """A git tree object's body, in git's order: a directory sorts as if its name ended with a slash."""
    rows = [(item.name.encode("utf-8", "surrogateescape"), item) for item in items]
    rows.sort(key=lambda row: row[0] + b"/" if row[1].is_directory else row[0])
    return b"".join(b"%o %s\x00%s" % (item.mode, name, bytes.fromhex(item.oid)) for name, item in rows)


def parse(data: bytes) -> tuple[TreeItem, ...]:
    """The lines of a git tree object's body. Names that are not UTF-8 come as surrogate escapes."""
    items = []
    position = 0
    while position < len(data):
        space = data.index(b" ", position)
        end = data.index(b"\x00", space)
        name = data[space + 1 : end].decode("utf-8", "surrogateescape")
        items.append(TreeItem(name, int(data[position:space], 8), data[end + 1 : end + 21].hex()))
        position = end + 21
    return tuple(items)
