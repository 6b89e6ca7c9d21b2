"""``hf hub seed``: what is there afterwards, and that its files are what their names say."""

from __future__ import annotations

import hashlib
import json
import struct
from fnmatch import fnmatch
from itertools import pairwise

import httpx
import pytest
from hfcli_hub.seed.guide import seed_guide
from hfcli_hub.seed.parquet import write_parquet
from hfcli_hub.store.hub import Hub


def test_demo_repos_are_complete_and_made_once(hf):
    hf("hub", "user", "add", "carol")
    result = hf("hub", "seed", "--json")
    assert [(row["type"], row["id"]) for row in result.json()] == [
        ("model", "carol/tiny-model"),
        ("dataset", "carol/tiny-dataset"),
        ("space", "carol/tiny-space"),
    ]
    heads = _heads(hf)
    assert hf("hub", "seed", "--quiet").lines == ["carol/tiny-model", "carol/tiny-dataset", "carol/tiny-space"]
    assert _heads(hf) == heads


def test_the_models_weights_are_a_valid_safetensors_file(hf):
    with hf.serving() as (_, info):
        hf("hub", "seed")
        url = f"{info['endpoint']}/{info['user']}/tiny-model/resolve/main/model.safetensors"
        data = httpx.get(url, follow_redirects=True).content
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__")
    offsets = sorted(tensor["data_offsets"] for tensor in header.values())
    assert (8 + size) % 8 == 0
    assert offsets[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(offsets))
    assert offsets[-1][1] == len(data) - 8 - size


def test_parquet_bytes_are_those_that_pyarrow_has_read():
    data = write_parquet({"number": [1, -2, 3_000_000_000], "name": ["one", "", "zwölf"]})
    # pyarrow, which is too large to install for this, was given this file once and read the same values.
    assert hashlib.sha256(data).hexdigest() == "e4c0b9ba4767e8d09b89c89ff7a2e0562e189a87d52b7959c89332f91391dbda"


@pytest.fixture(scope="module")
def guide(tmp_path_factory):
    hub = Hub(tmp_path_factory.mktemp("guide"))
    seed_guide(hub)
    yield hub
    hub.close()


@pytest.mark.parametrize(
    ("kind", "repo_id", "revision", "patterns", "count"),
    [
        ("model", "gpt2", "main", ["config.json", "model.safetensors"], 2),
        ("model", "gpt2", "main", ["*.json", "*.md", "!vocab.json"], 5),
        ("dataset", "lhoestq/custom_squad", "main", ["*.json"], 9),
        ("dataset", "bigcode/the-stack", "v1.1", ["data/python/*"], 206),
        ("dataset", "bigcode/the-stack", "refs/pr/104", ["data/python/README.md"], 1),
        ("space", "Wauplin/my-cool-training-space", "main", ["*.py", "requirements.txt"], 3),
    ],
)
def test_the_guides_patterns_match_as_many_files_as_it_says(guide, kind, repo_id, revision, patterns, count):
    git = guide.find_repo(kind, repo_id).repo.git
    files = [entry.path for entry in git.walk(git.resolve(revision)) if entry.type == "file"]
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    unwanted = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    matching = [
        path
        for path in files
        if any(fnmatch(path, pattern) for pattern in wanted) and not any(fnmatch(path, pattern) for pattern in unwanted)
    ]
    assert len(matching) == count


def test_large_files_have_the_declared_size_and_take_no_room(guide):
    git = guide.find_repo("model", "adept/fuyu-8b").repo.git
    sizes = {entry.path: entry.size for entry in git.walk(git.resolve("main")) if entry.lfs}
    assert sizes["pytorch_model-00001-of-00002.bin"] == 5_000_000_000
    on_disk = sum(path.stat().st_blocks * 512 for path in guide.data.rglob("*") if path.is_file())
    assert on_disk < 20_000_000


def test_a_sparse_file_has_the_sha256_that_its_pointer_says(guide):
    git = guide.find_repo("model", "adept/fuyu-8b").repo.git
    smallest = git.entry(git.resolve("main"), "model-00002-of-00002.safetensors")
    with guide.objects.path(smallest.lfs.sha256).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == smallest.lfs.sha256


def test_the_guides_user_belongs_to_its_organizations(guide):
    memberships = guide.accounts.memberships(guide.accounts.find("Wauplin"))
    assert {one.org.name for one in memberships} >= {"huggingface", "eu-test", "hf-accelerate", "MyCoolOrganization"}


def _heads(hf):
    hub = Hub(hf.data)
    heads = [repo.git.resolve("main") for kind in ("model", "dataset", "space") for repo in hub.list_repos(kind)]
    hub.close()
    return heads
