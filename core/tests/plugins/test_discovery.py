"""Discovery against importlib.metadata, over layouts that installers make and over junk."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from hfcli_core.plugins.archives import ArchiveCache
from hfcli_core.plugins.discovery import GROUP, find_plugins, normalise, parse_entry_points
from hypothesis import HealthCheck, given, settings, strategies as st

NAMES = ("hf-alpha", "hf.beta", "Hf_Beta", "hf_gamma", "delta")
ENTRY_POINTS = (
    None,
    "",
    "[console_scripts]\nx = y:z\n",
    f"[{GROUP}]\none = one.plugin\n",
    f"# a comment\n[console_scripts]\nx = y:z\n\n[{GROUP}]\n  two=two.plugin:Plugin [extra]\n; three = 3\n[o]\na = b\n",
    f"[{GROUP}]\n[{GROUP}.other]\nfour = four\n",
    f"x = before any section\n[{GROUP}]\r\nfive = five\r\n",
)
KINDS = ("wheel", "egg-info folder", "development egg-info", "egg-info file", "egg", "without METADATA", "name only")

layouts = st.lists(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(KINDS), st.sampled_from(ENTRY_POINTS)),
        max_size=4,
        unique_by=lambda item: normalise(item[0]),
    ),
    min_size=1,
    max_size=4,
)


@given(layout=layouts, zipped=st.sets(st.integers(0, 3)), repeated=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_finds_what_importlib_metadata_finds(
    layout: list[list[tuple[str, str, str | None]]], zipped: set[int], repeated: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path: list[str] = [str(Path(folder) / "missing")]
        for number, distributions in enumerate(layout):
            root = Path(folder) / f"site-{number}"
            root.mkdir()
            (root / "junk.dist-info.bak").mkdir()
            eggs = [
                _make(root, *distribution, version=f"1.{number}")
                for distribution in distributions
                # Nothing puts the old single files into archives.
                if not (number in zipped and distribution[1] == "egg-info file")
            ]
            if number in zipped:
                path += [shutil.make_archive(str(root), "zip", root)]
            else:
                path += [str(root), *(str(egg) for egg in eggs if egg)]
        if repeated:
            path += path
        assert _ours(path) == _theirs(path)


def test_it_finds_what_importlib_metadata_finds_on_this_interpreter() -> None:
    found = {item.distribution: item for item in find_plugins(sys.path, ArchiveCache()) if not item.shadowed_by}
    expected = {normalise(entry.dist.name): entry.dist for entry in metadata.entry_points(group=GROUP) if entry.dist}
    assert found.keys() == expected.keys()
    assert {name: item.version for name, item in found.items()} == {name: d.version for name, d in expected.items()}
    assert "hfcli-auth" in found


def test_a_distribution_that_offers_nothing_shadows_a_later_one(tmp_path: Path) -> None:
    _make(tmp_path / "first", "corp", "wheel", None, version="2")
    _make(tmp_path / "later", "corp", "wheel", ENTRY_POINTS[3], version="1")
    (found,) = find_plugins([str(tmp_path / "first"), str(tmp_path / "later")], ArchiveCache())
    assert found.shadowed_by == str(tmp_path / "first" / "corp-2.dist-info")


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_one_folder_under_two_names_is_one(tmp_path: Path) -> None:
    _make(tmp_path / "lib", "corp", "wheel", ENTRY_POINTS[3], version="1")
    (tmp_path / "lib64").symlink_to(tmp_path / "lib")
    found = find_plugins([str(tmp_path / "lib"), str(tmp_path / "lib64")], ArchiveCache())
    assert [item.shadowed_by for item in found] == [None]


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"[hf.plugins]\nx = \xff\n", "utf-8"), (b"[hf.plugins]\njust words\n", "without '='")],
)
def test_an_unreadable_file_is_the_fault_of_that_plugin_only(tmp_path: Path, content: bytes, fault: str) -> None:
    _make(tmp_path, "good", "wheel", ENTRY_POINTS[3], version="1")
    _make(tmp_path, "bad", "wheel", "", version="1")
    (tmp_path / "bad-1.dist-info" / "entry_points.txt").write_bytes(content)
    bad, good = find_plugins([str(tmp_path)], ArchiveCache())
    assert bad.fault is not None
    assert fault in bad.fault
    assert good.fault is None


def test_junk_on_the_path_is_no_error(tmp_path: Path) -> None:
    _make(tmp_path, "good", "wheel", ENTRY_POINTS[3], version="1")
    (tmp_path / "empty-1.dist-info").mkdir()
    (tmp_path / "-.dist-info").touch()  # importlib.metadata.entry_points raises for it
    (tmp_path / "file-1.dist-info").touch()
    (tmp_path / "folder-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    (tmp_path / "text.zip").write_text("not an archive")
    (tmp_path / "half.zip").write_bytes(_zip_bytes(tmp_path)[:-30])
    path = ["", "\0", str(tmp_path / "nowhere"), str(tmp_path / "text.zip"), str(tmp_path / "half.zip"), str(tmp_path)]
    assert [item.distribution for item in find_plugins(path, ArchiveCache())] == ["good"]


def test_an_archive_is_opened_again_only_when_it_changed(tmp_path: Path) -> None:
    archive = tmp_path / "plugins.zip"
    archive.write_bytes(_zip_bytes(tmp_path))
    first = ArchiveCache()
    assert [item.distribution for item in find_plugins([str(archive)], first)] == ["zipped"]

    status = archive.stat()
    archive.write_bytes(b"x" * status.st_size)
    os.utime(archive, ns=(status.st_atime_ns, status.st_mtime_ns))
    second = ArchiveCache(first.rows)
    assert [item.distribution for item in find_plugins([str(archive)], second)] == ["zipped"]
    assert not second.changed

    os.utime(archive, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    third = ArchiveCache(second.rows)
    assert find_plugins([str(archive)], third) == []
    assert third.changed


def test_finders_of_frozen_programs_are_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _make(tmp_path, "frozen", "wheel", ENTRY_POINTS[3], version="3")

    class Finder:
        @staticmethod
        def find_spec(*_arguments: object) -> None:
            return None

        @staticmethod
        def find_distributions(*_arguments: object) -> list[metadata.Distribution]:
            return [metadata.PathDistribution(tmp_path / "frozen-3.dist-info")]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert [(item.distribution, item.version) for item in find_plugins([], ArchiveCache())] == [("frozen", "3")]


@given(st.text(alphabet="[]=#; \t\nhf.plugins:ab", max_size=60))
def test_entry_points_are_parsed_like_importlib_metadata(lines: str) -> None:
    text = f"[{GROUP}]\n{lines}"
    try:
        expected = [(e.name, e.value) for e in metadata.EntryPoints._from_text_for(text, None) if e.group == GROUP]
    except TypeError:  # what it makes of a line without "=", in any section
        return
    assert [(item.name, item.value) for item in parse_entry_points(text)] == expected


def _make(root: Path, name: str, kind: str, entry_points: str | None, *, version: str) -> Path | None:
    """Install a distribution without code; gives the folder that has to be on the path itself, for an egg."""
    stem = name.replace("-", "_")
    egg = root / f"{stem}-{version}-py3.egg"
    folder, file = {
        "wheel": (root / f"{stem}-{version}.dist-info", "METADATA"),
        "egg-info folder": (root / f"{stem}-{version}-py3.11.egg-info", "PKG-INFO"),
        "development egg-info": (root / f"{stem}.egg-info", "PKG-INFO"),
        "egg-info file": (root / f"{stem}-{version}.egg-info", ""),
        "egg": (egg / "EGG-INFO", "PKG-INFO"),
        "without METADATA": (root / f"{stem}-{version}.dist-info", ""),
        "name only": (root / f"{stem}.dist-info", "METADATA"),
    }[kind]
    if kind == "egg-info file":
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text(f"Metadata-Version: 1.0\nName: {name}\nVersion: {version}\n")
        return None
    folder.mkdir(parents=True)
    if file:
        (folder / file).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nVersion: of the text\n")
    if entry_points is not None:
        (folder / "entry_points.txt").write_text(entry_points)
    return egg if kind == "egg" else None


def _ours(path: list[str]) -> list[tuple[str, str, str]]:
    found = find_plugins(path, ArchiveCache())
    return sorted(
        (item.distribution, entry.name, entry.value)
        for item in found
        if item.shadowed_by is None
        for entry in item.entry_points
    )


def _theirs(path: list[str]) -> list[tuple[str, str, str]]:
    """What ``importlib.metadata.entry_points`` does with ``sys.path``, done with ``path``."""
    seen = set()
    found = []
    # Its own finder: importlib_metadata takes that one's place on sys.meta_path once discovery has read an archive.
    context = metadata.DistributionFinder.Context(path=path)
    for distribution in metadata.MetadataPathFinder.find_distributions(context):
        try:
            name = normalise(distribution._normalized_name)
        except TypeError:  # what it makes of an archive's distribution without METADATA
            continue
        if name not in seen:
            seen.add(name)
            found += [(name, entry.name, entry.value) for entry in distribution.entry_points if entry.group == GROUP]
    return sorted(found)


def _zip_bytes(tmp_path: Path) -> bytes:
    archive = tmp_path / "made.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped-1.dist-info/METADATA", "Name: zipped\nVersion: 1\n")
        file.writestr("zipped-1.dist-info/entry_points.txt", str(ENTRY_POINTS[3]))
    return archive.read_bytes()
