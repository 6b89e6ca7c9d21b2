"""One invocation: settings, output, plugins, credentials and the Hub, each made when it is first asked for."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from hfcli_core.errors import CommandDenied, UsageError
from hfcli_core.plugins.commands import CORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import UnionType

    import httpx

    from hfcli_core.auth.provider import Token
    from hfcli_core.auth.resolver import Credentials
    from hfcli_core.errors import HfError
    from hfcli_core.hub.session import HubSession
    from hfcli_core.output.console import Output
    from hfcli_core.output.streams import ColorMode
    from hfcli_core.plugins.manager import PluginManager
    from hfcli_core.plugins.policy import Policy
    from hfcli_core.settings import Settings
    from hfcli_core.specs import Invocation, RequestInfo

_UNGUARDED = frozenset({"plugins", "config"})
"""Groups of the core that no plugin can keep from running: one needs them to see and to end a plugin's refusals."""


class Display(NamedTuple):
    """How the command line wants results shown; the output is made from it."""

    format: str = "auto"
    color: ColorMode = "auto"
    progress: Literal["auto", "bar", "plain", "json", "none"] = "auto"
    verbosity: int = 0
    truncate: bool = True
    debug: bool = False


class App:
    """What a command function is given. Nothing here is made, and hardly anything imported, before it is used."""

    def __init__(self, *, environ: Mapping[str, str] | None = None) -> None:
        self.environ = os.environ if environ is None else environ
        self.display = Display()
        self.flags: dict[str, str] = {}
        """Texts of the root's options by setting name."""
        self.use_plugins = True
        self.command: tuple[str, ...] = ()
        """The path of the command that was found on the command line, as far as it was."""
        self.invocation: Invocation | None = None
        """The command that was admitted."""
        self._closing: list[Callable[[], None]] = []

    def show(self, **changes: Any) -> None:
        """Change how results are shown (fields of :class:`Display`)."""
        self.display = self.display._replace(**changes)
        # A warning of a plugin may have needed the output before all options were read.
        self.__dict__.pop("output", None)

    @cached_property
    def policy(self) -> Policy:
        """What the organisation permits."""
        from hfcli_core.plugins.policy import Policy

        return Policy()

    @cached_property
    def settings(self) -> Settings:
        from hfcli_core.places import user_config_file
        from hfcli_core.settings import Settings

        return Settings(environ=self.environ, flags=self.flags, config_file=user_config_file())

    @cached_property
    def config_error(self) -> UsageError | None:
        """What is wrong with the configuration file, which is then left out.

        It may keep plugins out and name the Hub to talk to, so there are no plugins and no requests then, and only
        commands about the installation itself work.
        """
        from hfcli_core.settings import DISABLED_PLUGINS

        try:
            self.settings.read_file()
            _ = self.settings[DISABLED_PLUGINS]
        except UsageError as error:
            self.settings.leave_out_file()
            return error
        return None

    @cached_property
    def output(self) -> Output:
        from hfcli_core.output.console import Output
        from hfcli_core.output.formats import Format, parse_format
        from hfcli_core.settings import DISABLE_PROGRESS_BARS

        display = self.display
        render = self._renderer(display.format)
        return Output(
            format=Format.JSON if render else parse_format(display.format, self.environ),
            render=render,
            verbosity=display.verbosity,
            color=display.color,
            progress=display.progress,
            truncate=display.truncate,
            disable_progress=lambda: self.settings[DISABLE_PROGRESS_BARS],
            environ=self.environ,
        )

    def plain_output(self) -> Output:
        """An output that needs neither settings nor plugins: for telling that these cannot be had."""
        from hfcli_core.output.console import Output
        from hfcli_core.output.formats import Format, parse_format

        is_ours = self.display.format in {"auto", "table", *Format}
        format_ = parse_format(self.display.format, self.environ) if is_ours else Format.JSON
        return Output(format=format_, color=self.display.color, environ=self.environ)

    @cached_property
    def plugins(self) -> PluginManager:
        from hfcli_core.plugins.manager import PluginManager
        from hfcli_core.settings import DISABLED_PLUGINS

        if self.config_error is None:
            disabled, off = self.settings[DISABLED_PLUGINS], None if self.use_plugins else "--no-plugins"
        else:
            disabled, off = (), "the configuration file cannot be read"
        plugins = PluginManager(environ=self.environ, policy=self.policy, disabled=disabled, off=off, warn=self._warn)
        for spec in plugins.settings():
            self.settings.declare(spec)
        return plugins

    @cached_property
    def credentials(self) -> Credentials:
        from hfcli_core.auth.resolver import Credentials

        return Credentials(self.settings, self.plugins, warn=self._warn)

    @cached_property
    def hub(self) -> HubSession:
        """A session with the Hub in effect, with the token that is found for it."""
        return self.session()

    def session(self, *, token: str | None = None, endpoint: str | None = None) -> HubSession:
        """A session of its own: with the token that ``--token`` gave, or with another Hub."""
        from hfcli_core.settings import ENDPOINT

        if self.config_error is not None:
            raise self.config_error
        address = endpoint or self.settings[ENDPOINT]
        return self._open(
            address, lambda: self.credentials.resolve(address, token), lambda: self.credentials.withheld(address)
        )

    def service_session(self, address: str, hub: HubSession, *, token: str | None = None) -> HubSession:
        """A session with a service of ``hub`` that has another address; ``token`` as of :meth:`session`.

        A stored token of the Hub goes there only where the service is known to be the Hub's own. Raises
        :class:`UsageError` for the official service beside another Hub.
        """
        from hfcli_core.auth.services import token_owner

        owner = token_owner(address, hub.endpoint)
        return self._open(
            address, lambda: self.credentials.resolve(owner, token), lambda: self.credentials.withheld(owner), hub
        )

    def _open(
        self,
        endpoint: str,
        credentials: Callable[[], Token | None],
        withheld: Callable[[], str | None],
        hub: HubSession | None = None,
    ) -> HubSession:
        from hfcli_core.hub.options import SessionHooks, SessionOptions
        from hfcli_core.hub.session import HubSession

        session = HubSession(
            endpoint,
            credentials=credentials,
            withheld=withheld,
            hub=hub,
            options=SessionOptions.from_settings(self.settings),
            hooks=SessionHooks(
                headers=self._request_headers if self.plugins.implements("hf_request_headers") else None,
                transport=self._transport,
                may_contact=self.policy.may_contact,
                note=self.output.note,
                log=self.output.note if self.debug else None,
            ),
        )
        self._closing.append(session.close)
        return session

    def require(self, service: str) -> Any:
        """An instance of an offered service; an error that says which distribution has it when there is none."""
        loaded = self.plugins.service(service)
        if loaded is not None:
            return loaded.load()(self)
        from hfcli_core.plugins.explain import SERVICES, explain_missing

        what = f"the service {service}"
        explanation = explain_missing(what, SERVICES[service], self.plugins.rows()) if service in SERVICES else None
        raise explanation or UsageError(f"no installed plugin offers {what}")

    def hints_for(self, error: HfError) -> list[str]:
        """What plugins have to say about a failure."""
        return [str(hint) for hints in self.answers("hf_error_hints", list | tuple, error=error) for hint in hints]

    def answers(self, hook: str, kind: type | UnionType, **arguments: Any) -> Iterator[Any]:
        """The answers of plugins to a hook; one that is not of the kind that the hook asks for is told and left out."""
        for distribution, answer in self.plugins.call(hook, **arguments):
            if isinstance(answer, kind):
                yield answer
            else:
                self._warn(f"{hook} of {distribution} answered with a {type(answer).__name__}, which is left out")

    def close(self) -> None:
        """Close what was opened; safe to call again."""
        while self._closing:
            self._closing.pop()()

    def admit(self, invocation: Invocation) -> None:
        """Let a command run, or raise ``CommandDenied``: first the policy is asked, then the guards of plugins."""
        verdict = self.policy.may_run(invocation.command)
        if not verdict.allowed:
            raise CommandDenied(f"hf {' '.join(invocation.command)} is not permitted: {verdict}")
        if invocation.distribution != CORE or invocation.command[0] not in _UNGUARDED:
            self.plugins.guard(invocation)
        self.invocation = invocation

    @property
    def debug(self) -> bool:
        """Whether requests are logged and tracebacks shown."""
        from hfcli_core.settings import DEBUG

        return self.display.debug or self.settings[DEBUG]

    def _request_headers(self, request: RequestInfo) -> dict[str, str]:
        answers = self.answers("hf_request_headers", dict, request=request)
        return {str(name): str(value) for headers in answers for name, value in headers.items()}

    def _transport(self, endpoint: str) -> httpx.BaseTransport | None:
        """The transport of the plugin that the setting names; it must be there, as it may be what protects."""
        from hfcli_core.settings import HTTP_TRANSPORT

        distribution = self.settings[HTTP_TRANSPORT]
        if distribution is None:
            return None
        hook = "hf_http_transport"
        transport: httpx.BaseTransport | None = self.plugins.ask(distribution, hook, endpoint=endpoint)
        if transport is None:
            from hfcli_core.plugins.discovery import normalise

            owner = normalise(distribution)
            if not any(
                hook in row.adds for row in self.plugins.rows() if (row.distribution, row.state) == (owner, "on")
            ):
                raise UsageError(f"{HTTP_TRANSPORT.name}: no plugin of {distribution} that makes connections is in use")
        return transport

    def _warn(self, text: str) -> None:
        self.output.warn(text)

    def _renderer(self, name: str) -> Callable[[list[dict[str, Any]]], str] | None:
        """The function of a plugin's output format; None for the formats of the core."""
        from hfcli_core.output.formats import Format

        if name in {"auto", "table", *Format}:
            return None
        found = next((item for item in self.plugins.output_formats() if item.spec.name == name), None)
        render: Callable[[list[dict[str, Any]]], str] | None = found.load() if found else None
        return render
