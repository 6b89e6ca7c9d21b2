"""npm's ``@huggingface/hub`` against the embedded Hub."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

SCENARIO = """
import * as hub from "@huggingface/hub";
const common = { hubUrl: process.env.HF_ENDPOINT, accessToken: process.env.HF_TOKEN };
const repo = { type: "model", name: "alice/node" };
const at = { repo, ...common };
const seen = { whoami: (await hub.whoAmI(common)).name };
await hub.createRepo(at);
const large = new Blob([new Uint8Array(2_000_000).fill(7)]);
const upload = { useXet: false, title: "From node", commitTitle: "From node" };
await hub.uploadFiles({
  ...at, ...upload,
  files: [{ path: "weights.bin", content: large }, { path: "a b/ü.txt", content: new Blob(["hello"]) }],
});
seen.files = [];
for await (const entry of hub.listFiles({ ...at, recursive: true }))
  if (entry.type === "file") seen.files.push(entry.path);
seen.info = await hub.fileDownloadInfo({ ...at, path: "weights.bin" }).then((info) => info.size);
const blob = await hub.downloadFile({ ...at, path: "weights.bin", xet: false });
const bytes = new Uint8Array(await blob.arrayBuffer());
seen.same = bytes.length === 2_000_000 && bytes.every((byte) => byte === 7);
const slice = await (await hub.downloadFile({ ...at, path: "a b/ü.txt" })).text();
seen.small = slice;
const pull = await hub.commit({
  ...at, ...upload, isPullRequest: true,
  operations: [{ operation: "addOrUpdate", path: "c.txt", content: new Blob(["c"]) }],
});
seen.pull = pull.pullRequestUrl;
await hub.deleteFile({ ...at, path: "weights.bin" });
seen.exists = await hub.fileExists({ ...at, path: "weights.bin" });
seen.commits = [];
for await (const commit of hub.listCommits(at)) seen.commits.push(commit.title);
await hub.deleteRepo(at);
seen.gone = await hub.repoExists(at);
console.log(JSON.stringify(seen));
"""


def test_create_upload_list_download_propose_delete(node_client: Any, environ: dict[str, str], hub: LiveHub) -> None:
    done = node_client.script(SCENARIO, env=environ)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "whoami": "alice",
        "files": [".gitattributes", "a b/ü.txt", "weights.bin"],
        "info": 2_000_000,
        "same": True,
        "small": "hello",
        "pull": f"{hub.endpoint}/alice/node/discussions/1",
        "exists": False,
        "commits": ["Delete weights.bin", "From node", "initial commit"],
        "gone": False,
    }
    assert hub.record.credentials_at_content() == []
