"""Backends of other plugins: who is asked first, and what happens when one fails."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_hub.testkit.cli import Cli, CliResult
    from hfcli_hub.testkit.hub import LiveHub

CONTENT = b"content that a mirror has too\n" * 10_000

PLUGIN = """
    from hfcli_core.api import NetworkError, Offer, ReadBackend, StorageBackendSpec, hookimpl

    HF_PLUGIN_API = 1

    @hookimpl
    def hf_storage_backends():
        return [StorageBackendSpec("mirror", target="mirror:Mirror", priority=5)]

    CONTENT = b"content that a mirror has too\\n" * 10_000

    class Mirror(ReadBackend):
        def __init__(self, context):
            self.context = context

        def offers(self, refs):
            return {ref: Offer(OFFER) for ref in refs if ref.size == len(CONTENT)}

        def fetch(self, ref, start, stop, sink):
            FETCH

        def fetch_file(self, ref, path):
            path.unlink()
            path.write_bytes(CONTENT + TAIL)
            self.context.advance(len(CONTENT))
"""


@pytest.fixture
def download(hub: LiveHub, cli: Cli, tmp_path: Path) -> Callable[..., CliResult]:
    """Downloads ``alice/model`` with a plugin that offers ``offer`` and fetches by ``fetch``."""
    hub.create_repo("alice/model")
    hub.put_files("alice/model", {"a.bin": CONTENT, "b.txt": b"b"})

    def download(
        fetch: str, offer: str = "cost=1", names: str = "a.bin", tail: bytes = b"", transport: str = "auto"
    ) -> CliResult:
        info = tmp_path / "site" / "mirror-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mirror\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[hf.plugins]\nmirror = mirror\n")
        code = textwrap.dedent(PLUGIN.replace("OFFER", offer).replace("FETCH", fetch).replace("TAIL", repr(tail)))
        (info.parent / "mirror.py").write_text(code)
        options = ("--transport", transport, "--verbose", "--json")
        return cli("download", "alice/model", names, *options, env={"PYTHONPATH": str(info.parent)})

    return download


WRITE = "sink.write_at(start, CONTENT[start:stop]); self.context.advance(stop - start)"
KERNEL = "import os; os.pwrite(sink.fileno(), CONTENT[start:stop], start); self.context.advance(stop - start)"
BACKWARDS = "[sink.write_at(n, CONTENT[n:min(n + 9999, stop)]) for n in reversed(range(start, stop, 9999))]"


def from_hub(hub: LiveHub) -> int:
    return hub.record.count(path="*/resolve/*/a.bin")


@pytest.mark.parametrize(
    ("offer", "fetch"),
    [("cost=1", WRITE), ("1, ranged=True", KERNEL), ("1, ranged=True", BACKWARDS), ("1, by_path=True", "1 / 0")],
)
def test_the_cheapest_is_asked(hub: LiveHub, download: Callable[..., CliResult], offer: str, fetch: str) -> None:
    result = download(fetch, offer)
    assert result.returncode == 0, result.stderr
    assert Path(result.json()["path"]).read_bytes() == CONTENT
    assert from_hub(hub) == 0


def test_a_dear_one_is_not_asked(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    assert download(WRITE, "cost=100").returncode == 0
    assert from_hub(hub) == 1


def test_one_that_is_named_is_used_though_it_is_dear(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    assert download(WRITE, "cost=100", transport="mirror").returncode == 0
    assert from_hub(hub) == 0


@pytest.mark.parametrize(("names", "fetch"), [("b.txt", WRITE), ("a.bin", "raise NetworkError('the mirror is down')")])
def test_one_that_is_named_is_used_alone(
    hub: LiveHub, download: Callable[..., CliResult], names: str, fetch: str
) -> None:
    result = download(fetch, names=names, transport="mirror")
    assert result.returncode == 6, result.stderr
    assert "mirror" in result.stderr
    assert hub.record.count(path="*/resolve/*") == 0


def test_what_it_does_not_offer_comes_from_the_hub(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    assert download(WRITE, names="*.*").json()["files"] == 3
    assert from_hub(hub) == 0
    assert hub.record.count(path="*/resolve/*/b.txt") == 1


@pytest.mark.parametrize("fetch", ["raise NetworkError('the mirror is down')", "pass", "1 / 0"])
def test_when_it_fails_the_next_is_asked(hub: LiveHub, download: Callable[..., CliResult], fetch: str) -> None:
    result = download(fetch)
    assert result.returncode == 0, result.stderr
    assert from_hub(hub) == 1
    assert "mirror" in result.stderr


def test_wrong_bytes_of_it_are_found_out(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    result = download("sink.write_at(start, bytes(stop - start)); self.context.advance(stop - start)")
    assert result.returncode == 0, result.stderr
    assert from_hub(hub) == 1, "the clean retry asks the next one"


def test_bytes_after_the_end_are_found_out(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    result = download("pass", "1, by_path=True", tail=b"more")
    assert Path(result.json()["path"]).read_bytes() == CONTENT
    assert from_hub(hub) == 1


def test_one_that_cannot_be_made_is_left_out(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    result = download("pass\n\n        def __init__(self, context): raise RuntimeError('no mirror configured')")
    assert result.returncode == 0, result.stderr
    assert "no mirror configured" in result.stderr
    assert from_hub(hub) == 1


def test_one_that_fails_to_offer_is_left_out(hub: LiveHub, download: Callable[..., CliResult]) -> None:
    result = download("pass", "1 / 0")
    assert result.returncode == 0, result.stderr
    assert "division by zero" in result.stderr
    assert from_hub(hub) == 1
