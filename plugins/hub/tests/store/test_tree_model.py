"""Any sequence of changes leaves the tree that a dictionary of paths would be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from hfcli_hub.store.errors import InvalidChange, UnknownPath
from hfcli_hub.store.git import Change, DeleteFile, DeleteFolder, PutFile
from hfcli_hub.store.tree_edit import TreeEdit, parse
from hypothesis import given, settings, strategies as st

PATHS = st.lists(st.sampled_from(["a", "a-b", "b", "é"]), min_size=1, max_size=3).map("/".join)
CHANGES = st.one_of(
    st.builds(PutFile, PATHS, st.binary(min_size=20, max_size=20)),
    st.builds(DeleteFile, PATHS),
    st.builds(DeleteFolder, PATHS),
)


class Trees:
    """Tree objects in memory; what a put stores as oid is its data."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.root: str | None = None

    def apply(self, changes: list[Change]) -> bool:
        edit = TreeEdit(lambda oid: parse(self.objects[oid]), self.root)
        try:
            for change in changes:
                if isinstance(change, PutFile):
                    edit.put(change.path, change.data.hex())
                elif isinstance(change, DeleteFile):
                    edit.delete_file(change.path)
                elif isinstance(change, DeleteFolder):
                    edit.delete_folder(change.path)
        except (UnknownPath, InvalidChange):
            return False
        self.root = edit.write(self._store)
        return True

    def _store(self, data: bytes) -> str:
        oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        self.objects[oid] = data
        return oid

    def files(self, oid: str | None, prefix: str = "") -> Iterator[tuple[str, bytes]]:
        items = parse(self.objects[oid]) if oid else ()
        names = [f"{item.name}/" if item.is_directory else item.name for item in items]
        assert names == sorted(names, key=str.encode)
        assert items or not prefix, "an empty folder"
        for item in items:
            if item.is_directory:
                yield from self.files(item.oid, f"{prefix}{item.name}/")
            else:
                yield prefix + item.name, bytes.fromhex(item.oid)


def expected(files: dict[str, bytes], change: Change) -> bool:
    """Apply a change to files by path, where folders exist as far as files are in them. False when it is refused."""
    path = change.path
    below = [name for name in files if name.startswith(f"{path}/")]
    if isinstance(change, PutFile):
        parents = ["/".join(path.split("/")[:n]) for n in range(1, path.count("/") + 1)]
        if below or any(parent in files for parent in parents):
            return False
        files[path] = change.data
        return True
    if isinstance(change, DeleteFile):
        return files.pop(path, None) is not None
    for name in below:
        del files[name]
    return bool(below)


@given(st.lists(CHANGES, max_size=25))
def test_one_commit_per_change(changes: list[Change]) -> None:
    trees, files = Trees(), dict[str, bytes]()
    for change in changes:
        assert trees.apply([change]) == expected(files, change)
        assert dict(trees.files(trees.root)) == files


@settings(max_examples=500)
@given(st.lists(CHANGES, max_size=25))
def test_all_changes_in_one_commit(changes: list[Change]) -> None:
    trees, files = Trees(), dict[str, bytes]()
    accepted = [change for change in changes if expected(files, change)]
    assert trees.apply(accepted)
    assert dict(trees.files(trees.root)) == files
