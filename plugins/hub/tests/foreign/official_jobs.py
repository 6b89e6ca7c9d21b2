"""``hf`` of the official client, as ``python official_jobs.py WORDS…``.

Version 1 asks ``https://huggingface.co`` for jobs whatever ``HF_ENDPOINT`` says (surface.md §8.2). A hook of its own
HTTP client leads that to the endpoint, so that nothing of the client itself is changed.
"""

from __future__ import annotations

import os
import sys

import huggingface_hub
from huggingface_hub.cli.hf import main

if huggingface_hub.__version__.startswith("1."):
    import httpx
    from huggingface_hub.utils import _http

    def _lead_home(request: httpx.Request) -> None:
        if request.url.host == "huggingface.co":
            home = httpx.URL(os.environ["HF_ENDPOINT"])
            request.url = request.url.copy_with(scheme=home.scheme, host=home.host, port=home.port)
            request.headers["host"] = home.netloc.decode()

    def _client() -> httpx.Client:
        client = _http.default_client_factory()
        client.event_hooks["request"].append(_lead_home)
        return client

    huggingface_hub.set_client_factory(_client)

sys.argv = ["hf", *sys.argv[1:]]
main()
