"""What is made of values of the command line, without a Hub."""

from __future__ import annotations

import pytest
from hfcli_core.api import Repo, UsageError
from hfcli_repos.assignments import read_assignments
from hfcli_repos.files import FileDeletion, check
from hfcli_repos.space import read_volume
from hfcli_repos.visibility import read_visibility

COMMIT = "0" * 40


@pytest.mark.parametrize(
    ("private", "public", "protected", "expected"),
    [
        (None, False, False, None),
        (True, False, False, "private"),
        (False, False, False, "public"),
        (False, True, False, "public"),
        (False, False, True, "protected"),
    ],
)
def test_visibility(private, public, protected, expected) -> None:
    assert read_visibility("space", private=private, public=public, protected=protected) == expected


@pytest.mark.parametrize(
    ("kind", "private", "public", "protected", "said"),
    [
        ("model", True, True, False, "--private and --public exclude each other"),
        ("space", True, False, True, "--private and --protected exclude each other"),
        ("space", None, True, True, "--public and --protected exclude each other"),
        ("model", None, False, True, "for Spaces, and this is a model"),
    ],
)
def test_visibilities_that_make_no_sense(kind, private, public, protected, said) -> None:
    with pytest.raises(UsageError, match=said):
        read_visibility(kind, private=private, public=public, protected=protected)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("A=1", "A", "1"),
        ("A= 1 # one", "A", "1"),
        ("A=a#b", "A", "a#b"),
        ("A='it\\'s' # so", "A", "it's"),
        ('A="two\\nlines \\"x\\""', "A", 'two\nlines "x"'),
        ("A=", "A", ""),
        ("A=x=y", "A", "x=y"),
        ("GIVEN", "GIVEN", "here"),
    ],
)
def test_assignments(text, name, value) -> None:
    assert read_assignments([text], None, {"GIVEN": "here"}) == {name: value}


@pytest.mark.parametrize("text", ["=1", "a b=1", "MISSING", "", "1A=2"])
def test_what_is_no_assignment(text) -> None:
    with pytest.raises(UsageError) as error:
        read_assignments([text], None, {})
    assert "2" not in error.value.message


def test_a_file_that_cannot_be_read(tmp_path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("none", "bytes"):
        with pytest.raises(UsageError, match="Cannot read"):
            read_assignments([], str(tmp_path / name), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hf://a/m:/x", {"type": "model", "source": "a/m", "mountPath": "/x"}),
        ("hf://datasets/a/d:/x:rw", {"type": "dataset", "source": "a/d", "mountPath": "/x", "readOnly": False}),
        ("hf://buckets/a/b/c/d:/", {"type": "bucket", "source": "a/b", "mountPath": "/", "path": "c/d"}),
    ],
)
def test_volumes(text, expected) -> None:
    assert read_volume(text) == expected


@pytest.mark.parametrize("text", ["a/m:/x", "hf://a/m", "hf://a/m:x", "hf://a/m:/x:wo", "hf://a b/m:/x"])
def test_what_is_no_volume(text) -> None:
    with pytest.raises(UsageError):
        read_volume(text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"patterns": ["a", ""]}, "pattern is empty"),
        ({"revision": COMMIT}, "cannot be changed"),
        ({"revision": "refs/pr/1", "create_pr": True}, "pull request already"),
        ({"message": " "}, "--commit-message is empty"),
    ],
)
def test_deletions_that_make_no_sense(fields, said) -> None:
    usual = {"patterns": ["a"], "revision": "main", "message": None, "description": None, "create_pr": False}
    check(FileDeletion(Repo("model", "a/m"), **usual))
    with pytest.raises(UsageError, match=said):
        check(FileDeletion(Repo("model", "a/m"), **{**usual, **fields}))
