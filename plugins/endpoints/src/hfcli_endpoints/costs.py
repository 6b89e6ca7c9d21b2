"""What an order costs, told before it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import HfError

from hfcli_endpoints.hardware import matching
from hfcli_endpoints.service import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.api import Output

    from hfcli_endpoints.hardware import Hardware
    from hfcli_endpoints.service import Service


def known_hardware(service: Service) -> list[Hardware] | None:
    """What the service offers; None where it does not tell, which keeps nobody from ordering."""
    try:
        return service.hardware()
    except HfError as error:
        if error.details.get("status") in (None, 401):
            raise
        return None


def price_of(hardware: Sequence[Hardware] | None, spec: Mapping[str, Any]) -> float | None:
    """Dollars an hour for each replica of an endpoint, or of a create body."""
    wanted = {
        "vendor": part(spec, "provider", "vendor"),
        "region": part(spec, "provider", "region"),
        "accelerator": part(spec, "compute", "accelerator"),
        "instance_type": part(spec, "compute", "instanceType"),
        "instance_size": part(spec, "compute", "instanceSize"),
    }
    if hardware is None or not all(isinstance(value, str) for value in wanted.values()):
        return None
    found = matching(hardware, **wanted)
    return found[0].price_per_hour if found else None


def tell_price(output: Output, price: float | None, spec: Mapping[str, Any]) -> None:
    if price is None:
        output.note("The service does not tell the price.")
        return
    least, most = (part(spec, "compute", "scaling", key) for key in ("minReplica", "maxReplica"))
    each = "an hour" if most in (1, None) else "an hour for each replica"
    bound = f", at most {dollars(price * most)} an hour for {most}" if isinstance(most, int) and most > 1 else ""
    asleep = "; nothing while it is scaled to zero" if least == 0 else ""
    output.note(f"Price: {dollars(price)} {each}{bound}{asleep}")


def dollars(amount: float) -> str:
    """``$0.064``: to a tenth of a cent."""
    return f"${amount:.3f}".removesuffix("0")
