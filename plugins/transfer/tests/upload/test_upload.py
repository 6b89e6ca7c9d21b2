"""What ``hf upload`` sends, commits and prints."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

EVERYTHING = [".gitattributes", "README.md", "config.json", "model.safetensors", "onnx/model.onnx"]


def test_a_folder_becomes_a_repo(hub, cli, model, titles) -> None:
    result = cli("upload", "my-model", "./model")
    assert (result.returncode, result.stdout) == (0, f"{hub.endpoint}/alice/my-model/tree/main/\n")
    assert hub.list_files("alice/my-model") == EVERYTHING
    for path in EVERYTHING[1:]:
        assert hub.read_file("alice/my-model", path) == (model / path).read_bytes()
    assert titles("alice/my-model") == ["Upload folder with hfcli"]
    assert "created the model alice/my-model" in result.stderr
    assert hub.record.credentials_at_content() == []


@pytest.mark.parametrize(
    ("arguments", "page", "path"),
    [
        (["./model/config.json"], "blob/main/config.json", "config.json"),
        (["./model/config.json", "/vae/c.json"], "blob/main/vae/c.json", "vae/c.json"),
        (["./model/config.json", "vae/"], "blob/main/vae/config.json", "vae/config.json"),
        (["./model/config.json", "."], "blob/main/config.json", "config.json"),
        (["./model/onnx", "/data/train"], "tree/main/data/train", "data/train/model.onnx"),
        (["./model/onnx", "data//./train/"], "tree/main/data/train", "data/train/model.onnx"),
        (["./model/onnx", "."], "tree/main/", "model.onnx"),
        (["model/o*/*.onnx"], "tree/main/", "model/onnx/model.onnx"),
        (["./model/o*/*.onnx", "."], "tree/main/", "model/onnx/model.onnx"),
    ],
)
def test_where_files_go(hub, cli, model, arguments, page, path) -> None:
    result = cli("upload", "alice/m", *arguments, "--quiet")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{hub.endpoint}/alice/m/{page}\n", "")
    assert hub.list_files("alice/m") == [".gitattributes", path]


def test_the_local_path_is_by_default_what_is_named_like_the_repo(hub, cli, model) -> None:
    assert cli("upload", "acme/model").returncode == 0
    assert hub.list_files("acme/model") == EVERYTHING
    (cli.work / "notes.txt").write_text("a file")
    assert cli("upload", "alice/notes.txt").lines == [f"{hub.endpoint}/alice/notes.txt/blob/main/notes.txt"]


def test_an_address_says_it_all(hub, cli, model) -> None:
    hub.create_repo("alice/data", "dataset")
    for address in ("hf://datasets/alice/data@dev/sub", f"{hub.endpoint}/datasets/alice/data/tree/dev/sub"):
        result = cli("upload", address, "./model/onnx")
        assert result.stdout == f"{hub.endpoint}/datasets/alice/data/tree/dev/sub\n", result.stderr
    assert hub.list_files("alice/data", "dataset", revision="dev") == [".gitattributes", "sub/model.onnx"]


def test_nothing_changed_is_nothing_to_commit(hub, cli, model, titles) -> None:
    cli("upload", "alice/m", "./model")
    hub.record.clear()
    result = cli("upload", "alice/m", "./model", "--json")
    assert result.returncode == 0
    head = hub.repo("alice/m").git.resolve("main")
    assert result.json() == {
        "url": f"{hub.endpoint}/alice/m/tree/main/",
        "commit_url": f"{hub.endpoint}/alice/m/commit/{head}",
        "commit": head,
        "pr_url": None,
        "files": 0,
        "deleted": 0,
        "bytes": 0,
    }
    assert "nothing to upload: the repository has all of it already" in result.stderr
    assert len(titles("alice/m")) == 1
    assert hub.record.count(method="PUT") == 0


def test_only_what_changed_is_sent(hub, cli, model, titles) -> None:
    cli("upload", "alice/m", "./model")
    (model / "config.json").write_text("{}")
    (model / "new.bin").write_bytes(b"\0" * 1000)
    hub.record.clear()
    result = cli("upload", "alice/m", "./model", "--json").json()
    assert (result["files"], result["bytes"]) == (2, 1002)
    assert hub.record.count(method="PUT") == 1
    assert hub.read_file("alice/m", "config.json") == b"{}"
    assert hub.list_files("alice/m") == sorted([*EVERYTHING, "new.bin"])


def test_a_large_file_under_another_name_is_not_sent_again(hub, cli, model) -> None:
    cli("upload", "alice/m", "./model")
    hub.record.clear()
    result = cli("upload", "alice/m", "./model/model.safetensors", "copy.safetensors", "--json").json()
    assert (result["files"], result["bytes"]) == (1, 0)
    assert hub.record.count(method="PUT") == 0
    assert hub.read_file("alice/m", "copy.safetensors") == (model / "model.safetensors").read_bytes()


def test_files_with_the_same_content_are_sent_once(hub, cli) -> None:
    (cli.work / "twins").mkdir()
    for name in "abc":
        (cli.work / "twins" / f"{name}.bin").write_bytes(b"\0twin" * 1000)
    result = cli("upload", "alice/m", "twins", "--json").json()
    assert (result["files"], result["bytes"]) == (3, 5000)
    assert hub.record.count(method="PUT") == 1
    assert {hub.read_file("alice/m", f"{name}.bin") for name in "abc"} == {b"\0twin" * 1000}


def test_thousands_of_small_files_in_one_commit(hub, cli, titles) -> None:
    folder = cli.work / "many"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number}.txt").write_text(f"{number}\n")
    result = cli("upload", "alice/many", "./many", "--json").json()
    assert (result["files"], result["bytes"]) == (1500, sum(len(f"{number}\n") for number in range(1500)))
    assert len(hub.list_files("alice/many")) == 1501
    assert len(titles("alice/many")) == 1


def test_hundreds_of_large_files_need_few_questions(hub, cli) -> None:
    folder = cli.work / "many"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number:03}.bin").write_bytes(b"\0%d" % number)
    assert cli("upload", "alice/many", "./many").returncode == 0
    assert hub.record.count(method="PUT") == 200
    assert hub.record.count(path="*/info/lfs/objects/batch") == 5
    assert hub.read_file("alice/many", "117.bin") == b"\x00117"


def test_an_empty_file_and_an_empty_folder(hub, cli) -> None:
    (cli.work / "empty").mkdir()
    (cli.work / "nothing.bin").touch()
    result = cli("upload", "alice/m", "./empty")
    assert result.lines == [f"{hub.endpoint}/alice/m/tree/main/"]
    assert "nothing to upload: there are no files" in result.stderr
    assert cli("upload", "alice/m", "./nothing.bin").returncode == 0
    assert hub.read_file("alice/m", "nothing.bin") == b""


def test_bookkeeping_links_and_pipes_stay_here(hub, cli, model) -> None:
    for path in (".git/config", "onnx/.git", ".cache/huggingface/x.metadata", ".cache/mine"):
        (model / path).parent.mkdir(parents=True, exist_ok=True)
        (model / path).write_text("here")
    (model / "loop").symlink_to(model)
    (model / "circle").symlink_to("circle")
    (model / "outside.json").symlink_to(model / "config.json")
    (model / "gone.json").symlink_to("nowhere")
    os.mkfifo(model / "pipe")
    result = cli("upload", "alice/m", "./model")
    assert result.returncode == 0
    assert hub.list_files("alice/m") == sorted([*EVERYTHING, ".cache/mine", "outside.json"])
    warnings = sorted(line for line in result.stderr.splitlines() if "left out" in line)
    assert warnings == [
        "Warning: circle is left out: it is a link that leads nowhere",
        "Warning: gone.json is left out: it is a link that leads nowhere",
        "Warning: loop is left out: it is a link to a folder",
        "Warning: pipe is left out: it is neither a file nor a folder",
    ]


def test_gitignore_of_the_folder_and_of_the_repo(hub, cli, model) -> None:
    (model / ".gitignore").write_text("*.onnx\n")
    result = cli("upload", "alice/m", "./model")
    assert "left out by .gitignore: onnx/model.onnx" in result.stderr
    assert "onnx/model.onnx" not in hub.list_files("alice/m")
    (model / ".gitignore").unlink()
    result = cli("upload", "alice/m", "./model/onnx/model.onnx")
    assert (result.returncode, result.stdout) == (15, "")
    assert "left out by the .gitignore" in result.stderr


def test_a_card_is_checked_before_anything_is_made(hub, cli, model) -> None:
    (model / "README.md").write_text("---\nlicense: [\n---\n")
    result = cli("upload", "alice/m", "./model")
    assert (result.returncode, result.stdout) == (2, "")
    assert "README.md" in result.stderr.splitlines()[0]
    assert hub.store.find_repo("model", "alice/m") is None
    assert cli("upload", "alice/m", "./model", "docs").returncode == 0, "no card of the repo"
    (model / "README.md").write_text("no metadata")
    result = cli("upload", "alice/m", "./model")
    assert result.returncode == 0
    assert "Warning: README.md: " in result.stderr


def test_data_belongs_into_a_dataset(hub, cli) -> None:
    (cli.work / "rows.parquet").write_bytes(b"PAR1\0")
    assert "--repo-type dataset" in cli("upload", "alice/m", "rows.parquet").stderr
    assert "--repo-type dataset" not in cli("upload", "alice/d", "rows.parquet", "--repo-type", "dataset").stderr


def test_parts(hub, cli, model) -> None:
    hub.store.limits = replace(hub.store.limits, multipart_threshold=500_000, part_size=500_000)
    assert cli("upload", "alice/m", "./model").returncode == 0
    assert hub.record.count(method="PUT", path="/parts/*") == 4
    assert hub.record.count(method="PUT", path="/lfs/*") == 1, "the other file is small enough"
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()
