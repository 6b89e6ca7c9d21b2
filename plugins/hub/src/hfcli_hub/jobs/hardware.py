"""The machines that jobs may ask for, in the form of the real service (wire.md §5.7); nothing costs anything here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hardware:
    """``ram`` in gigabytes; ``accelerator`` is kind, model, how many, and gigabytes of each."""

    name: str
    pretty: str
    cpus: int
    ram: int
    accelerator: tuple[str, str, int, int] | None = None

    @property
    def memory(self) -> int:
        """Bytes."""
        return self.ram * 10**9

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = {
            "name": self.name,
            "prettyName": self.pretty,
            "cpu": f"{self.cpus} vCPU",
            "ram": f"{self.ram} GB",
            "accelerator": None,
            "unitCostMicroUSD": 0,
            "unitCostUSD": 0,
            "unitLabel": "minute",
        }
        if self.accelerator:
            kind, model, quantity, vram = self.accelerator
            described["accelerator"] = {
                "type": kind,
                "model": model,
                "quantity": str(quantity),
                "vram": f"{vram} GB",
                "manufacturer": "Google" if kind == "tpu" else "Nvidia",
            }
        return described


HARDWARE = (
    Hardware("cpu-basic", "CPU Basic", 2, 16),
    Hardware("cpu-upgrade", "CPU Upgrade", 8, 32),
    Hardware("cpu-performance", "CPU Performance", 32, 256),
    Hardware("cpu-xl", "CPU XL", 16, 124),
    Hardware("t4-small", "Nvidia T4 - small", 4, 15, ("gpu", "T4", 1, 16)),
    Hardware("t4-medium", "Nvidia T4 - medium", 8, 30, ("gpu", "T4", 1, 16)),
    Hardware("l4x1", "1x Nvidia L4", 8, 30, ("gpu", "L4", 1, 24)),
    Hardware("l4x4", "4x Nvidia L4", 48, 186, ("gpu", "L4", 4, 24)),
    Hardware("l40sx1", "1x Nvidia L40S", 8, 62, ("gpu", "L40S", 1, 48)),
    Hardware("l40sx4", "4x Nvidia L40S", 48, 382, ("gpu", "L40S", 4, 48)),
    Hardware("a10g-small", "Nvidia A10G - small", 4, 15, ("gpu", "A10G", 1, 24)),
    Hardware("a10g-large", "Nvidia A10G - large", 12, 46, ("gpu", "A10G", 1, 24)),
    Hardware("a10g-largex2", "2x Nvidia A10G - large", 24, 92, ("gpu", "A10G", 2, 24)),
    Hardware("a10g-largex4", "4x Nvidia A10G - large", 48, 184, ("gpu", "A10G", 4, 24)),
    Hardware("a100-large", "Nvidia A100 - large", 12, 142, ("gpu", "A100", 1, 80)),
    Hardware("h200", "Nvidia H200", 23, 256, ("gpu", "H200", 1, 141)),
    Hardware("v5e-1x1", "TPU v5e 1x1", 22, 44, ("tpu", "v5e", 1, 16)),
    Hardware("v5e-2x2", "TPU v5e 2x2", 110, 186, ("tpu", "v5e", 4, 16)),
    Hardware("v5e-2x4", "TPU v5e 2x4", 220, 380, ("tpu", "v5e", 8, 16)),
)
"""What runs a job here is this machine, whatever was asked for: the flavor is recorded, and its memory is the limit."""

DEFAULT = HARDWARE[0]


def hardware(flavor: str) -> Hardware:
    """The machine of that name; the smallest for a name that is not known here, as new ones come up."""
    return next((machine for machine in HARDWARE if machine.name == flavor), DEFAULT)
