"""Options of the two commands that give labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import option

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def label_options(function: F) -> F:
    for decorate in (
        option("--clear", is_flag=True, help="Take all labels away."),
        option(
            "-l", "--label", multiple=True, metavar="KEY=VALUE", help="A label in the place of all; may be repeated."
        ),
        option("--name", metavar="NAME", help="The label 'name'; alone it leaves the others as they are."),
    ):
        function = decorate(function)
    return function
