"""How results, progress and questions reach people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hfcli_core.output.console import Output as Output
    from hfcli_core.output.formats import Format as Format, parse_format as parse_format
    from hfcli_core.output.tables import Column as Column

_HOMES = {"Column": "tables", "Format": "formats", "Output": "console", "parse_format": "formats"}


def __getattr__(name: str) -> Any:
    # `hf --help` needs one module of this package, and should not pay for the others.
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
