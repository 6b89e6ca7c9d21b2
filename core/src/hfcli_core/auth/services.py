"""Whose tokens a service gets that belongs to a Hub and has an address of its own."""

from __future__ import annotations

from hfcli_core.auth.token_file import same_endpoint
from hfcli_core.errors import UsageError
from hfcli_core.hub.addresses import checked_endpoint, origin_of

OFFICIAL_HUB = "https://huggingface.co"
OFFICIAL_SERVICES = ("https://api.endpoints.huggingface.cloud", "https://endpoints.huggingface.co")
"""The origins of the official Hub's Inference Endpoints and of their catalog (wire.md §1)."""


def token_owner(service: str, hub: str) -> str:
    """The endpoint whose stored token may go to ``service``, which is used beside ``hub``.

    It is ``hub`` for a service at the Hub's own origin and for the services of the official Hub; anybody else's
    address gets what was stored for that very address alone (faults.md S29). Raises :class:`UsageError` where the
    official service would get a token that was given for another Hub.
    """
    service, hub = checked_endpoint(service), checked_endpoint(hub)
    if origin_of(service) == origin_of(hub):
        return hub
    if origin_of(service) not in map(origin_of, OFFICIAL_SERVICES):
        return service
    if not same_endpoint(hub, OFFICIAL_HUB):
        raise UsageError(f"{origin_of(service)} belongs to {OFFICIAL_HUB}, and the Hub in use is {hub}")
    return hub
