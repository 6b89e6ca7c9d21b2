"""The core's own source passes the tests that it has for others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hfcli_core.auth.provider import AuthProvider
from hfcli_core.auth.token_file import TokenFile, record_endpoint, write_private
from hfcli_core.settings import TOKEN_PATH, Settings
from hfcli_core.testing.providers import SECRET, AuthProviderContract, OpenProvider


class TestTokenFile(AuthProviderContract):
    @pytest.fixture
    def open_provider(self) -> OpenProvider:
        def open_provider(settings: Settings, tokens: Mapping[str, str]) -> AuthProvider:
            path = settings[TOKEN_PATH]
            path.unlink(missing_ok=True)
            path.with_name("token_endpoints.json").unlink(missing_ok=True)
            write_private(path.with_name("stored_tokens"), "")
            for endpoint, token in tokens.items():
                write_private(path, token)
                with path.with_name("stored_tokens").open("a") as file:
                    file.write(f"[{len(endpoint)}]\nhf_token = {token}\n\n")
                record_endpoint(path, token, endpoint)
            return TokenFile(settings)

        return open_provider

    @pytest.fixture
    def failing_provider(self, settings: Settings) -> AuthProvider:
        path = settings[TOKEN_PATH]
        write_private(path, SECRET)
        path.with_name("token_endpoints.json").write_text("{")
        return TokenFile(settings)
