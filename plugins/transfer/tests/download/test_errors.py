"""What people and scripts are told when it cannot be done."""

from __future__ import annotations

import resource
import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["alice/model", "confg.json"], 5, "did you mean config.json"),
        (["alice/model", "config.json", "model.onnx"], 5, "onnx/model.onnx"),
        (["alice/model", "config.json/"], 15, "config.json"),
        (["alice/model", "*.jsn"], 15, "none of the 7 files"),
        (["alice/model", "--include", "*.jsn"], 15, "'*.jsn'"),
        (["alice/model", "--exclude", "*"], 15, "'*'"),
        (["alice/modl"], 5, "not found"),
        (["alice/model", "--revision", "nope"], 5, "nope"),
        (["alice/model", "--revision", "0" * 40], 5, "0000"),
        (["alice model"], 2, "alice-model"),
        (["a/b/c"], 2, "a/b"),
        (["alice/model@main", "--revision", "other"], 2, "give one of them"),
        (["hf://alice/model/config.json", "README.md"], 2, "config.json"),
        (["alice/model", ""], 2, "empty"),
        (["alice/model", "--revision", ""], 2, "empty"),
        (["datasets/alice/model", "--repo-type", "space"], 2, "dataset"),
        ([], 2, "REPO_ID"),
    ],
)
def test_exit_codes_and_hints(cli: Cli, model: Model, arguments: list[str], code: int, said: str) -> None:
    result = cli("download", *arguments)
    assert result.returncode == code, result.stderr
    assert said in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) <= 5
    assert "Traceback" not in result.stderr
    assert not model.snapshot.exists()


def test_an_error_as_json(cli: Cli, model: Model) -> None:
    import json

    error = json.loads(cli("download", "alice/model", "confg.json", "--json").stderr)["error"]
    assert (error["code"], error["exit_code"]) == ("entry-not-found", 5)


def test_a_missing_name_is_written_down(cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "tokenizer.json")
    assert (model.cached / ".no_exist" / model.commit / "tokenizer.json").is_file()


def test_private_gated_and_no_token(hub: LiveHub, cli: Cli) -> None:
    hub.create_repo("alice/secret", private=True)
    hub.create_repo("alice/gated", gated=True)
    hub.put_files("alice/gated", {"a.txt": b"a"})
    assert cli("download", "alice/secret", token=None).returncode == 4
    gated = cli("download", "alice/gated", "a.txt", token=hub.token("bob"))
    assert gated.returncode == 4
    assert "alice/gated" in gated.stderr
    assert gated.stdout == ""


def test_no_network(cli: Cli) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        result = cli("download", "alice/model", env={"HF_ENDPOINT": nobody})
    assert result.returncode == 6
    assert "127.0.0.1" in result.stderr


def test_no_network_but_a_cache(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    result = cli("download", "alice/model", env={"HF_ENDPOINT": "http://nobody.invalid"})
    assert result.returncode == 6
    assert "HF_HUB_OFFLINE=1" in result.stderr


def test_a_full_disk_keeps_what_was_written(cli: Cli, model: Model) -> None:
    """The limit on the size of a file stands for the disk: both refuse the write itself."""
    limit = 150_000
    process = cli.popen(
        "download",
        "alice/model",
        "model.safetensors",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 10, stderr
    assert str(model.blobs) in stderr.decode()
    assert not (model.snapshot / "model.safetensors").exists()
    (kept,) = (partial.stat().st_size for partial in model.partials)
    assert 0 < kept <= limit
    assert cli("download", "alice/model", "model.safetensors", "--json").json()["bytes"] == 400_000 - kept


def test_not_enough_space_is_known_before_the_first_byte(hub: LiveHub, cli: Cli) -> None:
    from hfcli_hub.faults import Status

    hub.create_repo("alice/huge")
    body = '[{"type":"file","path":"x.bin","oid":"' + "0" * 40 + '","size":' + str(2**60) + "}]"
    hub.faults.add(Status(200, body=body, headers={"Content-Type": "application/json"}), path="*/tree/*")
    result = cli("download", "alice/huge")
    assert result.returncode == 10
    assert "bytes needed" in result.stderr
    assert hub.record.count(path="*/resolve/*") == 0


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
@pytest.mark.parametrize("option", ["--cache-dir", "--local-dir"])
def test_a_file_in_the_place_of_the_folder(hub: LiveHub, cli: Cli, model: Model, option: str, place: str) -> None:
    (cli.work / "a-file").write_bytes(b"mine")
    result = cli("download", "alice/model", option, place)
    assert result.returncode == 11, result.stderr
    error, hint = result.stderr.splitlines()
    assert error == f"Error: a file is where a directory must go: {place}"
    assert hint.startswith("Hint: ")
    assert hub.record.count(path="*/resolve/*") == 0
    assert (cli.work / "a-file").read_bytes() == b"mine"
    assert "Traceback" not in result.stderr
