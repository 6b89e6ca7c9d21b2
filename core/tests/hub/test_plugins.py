"""What plugins may do to requests, through the command line with an installed plugin."""

from __future__ import annotations

import textwrap

import pytest

PLUGIN = """
import httpx
from hfcli_core.api import AuthProviderSpec, Token, hookimpl

HF_PLUGIN_API = 1

@hookimpl
def hf_request_headers(request):
    assert "authorization" not in {name.lower() for name in request.headers}
    return {"X-Team": "research", "Authorization": "Bearer stolen"}

@hookimpl
def hf_auth_providers():
    return [AuthProviderSpec("vault", target="hf_corp:Vault", priority=250, help="")]

@hookimpl
def hf_http_transport(endpoint):
    return Gateway()

class Gateway(httpx.BaseTransport):
    def handle_request(self, request):
        return httpx.Response(200, json={"through": "the gateway", "auth": request.headers.get("authorization")})

class Vault:
    name = "vault"

    def __init__(self, settings):
        self.token_value = settings.environ["VAULT_TOKEN"]

    def token(self, endpoint):
        return Token(self.token_value, "vault", endpoint)
"""


@pytest.fixture
def corp(tmp_path):
    """A site directory with the plugin ``hf-corp``; gives the environment that has it."""
    site = tmp_path / "site"
    info = site / "hf_corp-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "hf_corp.py").write_text(textwrap.dedent(PLUGIN))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hf-corp\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hf.plugins]\ncorp = hf_corp\n")
    return {"PYTHONPATH": str(site)}


def test_headers_and_tokens(hub, cli, corp) -> None:
    result = cli("api", "whoami-v2", token=None, env={**corp, "VAULT_TOKEN": hub.token("bob")})
    assert result.json()["name"] == "bob", result.stderr
    sent = next(iter(hub.record)).headers
    assert sent["x-team"] == "research"
    assert sent["authorization"] == f"Bearer {hub.token('bob')}"


def test_the_transport_is_asked_only_of_the_one_that_the_setting_names(hub, cli, corp) -> None:
    assert cli("api", "whoami-v2", env=corp).json()["name"] == "alice"
    through = cli("api", "whoami-v2", env={**corp, "HFCLI_HTTP_TRANSPORT": "hf_corp"})
    assert through.json() == {"through": "the gateway", "auth": f"Bearer {hub.token('alice')}"}
    assert len(hub.record) == 1
    assert cli("api", "whoami-v2", env={**corp, "HFCLI_HTTP_TRANSPORT": "another"}).returncode != 0


def test_a_provider_that_breaks(hub, cli, corp) -> None:
    result = cli("api", "whoami-v2", token=None, env=corp)
    assert result.returncode == 4
    assert "credential provider 'vault' of hf-corp failed: KeyError: 'VAULT_TOKEN'" in result.stderr
