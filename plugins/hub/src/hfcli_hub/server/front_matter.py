"""The metadata at the head of a README.md: parsed, and checked."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from ..store.names import SDKS

_BLOCK = re.compile(r"\A(?:\ufeff)?\s*---[ \t]*\r?\n(.*?)(?:^---[ \t]*\r?$|\Z)", re.DOTALL | re.MULTILINE)
_FIRST_LINE = 2
"""The line of the README that the metadata starts on, below the dashes."""
_MAX_LENGTH = 1 << 18
"""In characters; the parser takes seconds for each megabyte."""
_MAX_VALUES = 20_000
"""Aliases let a kilobyte of YAML stand for gigabytes of JSON."""


class InvalidMetadataError(Exception):
    """The message is one sentence for the author of the README."""


class _Loader(yaml.SafeLoader):
    """Refuses a key that is there twice, which YAML forbids and the parser lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key.value, str):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicated mapping key {key.value!r}", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def parse(readme: str) -> dict[str, Any]:
    """The metadata as JSON can hold it, empty where there is none. Raises InvalidMetadataError."""
    match = _BLOCK.match(readme)
    if match is None or not match[1].strip():
        return {}
    if len(match[1]) > _MAX_LENGTH:
        raise InvalidMetadataError(f"the metadata is longer than {_MAX_LENGTH} characters")
    try:
        metadata = _Plain().of(yaml.load(match[1], _Loader))  # noqa: S506  it derives from the safe loader
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + _FIRST_LINE})" if error.problem_mark else ""
        raise InvalidMetadataError(f"{error.problem or error.context}{line}") from None
    except RecursionError:
        raise InvalidMetadataError("the metadata is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidMetadataError(str(error)) from None
    if not isinstance(metadata, dict):
        raise InvalidMetadataError("the metadata must be a YAML object of keys and values")
    return metadata


def check(readme: str, repo_type: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about a README's metadata, each one sentence."""
    try:
        metadata = parse(readme)
    except InvalidMetadataError as error:
        return [str(error)], []
    if repo_type != "space":
        return [], [] if metadata else ["empty or missing yaml metadata in repo card"]
    sdk = metadata.get("sdk")
    return [f'"sdk" must be one of {", ".join(SDKS)}'] if sdk is not None and sdk not in SDKS else [], []


class _Plain:
    """Turns what YAML can express into what JSON can: dates and other values become text, aliases copies."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES

    def of(self, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise InvalidMetadataError(f"the metadata has more than {_MAX_VALUES} values")
        if isinstance(value, dict):
            return {str(key): self.of(item) for key, item in value.items()}
        if isinstance(value, list | set | tuple):
            return [self.of(item) for item in value]
        if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)):
            return value
        return str(value)
