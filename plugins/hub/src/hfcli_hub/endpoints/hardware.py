"""What can be rented, where, at which price, and how much of it a namespace may use (wire.md §5.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple


class Instance(NamedTuple):
    """A kind of machine. ``price``: US dollars an hour of the smallest size; ``quota``: accelerators a namespace."""

    accelerator: str
    type: str
    architecture: str
    sizes: tuple[int, ...]
    cpus: int
    memory: int
    gpu_memory: int | None
    price: float
    quota: int
    status: str = "available"


_ICE_LAKE = Instance("cpu", "intel-icl", "Intel Ice Lake", (1, 2, 4, 8), 1, 2, None, 0.032, 32)
_SAPPHIRE = Instance("cpu", "intel-spr", "Intel Sapphire Rapids", (1, 2, 4, 8, 16), 1, 2, None, 0.033, 32)
_XEON = Instance("cpu", "intel-xeon", "Intel Xeon", (1, 2, 4, 8), 1, 2, None, 0.06, 32)
_T4 = Instance("gpu", "nvidia-t4", "Nvidia T4", (1, 4), 3, 14, 16, 0.5, 4)
_L4 = Instance("gpu", "nvidia-l4", "Nvidia L4", (1, 4), 7, 30, 24, 0.8, 4)
_A100 = Instance("gpu", "nvidia-a100", "Nvidia A100", (1, 2, 4, 8), 11, 145, 80, 2.5, 8, "low_availability")
_H100 = Instance("gpu", "nvidia-h100", "Nvidia H100", (1, 2, 4, 8), 23, 240, 80, 4.5, 0)
_K80 = Instance("gpu", "nvidia-k80", "Nvidia K80", (1,), 3, 28, 12, 0.4, 4, "deprecated")
_INF2 = Instance("neuron", "inf2", "AWS Inferentia2", (1, 12), 4, 14, None, 0.75, 12)

_PLACES: Mapping[tuple[str, str], tuple[Instance, ...]] = {
    ("aws", "us-east-1"): (_ICE_LAKE, _SAPPHIRE, _T4, _L4, _A100, _H100, _INF2),
    ("aws", "eu-west-1"): (_SAPPHIRE, _T4, _L4),
    ("azure", "eastus"): (_XEON, _K80),
    ("gcp", "us-east4"): (_SAPPHIRE, _T4, _L4),
}


class Offer(NamedTuple):
    """One size of an instance in one place."""

    vendor: str
    region: str
    instance: Instance
    size: int

    @property
    def id(self) -> str:
        return f"{self.vendor}-{self.region}-{self.instance.type}-x{self.size}"

    def describe(self, used: int) -> dict[str, Any]:
        """As `GET /provider/{namespace}` has it."""
        instance, size = self.instance, self.size
        return {
            "id": self.id,
            "accelerator": instance.accelerator,
            "instanceType": instance.type,
            "instanceSize": f"x{size}",
            "architecture": instance.architecture,
            "numAccelerators": size,
            "numCpus": instance.cpus * size,
            "memoryGb": instance.memory * size,
            "gpuMemoryGb": instance.gpu_memory and instance.gpu_memory * size,
            "pricePerHour": round(instance.price * size, 3),
            "status": instance.status,
            "quota": {"maxAccelerators": instance.quota, "usedAccelerators": used},
        }


OFFERS = tuple(
    Offer(vendor, region, instance, size)
    for (vendor, region), instances in _PLACES.items()
    for instance in instances
    for size in instance.sizes
)


def find_offer(provider: Mapping[str, Any], compute: Mapping[str, Any]) -> Offer | None:
    """What an endpoint's ``provider`` and ``compute`` ask for; None where nobody offers it."""
    wanted = [provider.get("vendor"), provider.get("region")]
    wanted += [compute.get("accelerator"), compute.get("instanceType"), compute.get("instanceSize")]
    for offer in OFFERS:
        instance = offer.instance
        if [offer.vendor, offer.region, instance.accelerator, instance.type, f"x{offer.size}"] == wanted:
            return offer
    return None


def describe_offers(used: Mapping[str, int]) -> dict[str, Any]:
    """All offers by vendor and region. ``used``: accelerators in use by instance type."""
    return {
        "vendors": [
            {"name": vendor, "regions": list(_regions(offers, used))}
            for vendor, offers in groupby(OFFERS, key=lambda offer: offer.vendor)
        ]
    }


def _regions(offers: Iterable[Offer], used: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for region, here in groupby(offers, key=lambda offer: offer.region):
        yield {"name": region, "computes": [offer.describe(used.get(offer.instance.type, 0)) for offer in here]}
