"""npm's ``@huggingface/hub`` uploads to and downloads from the Hub."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

LARGE = os.urandom(5_000_001)
_SCRIPT = """
import * as client from "@huggingface/hub";
import fs from "node:fs";
const { endpoint: hubUrl, token: accessToken, large } = JSON.parse(process.argv[2]);
const at = { repo: { type: "model", name: "alice/m" }, hubUrl, accessToken };
const files = [
  { path: "config.json", content: new Blob(["{}"]) },
  { path: "sub/large.bin", content: new Blob([fs.readFileSync(large)]) },
];
await client.uploadFiles({ ...at, files, useXet: false });
const listed = [];
for await (const file of client.listFiles({ ...at, recursive: true })) listed.push(file.path);
const download = async (path) => Buffer.from(await (await client.downloadFile({ ...at, path })).arrayBuffer());
const info = await client.fileDownloadInfo({ ...at, path: "sub/large.bin" });
console.log(JSON.stringify({
  listed,
  config: (await download("config.json")).toString(),
  large: (await download("sub/large.bin")).equals(fs.readFileSync(large)),
  size: info.size,
  missing: await client.fileExists({ ...at, path: "missing" }),
}));
"""


def test_files_go_up_and_come_down(hub: LiveHub, tmp_path: Path) -> None:
    directory = os.environ.get("HFCLI_JAVASCRIPT_CLIENT", "")
    if not directory or not shutil.which("node"):
        pytest.skip(
            "HFCLI_JAVASCRIPT_CLIENT names no directory where @huggingface/hub is installed, or node is missing"
        )
    hub.store.limits.multipart_threshold = 4_000_000
    hub.store.limits.part_size = 2_000_000
    hub.create_repo("alice/m", private=True)
    (tmp_path / "large").write_bytes(LARGE)
    (tmp_path / "script.mjs").write_text(_SCRIPT)
    (tmp_path / "node_modules").symlink_to(Path(directory) / "node_modules")
    arguments = json.dumps({"endpoint": hub.endpoint, "token": hub.token(), "large": str(tmp_path / "large")})
    done = subprocess.run(
        ["node", "script.mjs", arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "listed": [".gitattributes", "config.json", "sub", "sub/large.bin"],
        "config": "{}",
        "large": True,
        "size": len(LARGE),
        "missing": False,
    }
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == 3
