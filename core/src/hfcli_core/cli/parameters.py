"""Types of options whose values have a unit."""

from __future__ import annotations

from typing import Any

import click

from hfcli_core import settings_types
from hfcli_core.errors import UsageError
from hfcli_core.output.sizes import parse_size
from hfcli_core.settings_types import Kind


class Measure(click.ParamType):  # type: ignore[type-arg]  # generic only in the newest click
    """A value that is read as a setting of this kind is; what cannot be read is refused with the form to write."""

    def __init__(self, name: str, kind: Kind[float]) -> None:
        self.name = name
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return self._kind.parse(str(value))
        except ValueError:
            named = f" for {param.get_error_hint(ctx)}" if param is not None and ctx is not None else ""
            raise UsageError(f"invalid value{named}: '{value}'", hint=f"give {self._kind.expected}") from None


def _parse_rate(text: str) -> int:
    rate = parse_size(text)
    if rate < 1:
        raise ValueError(text)
    return rate


DURATION = Measure("duration", settings_types.DURATION)
"""Seconds, as the function gets them."""

RATE = Measure("rate", Kind("a number of bytes per second such as 20M, 500k or 1.5MiB", _parse_rate))
"""Bytes per second, at least one."""
