"""The repos and accounts that the examples of the command-line guide speak of, so that each runs as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_hub.seed.content import CONFIG, TOKENIZER, VOCABULARY, card, json_file, weights
from hfcli_hub.seed.demo import ensure_repo
from hfcli_hub.seed.files import Zeros, commit_files
from hfcli_hub.seed.parquet import write_parquet
from hfcli_hub.store.git import Author, PutFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_hub.seed.files import Content
    from hfcli_hub.store.hub import Hub
    from hfcli_hub.store.repos import Repo

USER = "Wauplin"
ORGS = ("huggingface", "eu-test", "hf-accelerate", "MyCoolOrganization")
_STACK_SHARDS = 206
_STACK_PULL = 104
_OCR_PULL = 5

_GPT2: Mapping[str, Content] = {
    "README.md": card("GPT-2", "A stand-in of the same name and the same kinds of files.", license="mit"),
    "config.json": json_file(CONFIG),
    "generation_config.json": json_file({"eos_token_id": 1}),
    "merges.txt": b"#version: 0.2\n",
    "model.safetensors": weights(),
    "tokenizer.json": json_file(TOKENIZER),
    "tokenizer_config.json": json_file({"model_max_length": 1024}),
    "vocab.json": json_file(VOCABULARY),
}
_ZEPHYR: Mapping[str, Content] = {
    "README.md": card("Zephyr", "A stand-in of the same name and the same kinds of files.", license="mit"),
    "config.json": json_file(CONFIG),
    "generation_config.json": json_file({"eos_token_id": 1}),
    "model-00001-of-00002.safetensors": weights(layers=1),
    "model-00002-of-00002.safetensors": weights(layers=2),
    "model.safetensors.index.json": json_file({"metadata": {}, "weight_map": {}}),
    "tokenizer.json": json_file(TOKENIZER),
    "tokenizer_config.json": json_file({"model_max_length": 2048}),
}
_SQUAD: Mapping[str, Content] = {
    "README.md": card("Custom SQuAD", "Nine JSON files of questions.", license="cc-by-4.0"),
    "train.json": json_file([{"question": "Who?", "answer": "A model"}]),
    "validation.json": json_file([{"question": "What?", "answer": "A dataset"}]),
    **{f"parts/part-{n}.json": json_file([{"question": f"Question {n}", "answer": str(n)}]) for n in range(7)},
}
_TRAINING_SPACE: Mapping[str, Content] = {
    "README.md": card("My cool training space", "Trains.", title="Training", sdk="gradio"),
    "app.py": b'import gradio as gr\n\ngr.Interface(lambda name: f"Hello {name}", "text", "text").launch()\n',
    "train.py": b'print("training")\n',
    "requirements.txt": b"gradio\n",
}
_OCR: Mapping[str, Content] = {
    "README.md": card("DeepSeek-OCR", "A stand-in of the same name and number of files.", license="mit"),
    "config.json": json_file(CONFIG),
    "configuration.py": b"class Configuration:\n    pass\n",
    "conversation.py": b"TURNS = []\n",
    "deepencoder.py": b"class Encoder:\n    pass\n",
    "model-00001-of-00001.safetensors": weights(),
    "model.safetensors.index.json": json_file({"metadata": {}, "weight_map": {}}),
    "modeling.py": b"class Model:\n    pass\n",
    "processor_config.json": json_file({"size": 640}),
    "special_tokens_map.json": json_file({"unk_token": "[UNK]"}),
    "tokenizer.json": json_file(TOKENIZER),
    "tokenizer_config.json": json_file({"model_max_length": 8192}),
}
"""With ``.gitattributes`` thirteen files, as the guide has verified."""

_SHUFFLE: Mapping[str, Content] = {
    "README.md": card("FineWeb-Edu 100B, shuffled", "Two shards of numbers.", license="mit"),
    **{f"shard_{n:05d}.parquet": write_parquet({"text": [str(n)]}) for n in range(2)},
}
_DUCKDB: Mapping[str, Content] = {
    "README.md": card("DuckDB", "A stand-in that knows one kind of query.", title="DuckDB", sdk="docker"),
    "duckdb": b"""#!/usr/bin/env python3
import re
import sys

query = sys.argv[sys.argv.index("-c") + 1]
constant = re.fullmatch(r"\\s*select\\s+'([^']*)'\\s*;?\\s*", query, re.IGNORECASE)
if constant is None:
    sys.exit("this stand-in knows only: select 'a text'")
