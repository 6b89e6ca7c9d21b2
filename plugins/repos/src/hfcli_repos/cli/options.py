"""Options that several commands about repositories have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import Command, option

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import click

F = TypeVar("F", bound="Callable[..., Any]")


def dry_run_option(function: F) -> F:
    return option("--dry-run/--no-dry-run", help="Only say what would be changed.")(function)


def if_match_option(function: F) -> F:
    return option("--if-match", metavar="COMMIT", help="Only if the repo is at this commit.")(function)


def yes_option(function: F) -> F:
    return option("-y", "--yes", is_flag=True, help="Do not ask.")(function)


def revision_option(function: F) -> F:
    return option("--revision", help="A branch, a tag, a commit or refs/pr/N.  [default: main]")(function)


def visibility_options(function: F) -> F:
    """``private`` (None when not said), ``public``, ``protected``; the command needs ``cls=VisibilityCommand``."""
    options = [
        option("--private/--no-private", default=None, help="Only for its owners; also: --private true|false."),
        option("--public", is_flag=True, help="For everybody."),
        option("--protected", is_flag=True, help="For everybody to use, its files only for its owners (Spaces only)."),
    ]
    for add in reversed(options):
        function = add(function)
    return function


class VisibilityCommand(Command):
    """Takes ``--private true`` and ``--private false``, as the guide writes it, for the two flags."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, private_as_flags(args, self.value_options(ctx)))


_FLAGS = {"true": "--private", "false": "--no-private"}


def private_as_flags(words: Sequence[str], value_options: Collection[str]) -> list[str]:
    """``--private true`` → ``--private``, ``--private false`` → ``--no-private``; all else as it is.

    ``value_options`` are the options that take the next word as their value.
    """
    flags: list[str] = []
    at = 0
    while at < len(words) and words[at] != "--":
        word, following = words[at], words[at + 1 : at + 2]
        if word in value_options:
            flags += [word, *following]
            at += 1
        elif word == "--private" and following and following[0].lower() in _FLAGS:
            flags.append(_FLAGS[following[0].lower()])
            at += 1
        else:
            name, _, value = word.partition("=")
            flags.append(_FLAGS.get(value.lower(), word) if name == "--private" else word)
        at += 1
    return [*flags, *words[at:]]
