"""The public face: its names are a promise to authors of plugins, so a change of them shows in this directory."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from hfcli_core import api

PINNED = Path(__file__).with_name("api_names.txt")


def test_the_names_are_those_that_were_promised() -> None:
    assert sorted(api.__all__) == PINNED.read_text().split()


def test_every_name_is_there() -> None:
    assert [name for name in api.__all__ if not hasattr(api, name)] == []


def test_type_checkers_see_the_same_names() -> None:
    (block,) = [node for node in ast.parse(inspect.getsource(api)).body if isinstance(node, ast.If)]
    seen = [
        alias.name for statement in block.body if isinstance(statement, ast.ImportFrom) for alias in statement.names
    ]
    assert sorted(seen) == sorted(api.__all__)
