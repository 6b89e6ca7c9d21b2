from __future__ import annotations

import ntpath
import sys
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hfcli_core.errors import UnsafeInputError
from hfcli_core.storage.names import check_collisions, check_path, is_reserved
from hypothesis import example, given, settings, strategies as st

TRAVERSAL = ["..", "../x", "a/../../x", "a/..", "..\\x", "a\\..\\x", ".", "a/./b", "a//b", "", "/", "a/", "./a"]
ANCHORED = ["/abs", "C:\\x", "C:x", "c:/x", "\\x", "\\\\srv\\s\\x", "//srv/x", "\\\\?\\C:\\x", "x:stream", "x::$DATA"]
DEVICES = ["NUL", "con.txt", "a/Aux", "COM1", "lpt9.tar.gz", "prn", "com¹", "CON .txt", "nul.", "CONIN$", "dir/conout$"]
ENDINGS = ["a.", "a ", "dir./a", "dir /a", "...", "a..."]
ILLEGAL = ["a\0b", "a\nb", "a\x1b[2Jb", "what?", "a*b", 'say "hi"', "a<b", "a>b", "a|b", "\ud800"]
TOO_LONG = ["a" * 256, "é" * 128, "/".join(["a" * 250] * 17)]
RESERVED = [
    ".git",
    ".git/config",
    "a/.git/hooks/post-checkout",
    ".GIT/config",
    "git~1/config",
    "GIT~2",
    ".g\u200cit/config",
    ".\ufeffgit",
    ".cache",
    ".cache/huggingface",
    ".cache/huggingface/download/config.json.metadata",
    ".Cache/HuggingFace/x",
    "CACHE~1/HUGGIN~1/x",
    ".cache/hugging\u200dface/x",
]
FINE = [
    "config.json",
    ".gitattributes",
    ".gitignore",
    ".github/workflows/x.yml",
    "a/b/c/d.safetensors",
    "-rf",
    "--help",
    ".hidden",
    "..hidden",
    "a..b",
    "größe.txt",
    unicodedata.normalize("NFD", "größe.txt"),
    "🤗/模型.bin",
    "abc \u05d0\u05d1.txt",
    "with space.txt",
    "console.txt",
    "nulls.csv",
    "com10",
    "auxiliary/x",
    ".cache/other/x",
    "data/.cache/huggingface/x",
    "git~x",
    "a" * 255,
    "/".join(["a" * 255] * 16),
]


@pytest.mark.parametrize("path", TRAVERSAL + ANCHORED + DEVICES + ENDINGS + ILLEGAL + TOO_LONG + RESERVED, ids=ascii)
def test_refused(path: str) -> None:
    with pytest.raises(UnsafeInputError) as caught:
        check_path(path)
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 3000
    assert caught.value.details["path"] == path


@pytest.mark.parametrize("path", FINE, ids=ascii)
def test_accepted_as_it_stands(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize("path", RESERVED, ids=ascii)
def test_reserved(path: str) -> None:
    assert is_reserved(path)


@pytest.mark.parametrize("path", FINE, ids=ascii)
def test_not_reserved(path: str) -> None:
    assert not is_reserved(path)


# Characters that mean something to some system, so that random paths are nasty ones.
nasty = st.text(st.sampled_from("ab.. /\\:~$*\0\n\u200c\ud800éGgIiTtcCoOnN1") | st.characters(), max_size=30)


def reserved_on_windows(path: str) -> bool:
    if sys.version_info >= (3, 13):
        return ntpath.isreserved(path)
    return PureWindowsPath(path).is_reserved()


@settings(max_examples=500, deadline=None)
@given(nasty)
@example("a/b")
def test_what_is_accepted_stays_below_any_root_on_any_system(path: str) -> None:
    try:
        check_path(path)
    except UnsafeInputError:
        return
    assert PurePosixPath("/root", path).parts == ("/", "root", *path.split("/"))
    windows = PureWindowsPath("C:\\root", path)
    assert windows.parts == ("C:\\", "root", *path.split("/"))
    assert not reserved_on_windows(str(windows))
    assert path.encode().decode() == path


@pytest.mark.parametrize(
    ("paths", "pair"),
    [
        (["A.txt", "b", "a.txt"], ["A.txt", "a.txt"]),
        (["é", unicodedata.normalize("NFD", "É")], ["é", unicodedata.normalize("NFD", "É")]),
        (["Straße", "STRASSE"], ["Straße", "STRASSE"]),
        (["data/x", "DATA/X"], ["data/x", "DATA/X"]),
        (["a/b/c", "A"], ["A", "a/b/c"]),
        (["a", "a/b"], ["a", "a/b"]),
        (["same", "same"], ["same", "same"]),
    ],
    ids=ascii,
)
def test_collisions_are_named(paths: list[str], pair: list[str]) -> None:
    with pytest.raises(UnsafeInputError) as caught:
        check_collisions(paths)
    assert caught.value.details["paths"] == pair


def test_directories_may_differ_in_case() -> None:
    check_collisions(["Data/x", "data/y", "a", "b/a", "ab"])


def test_where_names_are_exact_only_exact_collisions_count() -> None:
    check_collisions(["A.txt", "a.txt", "A/x", "é", unicodedata.normalize("NFD", "é")], folding=False)
    with pytest.raises(UnsafeInputError):
        check_collisions(["a/b", "a"], folding=False)
