"""The metadata at the head of a README.md."""

from __future__ import annotations

import re
from typing import Any

import yaml

_BLOCK = re.compile(r"\A(?:\ufeff)?\s*---[ \t]*\r?\n(.*?)(?:^---[ \t]*\r?$|\Z)", re.DOTALL | re.MULTILINE)
_SDKS = {"gradio", "streamlit", "docker", "static"}
_FIRST_LINE = 2
"""The line of the README that the metadata starts on, below the dashes."""


class _Loader(yaml.SafeLoader):
    """Refuses a key that is there twice, which YAML forbids and the parser lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicated mapping key {key.value!r}", key.start_mark
                )
            if isinstance(key.value, str):
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def check(readme: str, repo_type: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about a README's metadata, each one sentence."""
    match = _BLOCK.match(readme)
    if match is None or not match[1].strip():
        return [], [] if repo_type == "space" else ["empty or missing yaml metadata in repo card"]
    try:
        metadata = yaml.load(match[1], _Loader)  # noqa: S506  it derives from the safe loader
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + _FIRST_LINE})" if error.problem_mark else ""
        return [f"{error.problem or error.context}{line}"], []
    except (yaml.YAMLError, ValueError) as error:
        return [str(error)], []
    if not isinstance(metadata, dict):
        return ["the metadata must be a YAML object of keys and values"], []
    sdk = metadata.get("sdk")
    if repo_type == "space" and sdk is not None and sdk not in _SDKS:
        return [f'"sdk" must be one of {", ".join(sorted(_SDKS))}'], []
    return [], []
