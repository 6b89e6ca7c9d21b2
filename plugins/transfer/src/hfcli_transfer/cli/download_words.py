"""Words of a ``hf download`` that click would take for something else than was meant."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hfcli_core.api import Command, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import click


class DownloadCommand(Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = list(args)  # click takes them from its list one by one
        rest = super().parse_args(ctx, args)
        stray = None if ctx.resilient_parsing else stray_after_exclude(words, self.value_options(ctx))
        if stray is not None:
            excluded, word = (shlex.quote(one) for one in stray)
            raise UsageError(
                f"--exclude takes one pattern, so {word} after it would be a file to download",
                hint=f"write --exclude {excluded} --exclude {word}, or put the file names before the options",
            )
        return rest


def stray_after_exclude(words: Sequence[str], value_options: Collection[str]) -> tuple[str, str] | None:
    """The VALUE of an ``--exclude VALUE`` and the FILE directly after it, which may be meant as either.

    A shell makes such words of ``--exclude *.bin``. What can only be REPO_ID is in order there, and so is anything
    after ``--exclude=VALUE`` or ``--``. ``value_options`` are the options that take the next word as their value.
    """
    remaining = iter(words)
    excluded: str | None = None
    has_repo = False
    for word in remaining:
        if word == "--":
            break
        if word in value_options:
            value = next(remaining, "")
            excluded = value if word == "--exclude" else None
        elif word.startswith("-") and word != "-":
            excluded = None
        elif excluded is not None and (has_repo or not {"*", "?"}.isdisjoint(word)):
            return excluded, word
        else:
            excluded, has_repo = None, True
    return None
