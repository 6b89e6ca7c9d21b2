"""The examples of the command-line guide, read from a copy of its code blocks.

``examples.txt`` holds every code block of the guide as it stands, in order, each below a line ``=== section``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCKS = Path(__file__).with_name("examples.txt")
_ERRATA = Path(__file__).with_name("errata.md")
_PROGRAMS = ("hf", "huggingface-cli", "pip", "curl", "uv", "brew", "git", "export")


@dataclass(frozen=True)
class Example:
    """One command of the guide, or a block that is none (a usage line, an error message), with what is shown for it."""

    section: str
    text: str
    sample: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Section and command: what is unique, as the guide runs one command in two places."""
        return f"{self.section}: {self.text}"


def read_examples() -> list[Example]:
    """All of them in the guide's order, without those that are repeated word for word in one section."""
    examples: list[Example] = []
    for block in _BLOCKS.read_text().split("=== ")[1:]:
        section, _, body = block.partition("\n")
        found = _parse(section, body.splitlines())
        if found is None:
            before = examples.pop()
            assert before.section == section, "output of no command"
            found = [Example(section, before.text, (*before.sample, *_trimmed(body.splitlines())))]
        examples += found
    return list(dict.fromkeys(examples))


def _parse(section: str, lines: list[str]) -> list[Example] | None:
    """The commands of one block; None for a block that is the output of the command before it."""
    if any(line.startswith(">>> ") for line in lines):
        return _parse_session(section, lines)
    first = next((line for line in lines if not line.startswith("# ")), None)
    if first is None or first.startswith("`"):
        return [Example(section, "\n".join(lines))]
    if first.split()[0] not in _PROGRAMS:
        return None
    return [Example(section, line) for line in lines if line and not line.startswith("# ")]


def _parse_session(section: str, lines: list[str]) -> list[Example]:
    text = "\n".join(line for line in lines if not line.startswith("# "))
    text = text.replace("\\\n... ", "")
    parts = [part.splitlines() for part in re.split(r"^>>> ", text, flags=re.MULTILINE)[1:]]
    return [Example(section, command, _trimmed(sample)) for command, *sample in parts]


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    """Without the empty lines at both ends."""
    return tuple("\n".join(lines).strip("\n").splitlines())


def read_unrun() -> dict[str, str]:
    """The rows of the tables below "Not run" in the errata: the beginning of a command → why it is not run."""
    _, _, text = _ERRATA.read_text().partition("\n## Not run\n")
    return dict(re.findall(r"^\| `` ?(.+?) ?`` \| (.+) \|$", text, flags=re.MULTILINE))
