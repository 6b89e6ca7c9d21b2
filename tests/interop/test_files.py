"""What one program uploads, the other downloads, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.programs import FILES, Program, contents

pytestmark = pytest.mark.foreign


def test_uploads_are_read_by_the_other(writer_and_reader: tuple[Program, Program], tmp_path: Path) -> None:
    writer, reader = (program.at(tmp_path / program.name) for program in writer_and_reader)
    writer.home.mkdir()
    folder = writer.home / "to-upload"
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    repo_id = f"alice/by-{writer.name}-for-{reader.name}"
    assert writer.hub.endpoint in writer.print("upload", repo_id, folder, "--quiet")
    assert {name: writer.hub.read_file(repo_id, name) for name in FILES} == FILES
    assert contents(reader.download(repo_id)) == FILES
    assert contents(reader.download(repo_id, "--local-dir", "local")) == FILES
    assert not writer.hub.record.credentials_at_content()


def test_single_files_are_read_by_the_other(writer_and_reader: tuple[Program, Program], tmp_path: Path) -> None:
    writer, reader = (program.at(tmp_path / program.name) for program in writer_and_reader)
    writer.home.mkdir()
    repo_id = f"alice/one-by-{writer.name}-for-{reader.name}"
    (writer.home / "weights.safetensors").write_bytes(FILES["model.safetensors"])
    writer.print("upload", repo_id, "weights.safetensors", "a b/ü.safetensors", "--repo-type", "dataset", "--quiet")
    path = reader.download(repo_id, "a b/ü.safetensors", "--repo-type", "dataset")
    assert path.name == "ü.safetensors"
    assert path.read_bytes() == FILES["model.safetensors"]


def test_what_one_uploaded_the_other_does_not_send_again(
    writer_and_reader: tuple[Program, Program], tmp_path: Path
) -> None:
    writer, reader = (program.at(tmp_path / program.name) for program in writer_and_reader)
    writer.home.mkdir()
    repo_id = f"alice/again-by-{writer.name}-for-{reader.name}"
    folder = writer.home / "again"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(repo_id.encode() * 100)
    (folder / "config.json").write_bytes(b"{}")
    writer.print("upload", repo_id, folder, "--quiet")
    head = writer.hub.repo(repo_id).git.resolve("main")
    writer.hub.record.clear()
    reader.print("upload", repo_id, folder, "--quiet")
    assert writer.hub.record.count(host="content", method="PUT") == 0
    assert writer.hub.repo(repo_id).git.resolve("main") == head
