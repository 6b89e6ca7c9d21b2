"""Which words of ``hf jobs uv run`` are ours, and which are the script's.

Our options are read until the SCRIPT is reached, and directly after it where it is a file or an address; from the first
word that is not one of ours, or ``--``, everything is the script's. Where SCRIPT is another command (``python``),
everything after it is that command's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hfcli_core.api import PassthroughCommand, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


class UvCommand(PassthroughCommand):
    def options_after(
        self, ctx: click.Context, positionals: Sequence[str], words: list[str]
    ) -> tuple[list[str], list[str]]:
        """Options and their values as far as they go; help is the script's."""
        if len(positionals) < self.passthrough or not is_script(positionals[-1]):
            return [], words
        takes_value: dict[str, bool] = {}
        help_names = set(self.get_help_option_names(ctx))
        for option in self._options(ctx):
            for name in {*option.opts, *option.secondary_opts} - help_names:
                takes_value[name] = name in self.value_options(ctx)
        count = 0
        while count < len(words):
            size = _size(words[count], takes_value)
            if size == 0:
                break
            count += size
        if count > len(words):
            raise UsageError(f"Option '{words[-1]}' requires an argument.")
        return words[:count], words[count:]


class ScheduledUvCommand(UvCommand):
    passthrough = 2


def is_address(script: str) -> bool:
    return script.startswith(("http://", "https://"))


def is_script(script: str) -> bool:
    return is_address(script) or os.path.isfile(script)  # noqa: PTH113  called for every word list


def _size(word: str, takes_value: dict[str, bool]) -> int:
    """Words that an option takes, with its value; 0 for what is none of ours."""
    if word.startswith("--") and len(word) > 2:
        name, equals, _ = word.partition("=")
        if name not in takes_value:
            return 0
        return 1 if equals or not takes_value[name] else 2
    if not word.startswith("-") or len(word) < 2:
        return 0
    for place, letter in enumerate(word[1:], 2):  # `-de FOO=1` is `-d -e FOO=1`
        name = f"-{letter}"
        if name not in takes_value:
            return 0
        if takes_value[name]:
            return 1 if place < len(word) else 2
    return 1
