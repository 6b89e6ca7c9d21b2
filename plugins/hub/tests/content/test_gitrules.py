"""The rules that the Hub applies to ``.gitattributes`` and ``.gitignore`` are those of git: git itself is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hfcli_hub.server.gitrules import IgnoreRules, LfsRules

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

PATHS = """
a.bin A.BIN b/a.bin b/c/a.bin model.safetensors x.safetensors.index.json data/x.txt data/deep/x.txt b/data/x.txt
saved_model/v/variables.txt b/saved_model/v build/out.o b/build/out.o c/build keep/me.log keep/other.log top.log
b/top.log foo_bar.txt #hash !bang doc/a.md doc/b/a.md x1.dat x2.dat xa.dat tfevents.1
run/events.out.tfevents.2 a/b/c/d.z a/d.z
""".split()  # noqa: SIM905 - forty quoted names would hide what they have in common

ATTRIBUTES = b"""\xef\xbb\xbf*.bin filter=lfs diff=lfs merge=lfs -text
*.safetensors filter=lfs
saved_model/**/* filter=lfs
*tfevents* filter=lfs
# a comment
/top.log filter=lfs
data/*.txt filter=lfs
build/ filter=lfs
b/**/top.log filter=lfs
x[0-9].dat filter=lfs
x2.dat !filter
doc/** filter=lfs
doc/b/a.md -filter
"""

IGNORES = [
    b"*.log\n!keep/me.log\n",
    b"keep/\n!keep/me.log\n",
    b"keep/*\n!keep/me.log\n",
    b"/top.log\nbuild/\n",
    b"build\n",
    b"data/*.txt\r\ndata/**/x.txt\r\n",
    b"**/data\n",
    b"a/**/d.z\n",
    b"\\#hash\n\\!bang\n# comment\n\n",
    b"foo_bar.txt   \n",
    b"x[!0-9].dat\n",
    b"*\n!*/\n!*.md\n",
    b"doc/b\n!doc/b/a.md\n",
    b"*.bin",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def git(tree: Path, *args: str, paths: list[str] | None = None) -> list[bytes]:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    stdin = b"".join(path.encode() + b"\0" for path in paths or [])
    run = subprocess.run(["git", *args], cwd=tree, env=env, input=stdin, capture_output=True, timeout=30, check=False)
    assert run.returncode in (0, 1), run.stderr
    return run.stdout.split(b"\0")[:-1]


def test_lfs_rules_agree_with_git_check_attr(tree: Path) -> None:
    (tree / ".gitattributes").write_bytes(ATTRIBUTES)
    (tree / "b" / ".gitattributes").write_bytes(b"*.bin -filter\n/data/x.txt filter=lfs\n")
    (tree / "b" / "c" / ".gitattributes").write_bytes(b"*.bin filter=lfs\n")

    def read(name: str) -> bytes | None:
        path = tree / name
        return path.read_bytes() if path.is_file() else None

    fields = git(tree, "check-attr", "-z", "--stdin", "filter", paths=PATHS)
    expected = {path.decode() for path, value in zip(fields[0::3], fields[2::3], strict=True) if value == b"lfs"}
    rules = LfsRules(read)
    assert {path for path in PATHS if rules.tracks(path)} == expected
    assert {"b/c/a.bin", "b/data/x.txt"} <= expected


@pytest.mark.parametrize("content", IGNORES)
def test_ignore_rules_agree_with_git_check_ignore(tree: Path, content: bytes) -> None:
    (tree / ".gitignore").write_bytes(content)
    expected = {path.decode() for path in git(tree, "check-ignore", "-z", "--stdin", "--no-index", paths=PATHS)}
    rules = IgnoreRules(content)
    assert {path for path in PATHS if rules.ignores(path)} == expected
    assert expected
