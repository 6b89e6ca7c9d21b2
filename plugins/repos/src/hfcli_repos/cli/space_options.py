"""What a Space is given when it is made: hardware, secrets, variables, volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import option, secret_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfcli_core.api import App, HubSession, Repo

F = TypeVar("F", bound="Callable[..., Any]")


def space_options(function: F) -> F:
    options = [
        option("--flavor", metavar="NAME", help="The hardware of a Space, such as cpu-basic or t4-small."),
        option("--sleep-time", type=int, metavar="SECONDS", help="When an unused Space falls asleep; -1 for never."),
        secret_option(
            *("-s", "--secrets"),
            multiple=True,
            metavar="NAME[=VALUE]",
            help="A secret of a Space; without VALUE from the environment. May be repeated.",
        ),
        option("--secrets-file", metavar="FILE", help="Secrets of a Space, a line NAME=VALUE for each; - is stdin."),
        option(
            *("-e", "--env"),
            multiple=True,
            metavar="NAME[=VALUE]",
            help="A variable of a Space; without VALUE from the environment. May be repeated.",
        ),
        option("--env-file", metavar="FILE", help="Variables of a Space, a line NAME=VALUE for each; - is stdin."),
        option(
            *("-v", "--volume"),
            multiple=True,
            metavar="VOLUME",
            help="What a Space finds in a folder: hf://[datasets/]NS/NAME[/PATH]:/FOLDER[:ro]. May be repeated.",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def read_space_options(app: App, repo: Repo, session: HubSession, options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request (wire.md §5.2); ``UsageError`` where they are given for a repo that is no Space."""
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if not given:
        return {}
    from ..space import space_fields

    return space_fields(repo, given, environ=app.environ, session=session, warn=app.output.warn)
