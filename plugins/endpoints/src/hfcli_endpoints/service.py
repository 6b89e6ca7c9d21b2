"""The service and its catalog as functions (wire.md §5.8). What they answer is checked as far as it is used."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hfcli_core.api import HfError, IntegrityError, UsageError, whoami

from hfcli_endpoints.errors import explained
from hfcli_endpoints.hardware import Hardware, parse_hardware

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hfcli_core.api import App, HubSession

Endpoint = dict[str, Any]
"""An endpoint as the service describes it."""

_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
_LOG_LINES = 5


class Service:
    """The endpoints of one namespace, by default that of the token's owner."""

    def __init__(self, app: App, *, token: str | None = None, namespace: str | None = None) -> None:
        self.hub = app.session(token=token)
        self._app, self._token, self._namespace = app, token, namespace

    @cached_property
    def session(self) -> HubSession:
        return self._open("endpoints.api")

    @cached_property
    def namespace(self) -> str:
        if self._namespace is not None:
            return checked(self._namespace, "--namespace")
        _ = self.session  # an address that cannot be used is told before anything is asked
        who = whoami(self.hub)
        if who.type != "user":
            raise UsageError("the token belongs to no user", hint="name the owner of the endpoints with --namespace")
        return who.name

    def in_namespace(self, namespace: str) -> Service:
        """The same with other endpoints."""
        return Service(self._app, token=self._token, namespace=namespace)

    def endpoints(self) -> list[Endpoint]:
        with explained(self.namespace):
            answer = self.session.json("GET", f"endpoint/{self.namespace}")
        return [_endpoint(item) for item in _list(answer, "items")]

    def get(self, name: str, *, retry: bool | None = None) -> Endpoint:
        return self._ask("GET", name, retry=retry)

    def create(self, body: Mapping[str, Any]) -> Endpoint:
        with explained(self.namespace):
            return _endpoint(self.session.json("POST", f"endpoint/{self.namespace}", json=body))

    def update(self, name: str, body: Mapping[str, Any]) -> Endpoint:
        return self._ask("PUT", name, json=body)

    def delete(self, name: str) -> None:
        with explained(self.namespace, name):
            self.session.request("DELETE", self.path(name))

    def turn(self, name: str, action: str) -> Endpoint:
        """``action``: ``pause``, ``resume`` or ``scale-to-zero``."""
        return self._ask("POST", name, f"/{action}")

    def hardware(self) -> list[Hardware]:
        with explained(self.namespace):
            return parse_hardware(self.session.json("GET", f"provider/{self.namespace}"))

    def log_tail(self, name: str) -> list[str]:
        """The last lines that the endpoint has written; none where the service does not tell."""
        try:
            answer = self.session.request("GET", f"{self.path(name)}/logs", retry=False)
        except HfError:
            return []
        lines = answer.body.decode("utf-8", "replace").splitlines()
        return [line for line in lines if line.strip()][-_LOG_LINES:]

    def path(self, name: str) -> str:
        return f"endpoint/{self.namespace}/{checked(name, 'NAME')}"

    @cached_property
    def catalog(self) -> HubSession:
        return self._open("endpoints.catalog")

    def catalog_models(self, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        given = {name: value for name, value in filters.items() if value is not None}
        return _list(self.catalog.json("GET", "list", params=given), "items")

    def deploy_from_catalog(self, path: str, body: Mapping[str, Any]) -> Endpoint:
        with explained(self.namespace):
            answer = self.catalog.json("POST", path, json=body)
        return _endpoint(answer.get("endpoint") if isinstance(answer, dict) else None)

    def _ask(self, method: str, name: str, below: str = "", **options: Any) -> Endpoint:
        with explained(self.namespace, name):
            return _endpoint(self.session.json(method, self.path(name) + below, **options))

    def _open(self, setting: str) -> HubSession:
        declared = self._app.settings.by_name(setting)
        try:
            return self._app.service_session(self._app.settings[declared], self.hub, token=self._token)
        except UsageError as error:
            raise UsageError(
                f"{setting}: {error.message}", hint=f"{declared.env[0]} is the address of your Hub's own service"
            ) from None


def checked(name: str, what: str) -> str:
    """A name that may be part of an address. Raises :class:`UsageError`."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{what} '{name}' is no name: letters, digits, '-', '_' and '.' make one")
    return name


def quoted_repo(repo_id: str) -> str:
    """A repo id as part of an address."""
    return "/".join(quote(checked(part, "--repo"), safe="") for part in repo_id.split("/"))


def part(raw: Mapping[str, Any], *keys: str) -> Any:
    """What is at the end of that path of keys in the service's object; None where it is not there."""
    value: Any = raw
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def state_of(raw: Endpoint) -> str:
    return str(part(raw, "status", "state") or "unknown")


def _endpoint(answer: Any) -> Endpoint:
    if not isinstance(answer, dict) or not isinstance(answer.get("name"), str):
        raise IntegrityError("the Inference Endpoints service answered with something that is no endpoint")
    return answer


def _list(answer: Any, key: str) -> list[dict[str, Any]]:
    items: Iterable[Any] | None = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise IntegrityError(f"the Inference Endpoints service answered without a list of {key}")
    return [item for item in items if isinstance(item, dict)]
