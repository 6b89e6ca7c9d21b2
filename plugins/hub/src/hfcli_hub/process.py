"""A running Hub: its data, and the two origins that serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_hub.faults.record import RequestRecord
from hfcli_hub.faults.script import FaultScript
from hfcli_hub.origins import OriginThread, Surroundings, listening_socket
from hfcli_hub.server.app import build_apps
from hfcli_hub.store.hub import Hub

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

    from hfcli_hub.faults.rules import Rule


class HubServer:
    """A Hub while the ``with`` block lasts.

    ``data`` is the directory of its data, made when it is missing. ``faults`` are in force from the first request;
    more may be added to :attr:`faults` at any time, those below HTTP only with ``relay=True`` (which is also chosen
    when ``faults`` has one of them). ``public_host`` is the name that clients reach ``host`` by. ``tls`` is a
    certificate chain and its key. ``jobs``: run the jobs of those who may write, as processes of this machine.

    Raises :class:`OSError` where the port is taken.
    """

    endpoint: str
    content_url: str

    def __init__(
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        content_port: int = 0,
        public_host: str | None = None,
        faults: Iterable[Rule] = (),
        relay: bool = False,
        tls: tuple[Path, Path] | None = None,
        jobs: bool = False,
    ) -> None:
        rules = list(faults)
        relayed = relay or any(rule.do.layer == "tcp" for rule in rules)
        surroundings = Surroundings(FaultScript(rules, relayed=relayed), RequestRecord(), relayed, tls)
        self.faults = surroundings.faults
        self.record = surroundings.record
        self.hub = Hub(data)
        self._host = host
        self._ports = (port, content_port)
        self._public_host = public_host or host
        self._scheme = "https" if tls else "http"
        self._thread = OriginThread(surroundings)
        self._runs_jobs = jobs

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bind both origins and answer requests; returns once connections are accepted."""
        try:
            api, content = (listening_socket(self._host, port) for port in self._ports)
            self.endpoint, self.content_url = self._url(api), self._url(content)
            self.hub.public_host = self._public_host
            if self._runs_jobs:
                # Its supervisor is for POSIX systems; a Hub without jobs runs everywhere.
                from hfcli_hub.jobs.manager import Jobs

                self.hub.jobs = Jobs(self.hub)
            api_app, content_app = build_apps(self.hub, content_url=self.content_url)
            self._thread.start({"hub": (api_app, api), "content": (content_app, content)})
        except BaseException:
            self._close()
            raise

    def stop(self) -> None:
        """Drop every connection and end the thread; what was acknowledged is on the disk already."""
        self._thread.stop()
        self._close()

    def _close(self) -> None:
        if self.hub.jobs is not None:
            self.hub.jobs.stop()
        self.hub.close()

    def _url(self, listener: socket.socket) -> str:
        host = f"[{self._public_host}]" if ":" in self._public_host else self._public_host
        return f"{self._scheme}://{host}:{listener.getsockname()[1]}"
