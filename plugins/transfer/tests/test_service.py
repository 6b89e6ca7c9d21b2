"""The engine for other plugins: one that knows the core alone plans, fetches and uploads (design.md §2)."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

PLUGIN = """
    import json
    from dataclasses import asdict
    from hfcli_core.api import CommandSpec, argument, command, hookimpl, parse_repo, pass_app

    HF_PLUGIN_API = 1

    @hookimpl
    def hf_commands():
        return [CommandSpec("move", help="Moves files", target="mover:move")]

    @command("move")
    @argument("what")
    @argument("options")
    @pass_app
    def move(app, what, options):
        transfer = app.require("transfer")
        options = json.loads(options)
        repo = parse_repo(options.pop("repo")).repo
        answer = getattr(transfer, what)(repo, **options)
        rows = [asdict(row) for row in answer] if what == "plan" else asdict(answer)
        app.output.print(json.dumps(rows))
"""


@pytest.fixture
def move(hub: LiveHub, cli: Cli, tmp_path: Path) -> Callable[..., Any]:
    hub.create_repo("alice/model")
    hub.put_files("alice/model", {"a.bin": b"a" * 1000, "b.txt": b"b", "sub/c.txt": b"c"})
    info = tmp_path / "site" / "mover-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mover\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hf.plugins]\nmover = mover\n")
    (info.parent / "mover.py").write_text(textwrap.dedent(PLUGIN))

    def move(what: str, code: int = 0, env: dict[str, str] | None = None, **options: Any) -> Any:
        arguments = json.dumps({"repo": "alice/model"} | options)
        done = cli("move", what, arguments, env={"PYTHONPATH": str(info.parent)} | (env or {}))
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 else done.stderr

    return move


def test_fetches_into_the_cache(move: Callable[..., Any]) -> None:
    planned = move("plan", filenames=["a.bin", "sub/c.txt"])
    assert [(row["path"], row["size"], row["here"]) for row in planned] == [
        ("a.bin", 1000, False),
        ("sub/c.txt", 1, False),
    ]
    one = move("fetch", filenames=["a.bin"])
    assert Path(one["path"]).read_bytes() == b"a" * 1000
    assert (one["files"], one["cached"], one["fetched"], one["repo"]["id"]) == (1, 0, 1000, "alice/model")
    everything = move("fetch", exclude=["sub/*"])
    assert (everything["files"], everything["cached"]) == (3, 1)
    assert {"a.bin", "b.txt"} < {file.name for file in Path(everything["path"]).iterdir()}
    assert not (Path(everything["path"]) / "sub").exists()
    here = {row["path"]: row["here"] for row in move("plan", filenames=["b.txt", "sub/c.txt"])}
    assert here == {"b.txt": True, "sub/c.txt": False}


def test_repairs_what_is_damaged(move: Callable[..., Any]) -> None:
    place = Path(move("fetch", filenames=["a.bin"])["path"])
    place.write_bytes(b"x" * 1000)
    move("fetch", filenames=["a.bin"], force_download=True)
    assert place.read_bytes() == b"a" * 1000


def test_fetches_into_a_directory_by_a_path(move: Callable[..., Any], tmp_path: Path) -> None:
    move("fetch", include=["*.txt"], local_dir=str(tmp_path / "here"))
    assert (tmp_path / "here/sub/c.txt").read_bytes() == b"c"
    assert not (tmp_path / "here/a.bin").exists()


def test_uploads(move: Callable[..., Any], hub: LiveHub, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/new.txt").write_bytes(b"new")
    done = move("upload", local=str(tmp_path / "folder"), path_in_repo="there", message="By another plugin")
    assert done["files"] == 1
    assert done["url"].endswith("/alice/model/tree/main/there")
    assert Path(move("fetch", filenames=["there/new.txt"])["path"]).read_bytes() == b"new"
    assert hub.endpoint in done["commit_url"]


def test_an_error_is_the_commands(move: Callable[..., Any]) -> None:
    assert "no file 'none.txt'" in move("fetch", code=5, filenames=["none.txt"])
    assert "offline mode is on" in move("fetch", code=12, env={"HF_HUB_OFFLINE": "1"})


def test_the_user_is_told_who_has_the_service(move: Callable[..., Any]) -> None:
    said = move("fetch", code=2, env={"HFCLI_DISABLED_PLUGINS": "hfcli-transfer"})
    assert "hfcli-transfer" in said
