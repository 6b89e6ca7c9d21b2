from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hfcli_cache.layers import LayersBackend
from hfcli_core.api import BackendContext, UsageError
from hfcli_core.testing.backends import Blobs, ReadBackendContract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

REPO = "alice/model"


def layered(context: BackendContext, *paths: Path | str) -> LayersBackend:
    return LayersBackend(replace(context, settings={"cache.layers": tuple(map(str, paths))}))


class TestReading(ReadBackendContract):
    @pytest.fixture
    def open_backend(self, tmp_path: Path) -> Callable[[BackendContext, Blobs], LayersBackend]:
        def open_backend(context: BackendContext, blobs: Blobs) -> LayersBackend:
            layers = [tmp_path / name for name in ("absent", "first", "second")]
            for number, (ref, content) in enumerate(blobs.items()):
                folder = layers[1 + number % 2] / ref.repo.folder_name / "blobs"
                folder.mkdir(parents=True, exist_ok=True)
                if number % 3:
                    (folder / ref.etag).write_bytes(content)
                    continue
                # As client 2.4.0 keeps what several repos share.
                payload = layers[1 + number % 2] / "blobs" / "ab" / ("ab" + ref.etag[:62].ljust(62, "0"))
                payload.parent.mkdir(parents=True, exist_ok=True)
                payload.write_bytes(content)
                (folder / ref.etag).symlink_to(f"../../blobs/ab/{payload.name}")
            return layered(context, *layers)

        return open_backend

    def test_offers_nothing_of_another_size_or_from_outside(
        self, backend: LayersBackend, blobs: Blobs, tmp_path: Path
    ) -> None:
        refs = list(blobs)
        for ref in refs:
            for layer in ("first", "second"):
                blob = tmp_path / layer / ref.repo.folder_name / "blobs" / ref.etag
                if blob.is_symlink():
                    blob.unlink()
                    blob.symlink_to(tmp_path)
                elif blob.exists():
                    blob.write_bytes(b"not this size, whatever it is")
        assert backend.offers(refs) == {}

    def test_a_layer_is_a_whole_path(self, context: BackendContext) -> None:
        with pytest.raises(UsageError, match="not a whole path"):
            layered(context, "relative/path")


@pytest.fixture
def site(hub: LiveHub, cli: Cli, tmp_path: Path) -> Path:
    """A cache of the site, with the repo in it, that nobody may write."""
    hub.create_repo(REPO)
    hub.put_files(REPO, {"config.json": b"{}\n", "model.safetensors": bytes(range(256)) * 40_000})
    site = tmp_path / "home" / "data" / "site"
    assert cli("download", REPO, "--cache-dir", site).returncode == 0
    hub.record.clear()
    return site


def content_requests(hub: LiveHub) -> int:
    return hub.record.count(path="*/resolve/*") + hub.record.count(host="content")


def test_what_the_site_has_is_not_fetched(hub: LiveHub, cli: Cli, site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    with_layers = {"HFCLI_CACHE_LAYERS": f"/nowhere/at/all,{site}"}
    done = cli("download", REPO, env=with_layers)
    assert done.returncode == 0, done.stderr
    assert content_requests(hub) == 0
    assert cli("cache", "verify", REPO, "-q").lines == [done.stdout.strip()]
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    config = cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[cache]\nlayers = ["{site}"]\n')
    assert cli("download", REPO, "model.safetensors", "--local-dir", "here").returncode == 0
    assert content_requests(hub) == 0
    shown = cli("config", "list", "--json").json()
    assert [row["value"] for row in shown if row["name"] == "cache.layers"] == [[str(site)]]


def test_without_layers_nothing_changes(hub: LiveHub, cli: Cli, site: Path) -> None:
    """A single file takes one request, as ever; who asks for the backend by name gets it."""
    assert cli("download", REPO, "config.json").returncode == 0
    assert len(hub.record) == 1
    done = cli("download", REPO, "model.safetensors", "--transport", "layers")
    assert (done.returncode, "layers cannot fetch model.safetensors" in done.stderr) == (6, True)


def test_what_the_site_has_wrong_comes_from_the_hub(hub: LiveHub, cli: Cli, site: Path) -> None:
    """A layer is believed no more than a mirror (docs/faults.md, S20)."""
    for blob in site.glob("*/blobs/*"):
        blob.write_bytes(b"?" * blob.stat().st_size)
    done = cli("download", REPO, env={"HFCLI_CACHE_LAYERS": str(site)})
    assert done.returncode == 0, done.stderr
    for blob in (cli.hf_home / "hub").glob("*/blobs/*"):
        if len(blob.name) == 64:
            assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    assert cli("cache", "verify", REPO).returncode == 0
