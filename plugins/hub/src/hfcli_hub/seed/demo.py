"""What a newcomer finds on a seeded Hub: a model, a dataset and a Space, each small and complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_hub.seed.content import CONFIG, TOKENIZER, card, json_file, weights
from hfcli_hub.seed.files import commit_files
from hfcli_hub.seed.parquet import write_parquet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_hub.seed.files import Content
    from hfcli_hub.store.hub import Hub
    from hfcli_hub.store.names import Kind
    from hfcli_hub.store.repos import Repo

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

MODEL: Mapping[str, Content] = {
    "README.md": card("Tiny model", "One layer, ten words: enough to try every command on.", license="apache-2.0"),
    "config.json": json_file(CONFIG),
    "model.safetensors": weights(),
    "tokenizer.json": json_file(TOKENIZER),
    "tokenizer_config.json": json_file({"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}),
}
DATASET: Mapping[str, Content] = {
    "README.md": card("Tiny dataset", "Numbers and their names, in two shards and a test split.", license="cc0-1.0"),
    "data/train-00000-of-00002.parquet": write_parquet({"number": range(1, 5), "name": _WORDS[:4]}),
    "data/train-00001-of-00002.parquet": write_parquet({"number": range(5, 9), "name": _WORDS[4:8]}),
    "data/test-00000-of-00001.parquet": write_parquet({"number": range(9, 11), "name": _WORDS[8:]}),
}
SPACE: Mapping[str, Content] = {
    "README.md": card("Tiny Space", "One page.", title="Tiny Space", sdk="static"),
    "index.html": b"<!doctype html>\n<title>Tiny Space</title>\n<h1>Hello from a Space</h1>\n",
    "style.css": b"body { font-family: sans-serif; }\n",
}


def seed_demo(hub: Hub, owner: str) -> list[Repo]:
    """Make the three repos below ``owner``, an account that exists; those that are there already are left alone."""
    return [
        ensure_repo(hub, "model", f"{owner}/tiny-model", MODEL),
        ensure_repo(hub, "dataset", f"{owner}/tiny-dataset", DATASET),
        ensure_repo(hub, "space", f"{owner}/tiny-space", SPACE, sdk="static"),
    ]


def ensure_repo(hub: Hub, kind: Kind, repo_id: str, files: Mapping[str, Content], *, sdk: str | None = None) -> Repo:
    """The repo of that name; made with ``files`` where there is none."""
    found = hub.find_repo(kind, repo_id)
    if found is not None:
        return found.repo
    repo = hub.create_repo(kind, repo_id, sdk=sdk, canonical="/" not in repo_id)
    commit_files(repo, files, message="Add the files of the demonstration")
    return repo
