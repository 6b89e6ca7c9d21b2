"""Whose stored token a service gets (faults.md S29)."""

from __future__ import annotations

import pytest
from hfcli_core.auth.services import token_owner
from hfcli_core.errors import UsageError

OFFICIAL = "https://huggingface.co"
API = "https://api.endpoints.huggingface.cloud/v2"


@pytest.mark.parametrize(
    ("service", "hub", "owner"),
    [
        (API, OFFICIAL, OFFICIAL),
        ("https://endpoints.huggingface.co/api/v1/catalog", f"{OFFICIAL}/", OFFICIAL),
        ("https://api.endpoints.huggingface.cloud:443/v2", OFFICIAL, OFFICIAL),
        ("http://127.0.0.1:8077/api/v2", "http://127.0.0.1:8077", "http://127.0.0.1:8077"),
        ("https://hub.corp/service", "https://hub.corp/mirror", "https://hub.corp/mirror"),
        ("https://endpoints.corp/v2", "https://hub.corp", "https://endpoints.corp/v2"),
        ("https://endpoints.corp/v2", OFFICIAL, "https://endpoints.corp/v2"),
        ("http://api.endpoints.huggingface.cloud/v2", OFFICIAL, "http://api.endpoints.huggingface.cloud/v2"),
        (
            "https://api.endpoints.huggingface.cloud.evil/v2",
            OFFICIAL,
            "https://api.endpoints.huggingface.cloud.evil/v2",
        ),
        ("http://127.0.0.1:8078", "http://127.0.0.1:8077", "http://127.0.0.1:8078"),
    ],
)
def test_the_owner_of_the_token(service: str, hub: str, owner: str) -> None:
    assert token_owner(service, hub) == owner


@pytest.mark.parametrize("hub", ["http://127.0.0.1:8077", "https://hub.corp", f"{OFFICIAL}/mirror"])
def test_the_official_service_belongs_to_the_official_hub(hub: str) -> None:
    with pytest.raises(UsageError, match=r"belongs to https://huggingface\.co"):
        token_owner(API, hub)
