"""What the service rents out: where, at which price, and how much of it is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hfcli_core.api import IntegrityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_UNUSABLE = frozenset({"deprecated", "not_available"})
DEFAULT_PLACE = ("aws", "us-east-1")
"""Where to deploy when the service does not say what it offers."""


@dataclass(frozen=True)
class Hardware:
    """One size of a machine in one place. ``price_per_hour`` is in US dollars for each replica."""

    id: str
    vendor: str
    region: str
    accelerator: str
    instance_type: str
    instance_size: str
    architecture: str
    num_accelerators: int
    num_cpus: int | None
    memory_gb: float
    gpu_memory_gb: float | None
    price_per_hour: float
    status: str
    max_accelerators: int
    used_accelerators: int

    @property
    def quota(self) -> str:
        return f"{self.used_accelerators}/{self.max_accelerators}"

    @property
    def deployable(self) -> bool:
        """Whether one replica can be had now."""
        left = self.max_accelerators - self.used_accelerators
        return self.status not in _UNUSABLE and left >= self.num_accelerators


def parse_hardware(answer: Any) -> list[Hardware]:
    """The answer of ``GET /provider/{namespace}`` (wire.md §5.8), flat. Raises :class:`IntegrityError`."""
    try:
        return [
            _hardware(vendor["name"], region["name"], compute)
            for vendor in answer["vendors"]
            for region in vendor["regions"]
            for compute in region["computes"]
        ]
    except (LookupError, TypeError, ValueError):
        raise IntegrityError("the Inference Endpoints service answered with hardware that cannot be read") from None


def _hardware(vendor: Any, region: Any, compute: Mapping[str, Any]) -> Hardware:
    quota, gpu_memory, cpus = compute["quota"], compute.get("gpuMemoryGb"), compute.get("numCpus")
    return Hardware(
        *(str(compute["id"]), str(vendor), str(region), str(compute["accelerator"])),
        *(str(compute["instanceType"]), str(compute["instanceSize"]), str(compute["architecture"])),
        num_accelerators=int(compute["numAccelerators"]),
        num_cpus=None if cpus is None else int(cpus),
        memory_gb=_number(compute["memoryGb"]),
        gpu_memory_gb=None if gpu_memory is None else _number(gpu_memory),
        price_per_hour=float(compute["pricePerHour"]),
        status=str(compute["status"]),
        max_accelerators=int(quota["maxAccelerators"]),
        used_accelerators=int(quota["usedAccelerators"]),
    )


def _number(value: Any) -> float:
    number = float(value)
    return int(number) if number.is_integer() else number


def matching(hardware: Iterable[Hardware], **wanted: str | None) -> list[Hardware]:
    """Those that have each wanted value, whatever its case; a value None matches all."""
    given = {key: value.lower() for key, value in wanted.items() if value is not None}
    return [one for one in hardware if all(getattr(one, key).lower() == value for key, value in given.items())]


def choose_place(
    hardware: Sequence[Hardware], *, vendor: str | None, region: str | None, **wanted: str | None
) -> Hardware:
    """The place to deploy to: what can be had now before what cannot, then the cheapest, then the service's order.

    Raises :class:`UsageError` where nobody offers what is wanted.
    """
    found = matching(hardware, vendor=vendor, region=region, **wanted)
    if not found:
        raise UsageError(f"no such hardware: {describe_misses(hardware, vendor=vendor, region=region, **wanted)}")
    return min(found, key=lambda one: (not one.deployable, one.price_per_hour))


def describe_misses(hardware: Sequence[Hardware], **wanted: str | None) -> str:
    """Which wanted value nobody has, and what there is instead."""
    misses = []
    for key, value in wanted.items():
        known = Counter(getattr(one, key) for one in hardware)
        if value is not None and value.lower() not in map(str.lower, known):
            misses.append(f"--{key.replace('_', '-')} {value} (there is {', '.join(sorted(known)) or 'nothing'})")
    return "; ".join(misses) or "each of these values exists, but not all of them together"
