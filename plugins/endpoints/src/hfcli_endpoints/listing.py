"""The endpoints of one namespace, or of all that a token belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import AuthenticationError, NotFoundError, whoami

from hfcli_endpoints.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.api import App

    from hfcli_endpoints.service import Endpoint

EVERYWHERE = "*"


def list_endpoints(app: App, *, token: str | None, namespace: str | None) -> Mapping[str, Sequence[Endpoint]]:
    """By namespace. Of organizations those are left out, with a note, whose endpoints the token may not see."""
    service = Service(app, token=token, namespace=None if namespace == EVERYWHERE else namespace)
    found = {service.namespace: service.endpoints()}
    for org in whoami(service.hub).orgs if namespace == EVERYWHERE else ():
        try:
            found[org] = service.in_namespace(org).endpoints()
        except (AuthenticationError, NotFoundError) as error:
            app.output.note(f"{org} is left out: {error.message}")
    return found
