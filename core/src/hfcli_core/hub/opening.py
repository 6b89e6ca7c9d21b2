"""A session as an invocation wants it: with its settings, its credentials, its plugins and its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core import settings as table
from hfcli_core.hub.options import SessionHooks, SessionOptions
from hfcli_core.hub.session import HubSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from hfcli_core.app import App
    from hfcli_core.specs import RequestInfo


def open_session(app: App, *, token: str | None = None, endpoint: str | None = None) -> HubSession:
    """A session with ``endpoint``, or the one in effect; ``token`` is what ``--token`` gave."""
    debug = app.display.debug or app.display.verbosity >= 2 or app.settings[table.DEBUG]
    address = endpoint or app.settings[table.ENDPOINT]
    return HubSession(
        address,
        credentials=lambda: app.credentials.resolve(address, token),
        withheld=lambda: app.credentials.withheld(address),
        options=SessionOptions.from_settings(app.settings),
        hooks=SessionHooks(
            headers=lambda request: _headers(app, request),
            transport=lambda origin: _transport(app, origin),
            may_contact=app.plugins.policy.may_contact,
            note=app.output.note,
            log=(lambda text: app.output.verbose(text, 0)) if debug else None,
        ),
    )


def _headers(app: App, request: RequestInfo) -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for _, headers in app.plugins.call("hf_request_headers", request=request):
        merged.update(headers)
    return merged


def _transport(app: App, origin: str) -> httpx.BaseTransport | None:
    """The transport of the one distribution that ``http.transport`` names; a plugin cannot put itself there."""
    distribution = app.settings[table.HTTP_TRANSPORT]
    if not distribution:
        return None
    transport: httpx.BaseTransport | None = app.plugins.ask(distribution, "hf_http_transport", endpoint=origin)
    return transport
