"""Full, read-only and odd file systems, names that are dangerous, files of the user's (docs/faults.md, D1–D11)."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hfcli_hub.faults import Rule, Slow

from tests.faults.scene import BIG, FILES, MIB, REPO, Scene, noise

LOCAL = ("download", REPO, "--local-dir", "here")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """A small file system; skips where this user may not mount one."""
    place = tmp_path / "disk"
    mounted = []

    def mount(options: str) -> Path:
        place.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        if subprocess.run(command, capture_output=True, check=False, timeout=10).returncode:
            pytest.skip("mounting is not permitted")
        mounted.append(place)
        return place

    def change(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True, timeout=10)

    mount.change = change  # type: ignore[attr-defined]
    yield mount
    for path in mounted:
        subprocess.run(["umount", "-l", str(path)], check=True, timeout=10)


def in_home(scene: Scene, place: Path) -> dict[str, str]:
    """The cache is on the small file system."""
    scene.cli.hf_home = place
    return {"HF_HOME": str(place)}


def test_too_little_space_is_found_before_the_first_byte(scene: Scene, disk) -> None:
    env = in_home(scene, disk("size=1m"))
    scene.run("download", REPO, env=env, code=10, says=r"not enough space .* bytes needed, .* free, .* missing")
    assert not scene.hub.record.find(host="content")
    disk.change("size=8m")
    scene.finish("download", REPO, env=env)


def test_a_disk_that_fills_up_on_the_way(scene: Scene, disk) -> None:
    place = disk("size=4m")
    env = in_home(scene, place)
    scene.forbid(Rule(Slow(1_500_000), host="content"))
    running = scene.start("download", REPO, env=env)
    running.until(lambda: scene.kept_bytes > 100_000)
    filler = place / "filler"
    with filler.open("wb") as file:
        file.write(bytes(2 * MIB))
    running.end(code=10, says="the disk is full")
    filler.unlink()
    assert scene.partials, "what was downloaded is not kept"
    scene.finish("download", REPO, env=env)


@pytest.mark.parametrize("where", ["os.rename", "os.rename:main", "os.symlink"])
def test_a_disk_that_is_full_at_the_end(scene: Scene, where: str) -> None:
    """When a file gets its name, when the branch is written down, when the snapshot is linked."""
    scene.run("download", REPO, inject={"deny": [where], "errno": "ENOSPC"}, code=10, says="the disk is full")
    scene.finish("download", REPO)


@pytest.mark.parametrize("cause", ["EDQUOT", "EIO", "EFBIG"])
def test_other_refusals_of_the_disk(scene: Scene, cause: str) -> None:
    words = {"EDQUOT": "quota", "EIO": "input/output", "EFBIG": "too big"}[cause]
    scene.run(
        "download", REPO, inject={"deny": ["write:.incomplete"], "errno": cause}, code=10, says=rf"/hub/.*{words}"
    )
    scene.finish("download", REPO)


def test_a_disk_that_cannot_be_read(scene: Scene) -> None:
    """What is written is read back to be hashed."""
    scene.files["large.bin"] = noise(9 * MIB)
    scene.commit = scene.hub.put_files(REPO, scene.files)
    scene.run("download", REPO, inject={"unreadable": 3}, code=10, says="input/output error")
    scene.finish("download", REPO)


def test_a_limit_of_the_size_of_files(scene: Scene) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))

    scene.start("download", REPO, preexec_fn=limit).end(code=10, says="too big")
    scene.finish("download", REPO)


def test_a_cache_that_cannot_be_written(scene: Scene, disk) -> None:
    env = in_home(scene, disk("size=16m"))
    scene.run("download", REPO, env=env)
    scene.hub.put_files(REPO, {"new.json": b"{}"})
    disk.change("ro")
    before = sorted(scene.cli.hf_home.rglob("*"))
    done = scene.run("download", REPO, "config.json", "--revision", scene.commit, env=env)
    assert Path(done.stdout.strip()).read_bytes() == FILES["config.json"]
    scene.run("download", REPO, "--revision", scene.commit, env=env)
    scene.run("download", REPO, "new.json", env=env, code=10, says="(?s)read-only.*--cache-dir")
    assert sorted(scene.cli.hf_home.rglob("*")) == before


@pytest.mark.parametrize(
    "denied", [["os.symlink"], ["os.symlink", "os.link"], ["os.symlink", "os.link", "fcntl.flock"]], ids=len
)
def test_a_file_system_that_can_do_little(scene: Scene, denied: list[str]) -> None:
    done = scene.run("download", REPO, inject={"deny": denied, "errno": "EPERM"})
    scene.check_files()
    assert len(done.stderr.splitlines()) <= 3, "more than one note"


def test_names_that_differ_in_case_only(scene: Scene) -> None:
    files = {"A.txt": b"A", "a.txt": b"a"}
    scene.hub.put_files(REPO, files)
    scene.run(*LOCAL)
    scene.check_files(scene.cli.work / "here", files)


NAMES = [
    "n" * 240 + ".txt",
    "/".join(["directory" * 10] * 12) + "/file.txt",
    "caf\u00e9.txt",
    "cafe\u0301.txt",
    "\U0001f917 emoji.txt",
    "-dash.txt",
    "--help",
    "sp ace/per%cent#hash+plus&.txt",
    "a\u4e2d\u6587/\u6587.json",
    "right\u202eleft.txt",
]


def test_unusual_names_work(scene: Scene) -> None:
    files = {name: name.encode() for name in NAMES}
    scene.commit = scene.hub.put_files(REPO, files)
    scene.run("download", REPO)
    scene.check_files(files=files)
    scene.run(*LOCAL)
    scene.check_files(scene.cli.work / "here", files)
    done = scene.run("download", REPO, "--", "-dash.txt")
    assert Path(done.stdout.strip()).read_bytes() == b"-dash.txt"


class TestFilesOfTheUser:
    def test_an_edited_file(self, scene: Scene) -> None:
        scene.run(*LOCAL)
        mine = scene.cli.work / "here" / "config.json"
        mine.write_bytes(b"mine, and longer than before")
        scene.commit = scene.hub.put_files(REPO, {"config.json": b"theirs"})
        scene.hub.record.clear()
        scene.run(*LOCAL, code=11, says="config.json")
        assert mine.read_bytes() == b"mine, and longer than before"
        assert not scene.hub.record.find(path="*/resolve/*")
        scene.run(*LOCAL, "--force")
        assert mine.read_bytes() == b"theirs"

    def test_a_file_of_another_origin(self, scene: Scene) -> None:
        mine = scene.cli.work / "here" / "config.json"
        mine.parent.mkdir()
        mine.write_bytes(b"mine")
        scene.run(*LOCAL, code=11, says="config.json")
        assert mine.read_bytes() == b"mine"

    def test_a_directory_in_place_of_a_file(self, scene: Scene) -> None:
        (scene.cli.work / "here" / "config.json").mkdir(parents=True)
        (scene.cli.work / "here" / "config.json" / "mine").write_bytes(b"mine")
        scene.run(*LOCAL, code=11, says="config.json")
        assert (scene.cli.work / "here" / "config.json" / "mine").read_bytes() == b"mine"

    def test_a_file_in_place_of_a_directory(self, scene: Scene) -> None:
        (scene.cli.work / "here").mkdir()
        (scene.cli.work / "here" / "onnx").write_bytes(b"mine")
        scene.run(*LOCAL, code=11, says="onnx")
        assert (scene.cli.work / "here" / "onnx").read_bytes() == b"mine"


def test_only_the_volume_of_the_target_is_written(scene: Scene, disk) -> None:
    place = disk("size=8m")
    scene.run("download", REPO, "--local-dir", str(place / "here"))
    scene.check_files(place / "here")
    assert not (scene.cached / "blobs").exists()
    assert (place / "here" / BIG).stat().st_dev == place.stat().st_dev
