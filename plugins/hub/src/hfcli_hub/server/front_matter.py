"""The metadata at the head of a README.md, checked without a YAML parser.

Only what is wrong by any reading of YAML is an error; that a README passes does not prove its metadata right.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\A(?:\ufeff)?\s*---[ \t]*\r?\n(.*?)(?:^---[ \t]*\r?$|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#:&*!|>'"%@`\[\]{},-][^:#]*|-[^\s:][^:]*)\s*:(?:\s|$)""")
_SDKS = {"gradio", "streamlit", "docker", "static"}


def check(readme: str, repo_type: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about a README's metadata, each one sentence."""
    match = _BLOCK.match(readme)
    if match is None or not match[1].strip():
        return [], [] if repo_type == "space" else ["empty or missing yaml metadata in repo card"]
    errors = _structure(match[1].splitlines())
    sdk = re.search(r"^sdk:[ \t]*([\w-]+)[ \t]*$", match[1], re.MULTILINE)
    if repo_type == "space" and not errors and sdk and sdk[1] not in _SDKS:
        errors.append(f'"sdk" must be one of {", ".join(sorted(_SDKS))}')
    return errors, []


def _structure(lines: list[str]) -> list[str]:
    errors = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        if re.match(r"\t+[\w-]+:(\s|$)", line):
            errors.append(f"tab characters must not be used in indentation (line {number})")
        key = _KEY.match(line)
        if key and key[1].strip() in seen:
            errors.append(f"duplicated mapping key {key[1].strip()!r} (line {number})")
        elif key:
            seen.add(key[1].strip())
    if not seen and any(re.match(r"[^\s#\-\[{]", line) for line in lines):
        errors.append("the metadata must be a YAML object of keys and values")
    return errors
