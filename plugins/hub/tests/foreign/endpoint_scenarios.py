"""Inference Endpoints as the official Python library uses them: ``python endpoint_scenarios.py SCENARIO``.

Prints one JSON object of what it saw. Its addresses are constants, which the environment replaces here.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

from huggingface_hub import HfApi, InferenceEndpointError, InferenceEndpointTimeoutError, constants
from huggingface_hub.errors import HfHubHTTPError

warnings.simplefilter("ignore")
constants.INFERENCE_ENDPOINTS_ENDPOINT = os.environ["HF_ENDPOINTS_API"]
constants.INFERENCE_CATALOG_ENDPOINT = os.environ["HF_ENDPOINTS_CATALOG"]
HARDWARE = {
    "accelerator": "cpu",
    "instance_type": "intel-icl",
    "instance_size": "x2",
    "vendor": "aws",
    "region": "us-east-1",
}


def life(api: HfApi) -> dict:
    made = api.create_inference_endpoint("theirs", repository="alice/model", framework="pytorch", **HARDWARE)
    seen = {"made": [made.status, made.url, made.repository, made.framework, made.task]}
    made.wait(timeout=20, refresh_every=1)
    seen["running"] = [made.status, made.url.startswith(os.environ["HF_ENDPOINT"]), made.name]
    seen["updated"] = made.update(min_replica=0, max_replica=2, task="fill-mask").status
    made.wait(timeout=20, refresh_every=1)
    seen["scaling"] = made.raw["compute"]["scaling"]
    seen["asleep"] = made.scale_to_zero().status
    seen["paused"] = made.resume().pause().status
    seen["resumed"] = made.resume().status
    made.wait(timeout=20, refresh_every=1)
    seen["again"] = made.resume(running_ok=True).status
    seen["refused"] = _status(lambda: made.resume(running_ok=False))
    seen["listed"] = [endpoint.name for endpoint in api.list_inference_endpoints(namespace="*")]
    made.delete()
    seen["deleted"] = _status(made.fetch)
    return seen


def failures(api: HfApi) -> dict:
    bad = api.create_inference_endpoint(
        "bad", repository="alice/model", framework="custom", env={"HFCLI_FAIL": "no memory"}, **HARDWARE
    )
    seen = {"failed": _error(lambda: bad.wait(timeout=20, refresh_every=1)), "why": bad.raw["status"]["message"]}
    bad.pause()
    seen["timeout"] = _error(lambda: bad.wait(timeout=0, refresh_every=1))
    large = {**HARDWARE, "instance_size": "x8", "max_replica": 5}
    seen["quota"] = _status(
        lambda: api.create_inference_endpoint("large", repository="alice/model", framework="custom", **large)
    )
    seen["conflict"] = _status(
        lambda: api.create_inference_endpoint("bad", repository="alice/model", framework="custom", **HARDWARE)
    )
    seen["elsewhere"] = _status(lambda: api.list_inference_endpoints(namespace="bob"))
    return seen


def ours(api: HfApi) -> dict:
    """What our command line has deployed."""
    found = api.get_inference_endpoint("ours")
    seen = {
        "status": found.status,
        "type": found.type,
        "env": found.raw["model"]["env"],
        "image": found.raw["model"]["image"],
    }
    found.pause()
    return seen


def catalog(api: HfApi) -> dict:
    models = api.list_inference_catalog()
    names = [getattr(model, "repo_id", model) for model in models]
    made = api.create_inference_endpoint_from_catalog("openai/gpt-oss-120b", name="oss", namespace="acme")
    return {"models": names, "made": [made.name, made.repository, made.raw["compute"]["instanceType"]]}


def _status(call) -> int:
    try:
        call()
    except HfHubHTTPError as error:
        return error.response.status_code
    return 200


def _error(call) -> str:
    try:
        call()
    except (InferenceEndpointError, InferenceEndpointTimeoutError) as error:
        return type(error).__name__
    return "none"


print(json.dumps(globals()[sys.argv[1]](HfApi())))
