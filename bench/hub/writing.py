"""What a client uploads: LFS objects, whole or in parts, and commits."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from bench.hub.content import Repo, lfs_file, regular_file
from bench.hub.exchange import Exchange, RefusedError
from bench.hub.routing import PREFIX, REPO, TYPE, answers
from bench.hub.state import CDN, HUB

_ALWAYS_LFS = (".safetensors", ".bin", ".parquet")


@answers(HUB, "POST", "/api/repos/create", "create")
async def create(exchange: Exchange) -> None:
    wanted, state = json.loads(exchange.body), exchange.state
    name = wanted["name"]
    repo_id = name if "/" in name else f"{wanted.get('organization') or 'bench'}/{name}"
    status = 409 if repo_id in state.uploads else 200
    state.uploads.setdefault(repo_id, Repo(repo_id, "0" * 40))
    await exchange.json({"url": f"{state.endpoints[HUB]}/{repo_id}", "name": repo_id, "id": "0" * 24}, status)


@answers(HUB, "POST", "/api/validate-yaml", "validate-yaml")
async def validate_yaml(exchange: Exchange) -> None:
    await exchange.json({"errors": [], "warnings": []})


@answers(HUB, "POST", rf"/api/{TYPE}/{REPO}/preupload/.+", "preupload")
async def preupload(exchange: Exchange, repo_id: str) -> None:
    repo = exchange.repo(repo_id)
    decided = []
    for file in json.loads(exchange.body)["files"]:
        large = file["size"] > exchange.state.settings.lfs_threshold or file["path"].endswith(_ALWAYS_LFS)
        answer = {"path": file["path"], "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}
        if old := repo.files.get(file["path"]):
            answer["oid"] = old.sha256 if old.lfs else old.oid
        decided.append(answer)
    await exchange.json({"files": decided, "commitOid": repo.commit})


@answers(HUB, "POST", rf"/{PREFIX}{REPO}\.git/info/lfs/objects/batch", "lfs-batch")
async def lfs_batch(exchange: Exchange, _: str) -> None:
    request, state = json.loads(exchange.body), exchange.state
    hub, cdn, settings = state.endpoints[HUB], state.endpoints[CDN], state.settings
    objects, multipart = [], False
    for wanted in request["objects"]:
        oid, size = wanted["oid"], wanted["size"]
        answer: dict[str, Any] = {"oid": oid, "size": size}
        if oid not in state.objects:
            upload: dict[str, Any] = {"href": f"{cdn}/put/{oid}/{size}", "header": {}}
            if 0 < settings.multipart_threshold < size and "multipart" in request.get("transfers", []):
                multipart = True
                count = -(-size // settings.part_size)
                header = {f"{number:05d}": f"{cdn}/part/{oid}/{number}" for number in range(1, count + 1)}
                upload = {"href": f"{hub}/api/complete_multipart?oid={oid}&size={size}", "header": header}
                header["chunk_size"] = str(settings.part_size)
            answer["actions"] = {"upload": upload, "verify": {"href": f"{hub}/api/lfs-verify", "header": {}}}
        objects.append(answer)
    await exchange.json({"transfer": "multipart" if multipart else "basic", "objects": objects})


@answers(CDN, "PUT", r"/put/([0-9a-f]{64})/(\d+)", "cdn")
async def put(exchange: Exchange, oid: str, size: str) -> None:
    wrong = exchange.digest and exchange.digest.hexdigest() != oid
    if exchange.received != int(size) or wrong:
        raise RefusedError(400, f"not the announced {size} bytes")
    exchange.state.objects[oid] = exchange.received
    await exchange.answer(200, b"", {"ETag": '"whole"'})


@answers(CDN, "PUT", r"/part/([0-9a-f]{64})/(\d+)", "cdn-part")
async def put_part(exchange: Exchange, oid: str, number: str) -> None:
    exchange.state.parts.setdefault(oid, {})[int(number)] = exchange.received
    await exchange.answer(200, b"", {"ETag": f'"part-{number}"'})


@answers(HUB, "POST", "/api/complete_multipart", "complete-multipart")
async def complete_multipart(exchange: Exchange) -> None:
    oid, size = exchange.parameter("oid"), int(exchange.parameter("size"))
    parts = exchange.state.parts.pop(oid, {})
    if sum(parts.values()) != size or len(json.loads(exchange.body)["parts"]) != len(parts):
        raise RefusedError(400, "parts are missing")
    exchange.state.objects[oid] = size
    await exchange.json({"success": True})


@answers(HUB, "POST", "/api/lfs-verify", "lfs-verify")
async def lfs_verify(exchange: Exchange) -> None:
    wanted = json.loads(exchange.body)
    there = exchange.state.objects.get(wanted["oid"]) == wanted["size"]
    await exchange.json({}, 200 if there else 404)


@answers(HUB, "POST", rf"/api/{TYPE}/{REPO}/commit/.+", "commit")
async def commit(exchange: Exchange, repo_id: str) -> None:
    state = exchange.state
    repo = exchange.repo(repo_id)
    for line in exchange.body.splitlines():
        item = json.loads(line)
        value = item["value"]
        if item["key"] == "file":
            encoded = value.get("encoding") == "base64"
            data = base64.b64decode(value["content"]) if encoded else value["content"].encode()
            repo.files[value["path"]] = regular_file(value["path"], data)
        elif item["key"] == "lfsFile":
            oid = value["oid"]
            if oid not in state.objects:
                raise RefusedError(400, f"the LFS object is missing: {oid}")
            repo.files[value["path"]] = lfs_file(value["path"], oid, state.objects[oid])
    repo.commits += 1
    repo.listings.clear()
    repo.commit = hashlib.sha1(f"{repo_id} {repo.commits}".encode()).hexdigest()
    url = f"{state.endpoints[HUB]}/{repo_id}/commit/{repo.commit}"
    await exchange.json({"success": True, "commitOid": repo.commit, "commitUrl": url, "hookOutput": ""})
