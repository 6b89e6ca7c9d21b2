"""How a token is written (wire.md §7, faults.md S16)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hfcli_core.auth.token_file import TokenFile, read_endpoints, record_endpoint, stored_tokens, write_private
from hfcli_core.errors import LocalStorageError
from hfcli_core.settings import Settings

TOKEN = "hf_" + "t" * 34
posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "token"


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_user_may_read_it(path: Path, umask: int) -> None:
    path.parent.mkdir()
    before = os.umask(umask)
    try:
        write_private(path, TOKEN)
        record_endpoint(path, TOKEN, "https://huggingface.co")
    finally:
        os.umask(before)
    assert path.read_bytes() == TOKEN.encode()
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(path) == ["token", "token_endpoints.json"]
    assert TOKEN not in (path.parent / "token_endpoints.json").read_text()
    assert list(read_endpoints(path).values()) == ["https://huggingface.co"]


@posix
def test_a_new_folder_is_the_users_alone(path: Path) -> None:
    write_private(path, TOKEN)
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


@posix
def test_nothing_is_written_through_a_link(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    target = tmp_path / "elsewhere"
    target.write_text("precious")
    path.symlink_to(target)
    with pytest.raises(LocalStorageError, match="symbolic link"):
        write_private(path, TOKEN)
    assert target.read_text() == "precious"
    assert names(path) == ["token"]


@posix
def test_a_hard_link_keeps_the_old_token(path: Path, tmp_path: Path) -> None:
    write_private(path, "old")
    os.link(path, tmp_path / "copy")
    write_private(path, TOKEN)
    assert (tmp_path / "copy").read_text() == "old"


def test_a_failure_leaves_the_old_token(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LocalStorageError, match="No space left on device"):
        write_private(path, TOKEN)
    assert path.read_text() == "old"
    assert names(path) == ["token"]


@posix
@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True), (0o660, True)])
def test_loose_modes_are_told_of(path: Path, mode: int, warned: bool) -> None:
    write_private(path, TOKEN)
    path.chmod(mode)
    warnings: list[str] = []
    settings = Settings(environ={"HF_TOKEN_PATH": str(path)})
    token = TokenFile(settings, warnings.append).token("https://huggingface.co")
    assert token is not None
    assert token.value == TOKEN
    assert bool(warnings) == warned
    assert all(f"chmod 600 {path}" in text and TOKEN not in text for text in warnings)


def test_stored_tokens_of_the_official_client(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("stored_tokens").write_text(
        "[ci]\nhf_token = hf_one%20\nrefresh_token = hf_r\nexpires_at = 1\n\n[ci]\n\n[work]\nhf_token = hf_two\n\n"
        "[broken]\nhf_token = hf with space\n\n[none]\nx = 1\n"
    )
    assert stored_tokens(path) == {"ci": "hf_one%20", "work": "hf_two"}
    assert stored_tokens(path.with_name("nowhere") / "token") == {}


def test_no_token_can_be_below_a_file() -> None:
    settings = Settings(environ={"HF_HOME": f"{os.devnull}/home"})
    assert TokenFile(settings).token("https://huggingface.co") is None
