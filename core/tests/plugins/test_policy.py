"""The four questions to a policy, each asked where the thing would happen: a refusal keeps it from happening."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hfcli_core.app import App
from hfcli_core.cli.root import Root
from hfcli_core.errors import CommandDenied
from hfcli_core.plugins.manager import PluginManager
from hfcli_core.plugins.policy import ALLOWED, Policy, Verdict

if TYPE_CHECKING:
    from hfcli_core.specs import StorageBackendSpec

Install = Callable[..., str]
Manager = Callable[..., PluginManager]

REFUSED = Verdict(False, "not on the list", "policy.toml", "allow")


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(environ={"HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")})


def test_a_denied_distribution_is_not_imported(install: Install, manager: Manager) -> None:
    class Strict(Policy):
        def may_load(self, distribution: str) -> Verdict:
            assert distribution == "acme"
            return REFUSED

    hooks = "@hookimpl\ndef hf_commands():\n    return [CommandSpec('hello', help='Greet', target='acme:hello')]\n"
    module = install("acme", hooks)
    strict = manager(policy=Strict())
    (row,) = strict.rows()
    assert (row.state, row.cause) == ("denied", "not on the list (policy.toml, allow)")
    assert strict.commands_of("acme") == []
    assert module not in sys.modules


def test_a_refused_backend_is_not_handed_out(install: Install, manager: Manager) -> None:
    class Strict(Policy):
        def may_use_backend(self, spec: StorageBackendSpec) -> Verdict:
            return ALLOWED if spec.uses_session else REFUSED

    install(
        "acme",
        """
        @hookimpl
        def hf_storage_backends():
            return [
                StorageBackendSpec("wild", target="acme:Wild", priority=9),
                StorageBackendSpec("tame", target="acme:Tame", uses_session=True),
            ]
        """,
    )
    assert [item.spec.name for item in manager().storage_backends()] == ["wild", "tame"]
    strict = manager(policy=Strict())
    assert [item.spec.name for item in strict.storage_backends()] == ["tame"]
    denied = strict.explain_backend("wild")
    assert isinstance(denied, CommandDenied)
    assert denied.message == "the storage backend wild is not permitted: not on the list (policy.toml, allow)"
    assert strict.explain_backend("nobody's") is None
    assert strict.rows()[0].adds == (
        "backend wild (not permitted: not on the list (policy.toml, allow))",
        "backend tame",
    )


def test_a_refused_command_does_not_run(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    class Strict(Policy):
        def may_run(self, command: tuple[str, ...]) -> Verdict:
            return ALLOWED if command == ("version",) else REFUSED

    app.policy = Strict()
    with Root().make_context("hf", ["version"], obj=app) as ctx:
        ctx.command.invoke(ctx)
    assert capsys.readouterr().out
    with Root().make_context("hf", ["plugins", "ls"], obj=app) as ctx, pytest.raises(CommandDenied) as caught:
        ctx.command.invoke(ctx)
    assert caught.value.message == "hf plugins ls is not permitted: not on the list (policy.toml, allow)"
    assert capsys.readouterr().out == ""


def test_a_refused_host_is_not_contacted(app: App) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            contacted.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    class Strict(Policy):
        def may_contact(self, host: str) -> Verdict:
            return ALLOWED if host == "127.0.0.1" else REFUSED

    contacted: list[str] = []
    app.policy = Strict()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        with app.session(endpoint=f"http://localhost:{port}") as session, pytest.raises(CommandDenied, match="policy"):
            session.request("GET", "api/x")
        with app.session(endpoint=f"http://127.0.0.1:{port}") as session:
            session.request("GET", "api/y")
        server.shutdown()
    assert contacted == ["/api/y"]
