"""Small files of the kinds that repos are made of: valid, and few bytes."""

from __future__ import annotations

import json
from typing import Any

from hfcli_hub.seed.safetensors import write_safetensors

_HIDDEN = 16
_VOCABULARY = ("[UNK]", "[PAD]", "hello", "world", "the", "a", "model", "of", "ten", "words")

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": _HIDDEN,
    "intermediate_size": 2 * _HIDDEN,
    "model_type": "llama",
    "num_attention_heads": 2,
    "num_hidden_layers": 1,
    "vocab_size": len(_VOCABULARY),
}
TOKENIZER = {
    "version": "1.0",
    "added_tokens": [],
    "pre_tokenizer": {"type": "Whitespace"},
    "model": {"type": "WordLevel", "vocab": {word: i for i, word in enumerate(_VOCABULARY)}, "unk_token": "[UNK]"},
}
VOCABULARY = {word: index for index, word in enumerate(_VOCABULARY)}


def json_file(data: Any) -> bytes:
    return json.dumps(data, indent=2).encode() + b"\n"


def card(heading: str, text: str, /, **metadata: Any) -> bytes:
    """A ``README.md`` with its block of metadata."""
    lines = [f"{name}: {value}" for name, value in metadata.items()]
    return "\n".join(["---", *lines, "---", "", f"# {heading}", "", text, ""]).encode()


def weights(*, layers: int = 1) -> bytes:
    """The tensors that :data:`CONFIG` speaks of, of ``layers`` layers."""
    shapes = {"model.embed_tokens.weight": (len(_VOCABULARY), _HIDDEN)}
    for layer in range(layers):
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            shapes[f"model.layers.{layer}.self_attn.{name}.weight"] = (_HIDDEN, _HIDDEN)
    return write_safetensors(shapes)
