"""Servers that mean harm (docs/faults.md, S01–S30), and names of any kind (D7), through ``hf download``."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.faults import EndlessHeaders, Gzip, Headers, Latency, Redirect, Reset, Rule, Status, WrongETag
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import running_hub

from tests.faults.scene import BIG, FILES, MIB, REPO, Scene, git_sha1, mostly_slow

LOCAL = ("download", REPO, "--local-dir", "here")
JSON = {"Content-Type": "application/json"}
TREE, INFO, RESOLVE = "*/tree/*", "*/revision/*", "*/resolve/*"


def entry(path: str, data: bytes = b"evil", **fields: Any) -> dict[str, Any]:
    return {"type": "file", "path": path, "oid": git_sha1(data), "size": len(data), **fields}


def listing(*entries: Any) -> Rule:
    return Rule(Status(200, JSON, json.dumps(entries)), path=TREE)


TRAVERSALS = [
    "../x", "a/../../x", "..\\x", "/abs", "C:\\x", "C:x", "\\x", "\\\\srv\\s\\x", "//srv/x", "a/./b", "a//b",
    "trailing.", "trailing ", "NUL", "con.txt", "x:stream", "", ".", "..", "nul\0byte", "\ud800",
    "line\nbreak", "bell\a", "n" * 300, "esc\x1b]0;owned\x07", "n\r\n::set-output name=x::y", "what?.txt",
]  # fmt: skip


SOME_TRAVERSALS = ["../x", "/abs", "C:\\x", "nul\0byte", "\ud800", "n\r\n::set-output name=x::y", "n" * 300]


@pytest.mark.parametrize("to", mostly_slow([(), ("--local-dir", "here")], 1), ids=["cache", "directory"])
@pytest.mark.parametrize("names", mostly_slow([SOME_TRAVERSALS, TRAVERSALS], 1), ids=["some", "all"])
def test_names_that_must_not_reach_the_disk(scene: Scene, to: tuple[str, ...], names: list[str]) -> None:
    scene.run("download", REPO, "config.json", *to)
    for name in names:
        scene.heal()
        scene.forbid(listing(entry("good.txt"), entry(name)))
        scene.hub.record.clear()
        shown = scene.run("download", REPO, "*", *to, "--force-download", code=9).stderr
        assert "\n::" not in shown
        assert not scene.hub.record.find(path=RESOLVE), name
    scene.finish("download", REPO)


@pytest.mark.parametrize(
    "name",
    mostly_slow([".git/config", ".GIT/hooks/post-checkout", "git~1/x", ".cache/huggingface/download/x.metadata"], 1),
)
def test_names_of_other_programs_bookkeeping(scene: Scene, name: str) -> None:
    scene.run(*LOCAL)
    scene.forbid(listing(entry("config.json", FILES["config.json"]), entry(name)))
    before = sorted(path for path in (scene.cli.work / "here").rglob("*"))
    scene.run(*LOCAL, code=(0, 9))
    assert [
        path for path in (scene.cli.work / "here").rglob("*") if path not in before and path.name == Path(name).name
    ] == []
    scene.run(*LOCAL, name, code=(5, 9))


@pytest.mark.parametrize(
    "etag", mostly_slow(['"../../x"', '"/abs"', 'W/"' + "0" * 40 + '"', '"' + "x" * 5000 + '"', '"a"b"'], 1)
)
def test_an_etag_is_no_name(scene: Scene, etag: str) -> None:
    scene.forbid(Rule(WrongETag(etag)))
    scene.run("download", REPO)
    scene.check_files()


@pytest.mark.parametrize("oid", mostly_slow(["../../../x", 7, "/abs", "", "0" * 39, None, "../" * 20 + "x"]))
@pytest.mark.parametrize("field", ["oid", "lfs", "xetHash"])
def test_a_hash_of_the_listing_is_no_path(scene: Scene, oid: object, field: str) -> None:
    value: object = {"oid": oid, "size": 4, "pointerSize": 100} if field == "lfs" else oid
    scene.forbid(listing(entry("x.txt", **{field: value})), Rule(Status(200, body="evil"), path=RESOLVE))
    harmless = field == "xetHash" or (field, oid) == ("lfs", None)
    scene.run("download", REPO, code=(0, 9) if harmless else 9)


@pytest.mark.parametrize("sha", mostly_slow(["../../../x", 7, "/abs", "main", "0" * 39, {"a": "b"}]))
def test_a_commit_that_is_no_hash(scene: Scene, sha: object) -> None:
    scene.forbid(Rule(Status(200, JSON, json.dumps({"id": REPO, "sha": sha})), path=INFO))
    scene.run("download", REPO, code=9)
    assert not scene.hub.record.find(path=TREE)
    scene.finish("download", REPO)


def test_names_in_headers_are_not_used(scene: Scene) -> None:
    named = {"Content-Disposition": 'attachment; filename="../../x"', "X-Repo-Commit": "../../x", "X-Xet-Hash": "../x"}
    scene.forbid(Rule(Headers(named), path=RESOLVE))
    scene.run("download", REPO)
    scene.check_files()


@pytest.mark.parametrize("status", mostly_slow([302, 307, 301, 303, 308]))
def test_no_token_follows_a_redirect(scene: Scene, status: int) -> None:
    elsewhere = scene.hub.content_url
    scene.forbid(Rule(Redirect(elsewhere + "/stolen", status), path=RESOLVE))
    scene.run("download", REPO, "config.json", code=(6, 9, 5))
    assert scene.hub.record.find(host="content", path="/stolen"), "nobody asked"
    scene.heal()
    scene.forbid(Rule(Redirect(elsewhere + "/stolen", status), path="/api/*"))
    scene.run("download", REPO, code=(5, 6, 9))
    assert not scene.hub.record.credentials_at_content()
    scene.finish("download", REPO)


@pytest.mark.parametrize(
    "target",
    mostly_slow(["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://alice@127.0.0.1/"], 1),
)
def test_only_http_addresses_are_followed(scene: Scene, target: str) -> None:
    scene.forbid(Rule(Redirect(target), path="/api/*"))
    scene.run("download", REPO, code=6)


def test_the_next_page_is_of_the_same_origin(scene: Scene) -> None:
    link = f'<{scene.hub.content_url}/api/models/{REPO}/tree/next>; rel="next"'
    scene.forbid(Rule(Headers({"Link": link}), path=TREE))
    scene.run("download", REPO, code=6, says="tried to send us to")
    assert not scene.hub.record.find(host="content", path="/api/*")


def test_pages_in_a_circle(scene: Scene) -> None:
    again = f'<{scene.hub.endpoint}/api/models/{REPO}/tree/{scene.commit}?recursive=true&x=1>; rel="next"'
    scene.forbid(Rule(Headers({"Link": again}), path=TREE))
    scene.run("download", REPO, code=9, says="same page")


def test_a_compression_bomb(scene: Scene) -> None:
    scene.forbid(Rule(Gzip(padding=200 * MIB), path=TREE))
    scene.run("download", REPO, code=9)


def test_a_compression_bomb_in_content(scene: Scene) -> None:
    scene.forbid(Rule(Gzip(padding=200 * MIB), host="content"))
    scene.run("download", REPO, BIG, code=9)
    assert sum(path.stat().st_size for path in scene.partials) <= len(FILES[BIG])


BOMBS = ["[" * 100_000, "1" * 1_000_000, "null", '{"sha": NaN}', "\ufeff", '{"sha":' + '"a",' * 9, "[]", '"x"']


@pytest.mark.parametrize("body", mostly_slow(BOMBS))
def test_json_that_is_none_or_a_bomb(scene: Scene, body: str) -> None:
    scene.forbid(Rule(Status(200, JSON, body), path=INFO))
    scene.run("download", REPO, code=(6, 9))


def test_headers_without_end(scene: Scene) -> None:
    scene.forbid(Rule(EndlessHeaders(), path=INFO))
    scene.run("download", REPO, code=(6, 9))


def test_words_of_the_server_act_on_no_terminal(scene: Scene) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\rError: all is well\n::set-output name=a::b\n##vso[task] \u202egnp \u200b\x9b31m"
    scene.forbid(Rule(Status(400, JSON, json.dumps({"error": evil})), path="/api/*"))
    shown = scene.run("download", REPO, code=1).stderr
    assert "\n::" not in shown
    assert "\n##" not in shown
    shown = scene.run("download", REPO, "--format", "json", code=1).stderr
    assert json.loads(shown)["error"]


def test_a_token_that_is_malformed_is_not_repeated(scene: Scene) -> None:
    for token in ("hf_abc\ndef0123456789secret", "secret with spaces 123", "\u00fcmlaut-secret-123"):
        shown = scene.run("download", REPO, token=token, code=4).stderr
        assert "secret" not in shown
    assert not len(scene.hub.record)


def test_no_secret_in_the_debug_log(scene: Scene) -> None:
    scene.forbid(Rule(Reset(at=MIB), host="content", times=1))
    shown = scene.run("-vv", "download", REPO, env={"HF_DEBUG": "1"}).stderr
    assert "/resolve/" in shown, "nothing was logged"


class TestLinksInTheTarget:
    """Whatever is planted, what it points to stays as it is; the helper compares that after each run."""

    def test_at_a_file(self, scene: Scene) -> None:
        place = scene.cli.work / "here" / "config.json"
        place.parent.mkdir()
        place.symlink_to(scene.outside / "precious")
        scene.run(*LOCAL, code=11, says="config.json")
        scene.run(*LOCAL, "--force")
        assert not place.is_symlink()
        scene.check_files(scene.cli.work / "here")

    def test_at_a_parent(self, scene: Scene) -> None:
        place = scene.cli.work / "here" / "onnx"
        place.parent.mkdir()
        place.symlink_to(scene.outside)
        scene.run(*LOCAL, code=(9, 10, 11), says="onnx")

    @pytest.mark.parametrize("name", mostly_slow(["blobs", "snapshots", "refs"], 1))
    def test_at_a_directory_of_the_cache(self, scene: Scene, name: str) -> None:
        scene.cached.mkdir(parents=True)
        (scene.cached / name).symlink_to(scene.outside)
        scene.run("download", REPO, code=(9, 10, 11))

    def test_at_a_blob(self, scene: Scene) -> None:
        (scene.cached / "blobs").mkdir(parents=True)
        (scene.cached / "blobs" / git_sha1(FILES["config.json"])).symlink_to(scene.outside / "precious")
        scene.run("download", REPO)
        scene.check_files()

    def test_at_a_file_of_a_snapshot(self, scene: Scene) -> None:
        scene.snapshot.mkdir(parents=True)
        (scene.snapshot / "config.json").symlink_to(scene.outside / "precious")
        scene.run("download", REPO)
        scene.check_files()


def test_a_branch_that_moves_meanwhile(scene: Scene) -> None:
    """Everything is of the commit that the branch was at when it was asked for."""
    scene.forbid(Rule(Latency(0.7), path=TREE))

    def move() -> None:
        while not scene.hub.record.find(path=TREE):
            time.sleep(0.01)
        scene.hub.put_files(REPO, {"config.json": b"moved on"})

    mover = threading.Thread(target=move, daemon=True)
    mover.start()
    scene.run("download", REPO)
    mover.join(10)
    scene.check_files()
    assert (scene.cached / "refs" / "main").read_text() == scene.commit
    assert {request.path.split("/")[4] for request in scene.hub.record.find(path=RESOLVE)} == {scene.commit}


def test_a_configuration_in_the_working_directory_is_not_read(scene: Scene) -> None:
    for name in ("config.toml", ".env", "hfcli.toml", ".hfcli/config.toml"):
        place = scene.cli.work / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(f'endpoint = "{scene.hub.content_url}"\nHF_ENDPOINT={scene.hub.content_url}\n')
    scene.run("download", REPO)
    scene.check_files()


def test_programs_in_the_working_directory_are_not_run(scene: Scene) -> None:
    evil = scene.cli.work / "git"
    evil.write_text(f"#!/bin/sh\necho > {scene.outside}/owned\n")
    evil.chmod(0o755)
    scene.run("env", env={"PATH": f".{os.pathsep}{os.environ['PATH']}"})


def test_a_hub_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    """Told at once, with the issuer; trusted only where it is named."""
    certificate, key = self_signed(tmp_path)
    with (
        running_hub(tmp_path / "hub", tls=(certificate, key), relay=False) as hub,
        Cli(tmp_path / "home", {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token("alice")}) as cli,
    ):
        hub.create_repo(REPO)
        started = time.monotonic()
        done = cli("download", REPO)
        assert time.monotonic() - started < 5
        assert done.returncode == 6
        assert "Acme Inspection" in done.stderr
        assert "Hint:" in done.stderr
        assert done.stdout == ""
        assert not len(hub.record)
        assert cli("download", REPO, env={"SSL_CERT_FILE": str(certificate)}).returncode == 0


def self_signed(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Acme Inspection")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


def test_nothing_that_was_downloaded_is_run(scene: Scene) -> None:
    files = {
        "setup.py": b"open('owned', 'w')\n",
        "run.sh": b"#!/bin/sh\ntouch owned\n",
        "a.pkl": b"cos\nsystem\n(S'touch owned'\ntR.",
    }
    scene.hub.put_files(REPO, files)
    scene.run(*LOCAL)
    assert not list(scene.base.rglob("owned"))
    assert not any((scene.cli.work / "here" / name).stat().st_mode & 0o111 for name in files)
