"""How results, progress and questions reach people and programs."""

from __future__ import annotations

from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format, parse_format
from hfcli_core.output.tables import Column

__all__ = ["Column", "Format", "Output", "parse_format"]
