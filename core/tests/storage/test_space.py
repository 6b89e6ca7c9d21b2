from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hfcli_core.errors import LocalStorageError
from hfcli_core.storage.space import free_space, require_space, storage_errors


def test_what_fits_is_let_through(tmp_path: Path) -> None:
    require_space(tmp_path / "not" / "made" / "yet", 1)
    assert not (tmp_path / "not").exists()


def test_what_cannot_fit_is_refused_with_exact_numbers(tmp_path: Path) -> None:
    needed = free_space(tmp_path) + 10**15
    with pytest.raises(LocalStorageError) as caught:
        require_space(tmp_path, needed)
    details = caught.value.details
    assert details["needed"] == needed
    assert details["missing"] == needed - details["free"]
    assert f"{details['missing']:,} missing" in caught.value.message
    assert caught.value.exit_code == 10


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission denied"),
        (errno.EFBIG, "too big"),
        (errno.EIO, "input/output"),
        (errno.ENAMETOOLONG, "name is too long"),
        (errno.ENOTEMPTY, "not empty"),
    ],
    ids=errno.errorcode.get,
)
def test_the_systems_refusals_in_words(code: int, words: str) -> None:
    with pytest.raises(LocalStorageError) as caught, storage_errors("some/file"):
        raise OSError(code, os.strerror(code), "other/name")
    assert "some/file" in caught.value.message
    assert words in caught.value.message.lower()
    assert caught.value.details["errno"] == errno.errorcode[code]
    assert isinstance(caught.value.__cause__, OSError)


def test_the_path_of_the_error_is_used_where_none_is_given() -> None:
    with pytest.raises(LocalStorageError, match="other/name"), storage_errors():
        raise OSError(errno.EIO, "broken", "other/name")


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), BrokenPipeError()])
def test_a_connections_errors_are_none_of_the_disks(error: OSError) -> None:
    with pytest.raises(type(error)), storage_errors("some/file"):
        raise error
