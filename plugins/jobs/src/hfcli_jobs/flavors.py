"""Names of machines that are known, for hints only: the service has the last word, and new ones come up."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hfcli_core.api import Output

FLAVORS = (
    *("cpu-basic", "cpu-upgrade", "cpu-performance", "cpu-xl", "zero-a10g", "t4-small", "t4-medium", "l4x1", "l4x4"),
    *("l40sx1", "l40sx4", "l40sx8", "a10g-small", "a10g-large", "a10g-largex2", "a10g-largex4", "a100-large"),
    *("a100x4", "a100x8", "h100", "h100x8", "h200", "h200x2", "h200x4", "h200x8", "rtx-pro-6000", "rtx-pro-6000x2"),
    *("rtx-pro-6000x4", "rtx-pro-6000x8", "v5e-1x1", "v5e-2x2", "v5e-2x4"),
)
DEFAULT_FLAVOR = "cpu-basic"


def hint_at_unknown(flavor: str, output: Output) -> None:
    if flavor in FLAVORS:
        return
    near = difflib.get_close_matches(flavor.removeprefix("gpu-"), FLAVORS, n=1)
    guess = f"; did you mean '{near[0]}'?" if near else ""
    output.hint(
        f"'{flavor}' is no flavor that is known here, and is passed on as it is{guess} `hf jobs hardware` lists them"
    )
