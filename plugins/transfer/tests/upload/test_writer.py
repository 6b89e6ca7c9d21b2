"""Which backend stores large files when plugins bring their own."""

from __future__ import annotations

import textwrap

import pytest

BROKEN = """
    class Store:
        def __init__(self, context):
            raise RuntimeError("no disk here")
"""
WORKING = """
    import os, pathlib

    class Store:
        def __init__(self, context):
            self._context = context
            self._target = pathlib.Path(os.environ["STORE"])

        def prepare(self, refs):
            return refs

        def put(self, ref, source):
            with source() as file:
                (self._target / ref.sha256).write_bytes(file.read())
            self._context.advance(ref.size)
            (self._target / "revision").write_text(self._context.revision)

        def finish(self):
            (self._target / "finished").touch()
"""


@pytest.fixture
def install(tmp_path):
    """Puts a plugin with one write backend, preferred to ours, on the path; gives the environment to run with."""

    def install(source: str) -> dict[str, str]:
        site = tmp_path / "site"
        info = site / "acme_store-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-store\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[hf.plugins]\nstore = acme_store_plugin\n")
        (site / "acme_store.py").write_text(textwrap.dedent(source))
        plugin = """
            from hfcli_core.api import StorageBackendSpec, hookimpl

            HF_PLUGIN_API = 1

            @hookimpl
            def hf_storage_backends():
                return [StorageBackendSpec("acme", target="acme_store:Store", reads=False, writes=True, priority=50)]
        """
        (site / "acme_store_plugin.py").write_text(textwrap.dedent(plugin))
        (tmp_path / "store").mkdir()
        return {"PYTHONPATH": str(site), "STORE": str(tmp_path / "store")}

    return install


def test_a_broken_backend_is_left_out(hub, cli, model, install) -> None:
    result = cli("upload", "alice/m", "./model", env=install(BROKEN))
    assert result.returncode == 0
    assert "Warning: not using the storage backend acme of acme-store: no disk here" in result.stderr
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()


def test_the_preferred_backend_stores(hub, cli, model, install, tmp_path) -> None:
    """A Hub that does not find the objects makes no commit: here they went elsewhere."""
    result = cli("upload", "alice/m", "./model", env=install(WORKING))
    assert hub.record.count(method="PUT") == 0
    names = {path.name for path in (tmp_path / "store").iterdir()}
    assert {"revision", "finished"} < names
    assert len(names) == 4
    assert (tmp_path / "store" / "revision").read_text() == "main"
    assert (result.returncode, result.stdout) == (1, "")
    assert hub.list_files("alice/m") == [".gitattributes"]
