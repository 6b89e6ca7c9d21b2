"""``--dry-run`` says what would happen, and nothing happens."""

from __future__ import annotations


def changes(hub) -> int:
    return (
        hub.record.count(path="*/commit/*")
        + hub.record.count(path="/api/repos/create")
        + hub.record.count(method="PUT")
    )


def test_a_repo_that_is_not_there_yet(hub, cli, model) -> None:
    result = cli("upload", "alice/m", "./model", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert result.lines == [
        "+ README.md          31.0",
        "+ config.json        19.0",
        "+ model.safetensors  1.9M",
        "+ onnx/model.onnx    1.6K",
    ]
    assert "[dry-run] The repo would be created" in result.stderr
    assert "Would upload 4 files and delete 0 in 1 commit; 0 unchanged, 0 left out by .gitignore; 1.9M" in result.stderr
    assert (changes(hub), hub.store.find_repo("model", "alice/m")) == (0, None)


def test_what_is_there_what_changed_what_goes_and_what_is_stored_already(hub, cli, model) -> None:
    cli("upload", "alice/m", "./model")
    hub.put_files("alice/m", {"old.txt": b"1", ".gitignore": b"*.tmp\n"})
    (model / "config.json").write_bytes(b"{}\n")
    (model / "copy.onnx").write_bytes((model / "onnx/model.onnx").read_bytes())
    (model / "x.tmp").write_bytes(b"x")
    hub.record.clear()
    result = cli("upload", "alice/m", "./model", "--dry-run", "--delete", "*.txt", "--json")
    rows = {row["path"]: (row["action"], row["size"], row["sent"]) for row in result.json()}
    assert rows == {
        "README.md": ("unchanged", 31, 0),
        "config.json": ("upload", 3, 3),
        "copy.onnx": ("upload", 1600, 0),
        "model.safetensors": ("unchanged", 1_920_000, 0),
        "old.txt": ("delete", None, 0),
        "onnx/model.onnx": ("unchanged", 1600, 0),
        "x.tmp": ("ignored", 1, 0),
    }
    assert changes(hub) == 0
    shown = cli("upload", "alice/m", "./model", "--dry-run", "--delete", "*.txt")
    assert [line.split()[0] for line in shown.lines] == list("=++=-=!")


def test_a_branch_that_would_be_made_is_compared_with_main(hub, cli, model) -> None:
    cli("upload", "alice/m", "./model")
    result = cli("upload", "alice/m", "./model", "--revision", "dev", "--dry-run", "--json")
    assert {row["action"] for row in result.json()} == {"unchanged"}
    assert "The branch would be created" in result.stderr
    assert cli("api", "models/alice/m/refs").json()["branches"][0]["name"] == "main"
