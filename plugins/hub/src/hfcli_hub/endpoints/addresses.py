"""Where the service, the catalog and running endpoints are reached: below the Hub's own address."""

from __future__ import annotations

_BASE = "/api/inference-endpoints"
API = f"{_BASE}/v2"
CATALOG = f"{_BASE}/catalog"
RUNNING = f"{_BASE}/at"
"""What lies below `RUNNING/<uid>` is an endpoint's own address."""


def variables(endpoint: str) -> dict[str, str]:
    """What tells `hf endpoints` to use the service of the Hub at ``endpoint``."""
    return {"HF_ENDPOINTS_API": f"{endpoint}{API}", "HF_ENDPOINTS_CATALOG": f"{endpoint}{CATALOG}"}
