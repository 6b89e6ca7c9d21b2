"""The page that ``hf hub serve --open`` shows."""

from __future__ import annotations

import httpx
from hfcli_hub.testkit.hub import LiveHub


def test_it_lists_public_repos_alone(hub: LiveHub) -> None:
    hub.create_repo("alice/open")
    hub.create_repo("alice/numbers", "dataset")
    hub.create_repo("alice/hidden", private=True)
    answer = httpx.get(hub.endpoint)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<a href="/api/models/alice/open">alice/open</a>' in answer.text
    assert '<a href="/api/datasets/alice/numbers">alice/numbers</a>' in answer.text
    assert "hidden" not in answer.text
    assert f"git clone {hub.endpoint}/NAME" in answer.text
