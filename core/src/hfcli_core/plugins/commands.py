"""Whose command a name is: conflicts between plugins, and groups that are extended by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hfcli_core.specs import CommandSpec

CORE = "hfcli-core"


class CommandRow(NamedTuple):
    """A command that a distribution offers.

    ``state`` is ``"on"``, ``"broken"`` (its plugin failed to load) or ``"conflict"`` (the name is not its own);
    ``cause`` says why it is not on. ``options`` and ``subcommands`` (name, help) are known once it has been loaded.
    """

    spec: CommandSpec
    distribution: str
    version: str
    state: str = "on"
    cause: str | None = None
    options: tuple[str, ...] = ()
    subcommands: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.spec.path.split("."))

    @property
    def name(self) -> str:
        """As it is typed: ``auth whoami``."""
        return self.spec.path.replace(".", " ")


def precedence(distribution: str) -> tuple[int, str]:
    """The order in which names are given away: the core, first-party plugins, then by distribution name."""
    if distribution == CORE:
        return 0, distribution
    return (1 if distribution.startswith("hfcli-") else 2), distribution


def settle(offers: Iterable[CommandRow]) -> tuple[list[CommandRow], list[CommandRow]]:
    """Give each name to one command. Returns the winners and, with state ``"conflict"``, the others.

    A name goes to a working plugin before a broken one. A command below a group of another distribution is accepted
    only where that group is extensible. An alias that is taken is dropped, which does not make its command a loser.
    """
    ranked = sorted(offers, key=lambda row: (row.state == "broken", precedence(row.distribution)))
    winners: dict[tuple[str, ...], CommandRow] = {}
    losers = []
    for row in sorted(ranked, key=lambda row: len(row.path)):
        objection = _objection(row, winners)
        if objection:
            losers.append(row._replace(state="conflict", cause=objection))
        else:
            winners[row.path] = row
    return _with_free_aliases(ranked, winners), losers


def best_match(rows: Sequence[CommandRow], words: tuple[str, ...]) -> tuple[CommandRow, tuple[str, ...]] | None:
    """The row whose path, or alias, is the longest beginning of ``words``, and the words after it."""
    for length in range(len(words), 0, -1):
        group, name = words[: length - 1], words[length - 1]
        for row in rows:
            if row.path[:-1] == group and name in {row.path[-1], *row.spec.aliases}:
                return row, words[length:]
    return None


def _objection(row: CommandRow, winners: dict[tuple[str, ...], CommandRow]) -> str | None:
    owner = winners.get(row.path)
    if owner is not None:
        return f"hf {row.name} is the command of {owner.distribution}"
    if len(row.path) == 1:
        return None
    group = winners.get(row.path[:-1])
    if group is None:
        return f"there is no group hf {' '.join(row.path[:-1])}"
    if group.distribution != row.distribution and not group.spec.extensible:
        return f"the group hf {group.name} of {group.distribution} takes no commands of others"
    return None


def _with_free_aliases(ranked: list[CommandRow], winners: dict[tuple[str, ...], CommandRow]) -> list[CommandRow]:
    taken = set(winners)
    settled = []
    for row in ranked:
        if winners.get(row.path) is not row:
            continue
        group = row.path[:-1]
        free = tuple(alias for alias in dict.fromkeys(row.spec.aliases) if (*group, alias) not in taken)
        taken.update((*group, alias) for alias in free)
        settled.append(row if free == row.spec.aliases else row._replace(spec=row.spec._replace(aliases=free)))
    return settled
