"""Options whose values have a unit."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hfcli_core.cli.parameters import DURATION, RATE
from hfcli_core.errors import UsageError

COMMAND = click.Command(
    "fetch", params=[click.Option(["--rate"], type=RATE), click.Option(["--patience"], type=DURATION)]
)


def parsed(*words: str) -> dict[str, Any]:
    return COMMAND.make_context("fetch", list(words)).params


def test_values() -> None:
    assert parsed("--rate", "1.5MiB", "--patience=2m") == {"rate": 1_572_864, "patience": 120.0}
    assert parsed() == {"rate": None, "patience": None}


@pytest.mark.parametrize("value", ["0", "-5", "0.4", "", "fast", "20Mb"])
def test_no_rate(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed("--rate", value)
    assert caught.value.message == f"invalid value for '--rate': '{value}'"
    assert caught.value.hint == "give a number of bytes per second such as 20M, 500k or 1.5MiB"


@pytest.mark.parametrize("value", ["-1", "", "soon", "5 weeks"])
def test_no_duration(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed("--patience", value)
    assert caught.value.message == f"invalid value for '--patience': '{value}'"
    assert caught.value.hint == "give a duration such as 30s, 5m or 10"