print(constant[1])
""",
}
_SCRIPTS: Mapping[str, Content] = {
    "README.md": card("Scripts", "A script to run with uv.", license="mit"),
    "example.py": b'# /// script\n# dependencies = []\n# ///\nprint("An example.")\n',
}
_SMALL = json_file({"stand-in": True})
_FUYU: Mapping[str, Content] = {
    "config.json": _SMALL,
    "generation_config.json": _SMALL,
    "handler.py": b"class EndpointHandler:\n    pass\n",
    "model-00001-of-00002.safetensors": Zeros(
        4_960_000_000, "10e7fa1ce682d92ab2484bde51d4d4a197d4e80cce61ff4751276448ce083f06"
    ),
    "model-00002-of-00002.safetensors": Zeros(
        543_500_000, "24d96c5169bd1c967f13367bc96a18965f9674ea21cebc22b2f0eb8c30841b52"
    ),
    "model.safetensors.index.json": _SMALL,
    "onnx/config.json": _SMALL,
    "onnx/decoder_model.onnx": Zeros(653_700_000, "63f30985ab30005e967edde5eb5eb3976d3e56776bc828dc1fc21c43837796de"),
    "onnx/decoder_model_merged.onnx": Zeros(
        655_200_000, "bbef9d05f44623dba7fde938ae87638e6fe8e3482d9dedcf9bb9d0e458e9493d"
    ),
    "onnx/decoder_with_past_model.onnx": Zeros(
        653_710_000, "b9db371af07d6653a0f71b9406886e2c732be0159fc877c72a843774571b950c"
    ),
    "pytorch_model.bin.index.json": _SMALL,
    "pytorch_model-00001-of-00002.bin": Zeros(
        5_000_000_000, "750f9080de24a9e562c6b1fecc288c732a758003ab16e5cad014eba45c17466b"
    ),
    "pytorch_model-00002-of-00002.bin": Zeros(
        548_100_000, "da970250fa5fc8c1a61929a07c568b934ba927deb60e479e4e089c0863b365d6"
    ),
    "requirements.txt": b"torch\n",
    "special_tokens_map.json": _SMALL,
    "tokenizer.json": json_file(TOKENIZER),
    "tokenizer.model": b"a stand-in for a tokenizer\n",
    "tokenizer_config.json": _SMALL,
}
"""Sizes as in the guide's dry-run sample; the large ones are zeros and take no room."""


def seed_guide(hub: Hub) -> list[Repo]:
    """Make the accounts and repos; those that are there already are left alone."""
    _ensure_accounts(hub)
    return [
        ensure_repo(hub, "model", "gpt2", _GPT2),
        ensure_repo(hub, "model", "HuggingFaceH4/zephyr-7b-beta", _ZEPHYR),
        ensure_repo(hub, "model", "adept/fuyu-8b", _FUYU),
        ensure_repo(hub, "dataset", "lhoestq/custom_squad", _SQUAD),
        _ensure_stack(hub),
        _ensure_ocr(hub),
        ensure_repo(hub, "dataset", "karpathy/fineweb-edu-100b-shuffle", _SHUFFLE),
        ensure_repo(hub, "dataset", "username/scripts", _SCRIPTS),
        ensure_repo(hub, "space", "lhoestq/duckdb", _DUCKDB, sdk="docker"),
        ensure_repo(hub, "space", f"{USER}/my-cool-training-space", _TRAINING_SPACE, sdk="gradio"),
    ]


def _ensure_accounts(hub: Hub) -> None:
    accounts = hub.accounts
    known = {account.name for account in accounts.list()}
    if USER not in known:
        accounts.create_user(USER)
    for org in ORGS:
        if org not in known:
            accounts.create_org(org)
            accounts.set_member(org, USER, "write")


def _ensure_stack(hub: Hub) -> Repo:
    """``bigcode/the-stack``: its tag v1.1 has 206 Python files, and its pull request 104 is open."""
    repo_id = "bigcode/the-stack"
    found = hub.find_repo("dataset", repo_id)
    if found is not None:
        return found.repo
    shards: dict[str, Content] = {
        f"data/python/train-{n:05d}-of-{_STACK_SHARDS:05d}.parquet": write_parquet({"content": [f"print({n})"]})
        for n in range(_STACK_SHARDS)
    }
    licence = card("The Stack", "A stand-in of the same name.", license="other")
    repo = ensure_repo(hub, "dataset", repo_id, {"README.md": licence, **shards})
    repo.git.create_tag("v1.1", repo.git.resolve("main"))
    commit_files(repo, {"data/c/train-00000-of-00001.parquet": write_parquet({"content": ["int main;"]})})
    _open_pulls(repo, _STACK_PULL, PutFile("data/python/README.md", b"Python files.\n"), "Say what is in the folder")
    return repo


def _ensure_ocr(hub: Hub) -> Repo:
    """``deepseek-ai/DeepSeek-OCR`` with its pull request 5."""
    repo_id = "deepseek-ai/DeepSeek-OCR"
    found = hub.find_repo("model", repo_id)
    if found is not None:
        return found.repo
    repo = ensure_repo(hub, "model", repo_id, _OCR)
    _open_pulls(repo, _OCR_PULL, PutFile("requirements.txt", b"torch\n"), "Say what is required")
    return repo


def _open_pulls(repo: Repo, last: int, change: PutFile, message: str) -> None:
    author = Author(USER, f"{USER}@users.noreply.localhost")
    while repo.create_pull("main", [change], message=message, author=author)[0].num < last:
        pass
