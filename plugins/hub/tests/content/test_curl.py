"""curl against the Hub: the plainest of clients."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hfcli_hub.testkit.hub import LiveHub

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]

LARGE = os.urandom(2_000_000)


def curl(*args: str | Path) -> str:
    command = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("name", ["config.json", "big.bin"])
def test_a_file_is_downloaded_and_a_broken_download_resumed(hub: LiveHub, tmp_path: Path, name: str) -> None:
    content = {"config.json": b'{"a": 1}\n', "big.bin": LARGE}
    hub.create_repo("alice/m", private=True)
    hub.put_files("alice/m", content)
    url = f"{hub.endpoint}/alice/m/resolve/main/{name}"
    bearer = ("--header", f"Authorization: Bearer {hub.token()}")
    whole, partial = tmp_path / "whole", tmp_path / "partial"
    curl(*bearer, "--location", "--output", whole, url)
    assert whole.read_bytes() == content[name]
    partial.write_bytes(content[name][:5])
    curl(*bearer, "--location", "--continue-at", "-", "--output", partial, url)
    assert partial.read_bytes() == content[name]
    assert hub.record.find(method="GET")[-1].status == 206
    assert not any(request.authorized for request in hub.record.find(host="content"))


def test_a_head_has_no_body_and_a_refusal_its_reason(hub: LiveHub) -> None:
    hub.create_repo("alice/m")
    head = curl("--head", f"{hub.endpoint}/alice/m/resolve/main/.gitattributes")
    assert "x-repo-commit: " in head.lower()
    with pytest.raises(subprocess.CalledProcessError) as refused:
        curl(f"{hub.endpoint}/alice/m/resolve/main/missing")
    assert "404" in refused.value.stderr
