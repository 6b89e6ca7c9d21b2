"""What documentation pages show: files with a title, and commands with their output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def titled_blocks(page: str) -> dict[str, str]:
    """The files that a page shows, by name."""
    return dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', page, flags=re.MULTILINE | re.DOTALL))


def console_commands(page: str) -> list[tuple[str, str]]:
    """The commands that a page shows, each with its output."""
    (block,) = re.findall(r"^```console\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def matches(shown: str, printed: str) -> bool:
    """Whether the output is as shown, where ``…`` stands for whatever differs from run to run within a line."""
    return re.fullmatch(re.escape(shown).replace("…", ".+"), printed) is not None


def write_files(page: str, folder: Path) -> None:
    for name, text in titled_blocks(page).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
