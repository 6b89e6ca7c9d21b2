"""The plugins of one invocation: which there are, what they add, and their code when it is needed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from hfcli_core import __version__
from hfcli_core.cli import CORE_COMMANDS
from hfcli_core.errors import CommandDenied, HfError
from hfcli_core.plugins.commands import CORE, CommandRow, precedence, settle
from hfcli_core.plugins.discovery import Candidate, find_plugins, normalise
from hfcli_core.plugins.index import Index
from hfcli_core.plugins.loading import PluginBroken, contained, import_target, register
from hfcli_core.plugins.manifest import STATIC_HOOKS, Manifest, check_specs
from hfcli_core.plugins.policy import Policy, Verdict
from hfcli_core.specs import CommandSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import click
    import pluggy

    from hfcli_core.specs import (
        AuthProviderSpec,
        Invocation,
        OutputFormatSpec,
        ServiceSpec,
        SettingSpec,
        StorageBackendSpec,
    )

S = TypeVar("S")


class LoadedSpec(NamedTuple, Generic[S]):
    """A spec and whose it is. Its target is not imported before :meth:`load`."""

    spec: S
    distribution: str
    version: str

    def load(self) -> Any:
        """The object that the target names; ``PluginBroken`` when it cannot be imported."""
        target: str = self.spec.target  # type: ignore[attr-defined]  # of every spec that is looked up to be loaded
        with contained(self.distribution, self.version, what=target):
            return import_target(target)


class PluginRow(NamedTuple):
    """A row of ``hf plugins ls``.

    ``name`` is that of its entry points; ``state`` is on, disabled, denied, broken or shadowed; ``adds`` says in words
    what it adds, or would; ``commands`` are the names that it offers at the top level.
    """

    name: str
    distribution: str
    version: str
    state: str
    adds: tuple[str, ...]
    cause: str | None
    location: str
    commands: tuple[str, ...]


class _Plugin:
    """A candidate and what became of it."""

    def __init__(self, candidate: Candidate, state: str, cause: str | None = None) -> None:
        self.candidate = candidate
        self.state = state
        self.cause = cause
        self.manifest = Manifest()
        self.registered: list[Any] | None = None

    @property
    def owner(self) -> tuple[str, str]:
        return self.candidate.distribution, self.candidate.version


class PluginManager:
    """Finds plugins, decides which may be used, and imports one only when something of it is used.

    ``disabled`` holds distribution names; ``off`` is why no plugin at all is loaded. ``warn`` is told, once each, which
    hook of which plugin failed.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        disabled: Collection[str] = (),
        policy: Policy | None = None,
        off: str | None = None,
        warn: Callable[[str], None] | None = None,
        path: Sequence[str] | None = None,
    ) -> None:
        self._policy = policy or Policy()
        self._disabled = {normalise(name) for name in disabled}
        self._off = off
        self._warn = warn or (lambda text: print(f"Warning: {text}", file=sys.stderr))  # noqa: T201  no output yet
        self._warned: set[tuple[str, str]] = set()
        self._path = list(sys.path if path is None else path)
        self._index = Index(environ, self._path)

    def rows(self) -> list[PluginRow]:
        """Every plugin that was found, used or not, in the order of distribution names."""
        lost = {(row.distribution, row.path): row.cause for row in self._settled[1]}
        return [_plugin_row(plugin, lost, self._refused_backends) for plugin in self._plugins]

    def commands(self) -> Sequence[CommandRow]:
        """Every command that its name leads to, and those of broken plugins, with the core's own first."""
        return self._settled[0]

    def command(self, path: tuple[str, ...], distribution: str | None = None) -> CommandRow | None:
        """The command with this path, without aliases; that of ``distribution`` even if it lost a conflict."""
        rows = self.commands() if distribution is None else self.commands_of(distribution)
        return next((row for row in rows if row.path == path), None)

    def commands_of(self, distribution: str) -> list[CommandRow]:
        """Every command that a distribution (normalised name) offers, also those that lost a conflict."""
        winners, losers = self._settled
        return [row for row in (*winners, *losers) if row.distribution == distribution]

    def load_command(self, path: tuple[str, ...], distribution: str | None = None) -> click.Command:
        """Import a command. ``PluginBroken`` when it cannot be had, ``LookupError`` when there is none to import."""
        row = self.command(path, distribution)
        if row is not None and row.state == "broken":
            raise PluginBroken(row.distribution, row.version, row.cause or "unknown", what=f"hf {row.name}")
        if row is None or row.spec.target is None:
            raise LookupError(f"no command with a target: {' '.join(path)}")
        return self._import_command(row, row.spec.target)

    def explain_unknown(self, path: tuple[str, ...]) -> HfError | None:
        """Why there is no such command, see :func:`hfcli_core.plugins.explain.explain_unknown`."""
        from hfcli_core.plugins.explain import explain_unknown  # only for a command line that fails

        return explain_unknown(path[0], self.rows()) if len(path) == 1 else None

    def explain_backend(self, name: str) -> HfError | None:
        """Why there is no such storage backend; None when nothing is known about the name."""
        from hfcli_core.plugins.explain import BACKENDS, explain_missing  # only for a command line that fails

        what = f"the storage backend {name}"
        if (verdict := self._refused_backends.get(name)) is not None:
            return CommandDenied(f"{what} is not permitted: {verdict}")
        return explain_missing(what, BACKENDS[name], self.rows()) if name in BACKENDS else None

    def auth_providers(self) -> list[LoadedSpec[AuthProviderSpec]]:
        """Sources of tokens, the highest priority first."""
        found: list[LoadedSpec[AuthProviderSpec]] = self._declared("hf_auth_providers")
        return sorted(found, key=lambda item: -item.spec.priority)

    def storage_backends(self) -> list[LoadedSpec[StorageBackendSpec]]:
        """Ways to move blobs that the policy permits, the highest priority first."""
        found: list[LoadedSpec[StorageBackendSpec]] = self._declared("hf_storage_backends")
        permitted = [item for item in found if item.spec.name not in self._refused_backends]
        return sorted(permitted, key=lambda item: -item.spec.priority)

    def service(self, name: str) -> LoadedSpec[ServiceSpec] | None:
        """The implementation of a protocol of the core, if an installed plugin offers one."""
        found: list[LoadedSpec[ServiceSpec]] = self._declared("hf_services")
        return next((item for item in found if item.spec.name == name), None)

    def settings(self) -> list[SettingSpec]:
        """The settings that plugins declare."""
        return [item.spec for item in self._declared("hf_settings")]

    def output_formats(self) -> list[LoadedSpec[OutputFormatSpec]]:
        """Further values of ``--format``."""
        return self._declared("hf_output_formats")

    def implements(self, hook: str) -> bool:
        """Whether any plugin in use has something to say to the hook; says so without loading one."""
        return any(True for _ in self._implementing(hook))

    def call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin that implements the hook, one by one; ``(distribution, answer)`` of those that answered.

        One that fails is reported once as a warning and does not disturb the next.
        """
        answers = []
        for plugin in self._implementing(hook):
            try:
                found = self._answers(plugin, hook, arguments)
            except PluginBroken as error:
                self._report(error, hook)
            else:
                answers += [(plugin.candidate.distribution, answer) for answer in found]
        return answers

    def ask(self, distribution: str, hook: str, **arguments: Any) -> Any:
        """The first answer of one distribution, or None; ``PluginBroken`` when it fails."""
        wanted = normalise(distribution)
        for plugin in self._implementing(hook):
            if plugin.candidate.distribution == wanted:
                return next(iter(self._answers(plugin, hook, arguments)), None)
        return None

    def guard(self, invocation: Invocation) -> None:
        """Let every ``hf_before_command`` look at a command. Any exception of one denies it, with ``CommandDenied``.

        A guard that cannot be loaded at all is reported and denies nothing.
        """
        for plugin in self._implementing("hf_before_command"):
            distribution, version = plugin.owner
            try:
                self._registered(plugin)
            except PluginBroken as error:
                self._report(error, "hf_before_command")
                continue
            try:
                self._answers(plugin, "hf_before_command", {"invocation": invocation})
            except PluginBroken as error:
                cause = error.__cause__
                if isinstance(cause, CommandDenied):
                    raise cause from None
                raise CommandDenied(
                    f"the guard of the plugin {distribution} {version} failed, so the command is denied: {error.cause}",
                    hint="hf --no-plugins … runs a command of the core without it",
                    details={"distribution": distribution, "version": version},
                ) from error

    @functools.cached_property
    def _plugins(self) -> list[_Plugin]:
        plugins = [
            self._standing(candidate)
            for candidate in sorted(
                find_plugins(self._path, self._index.archives), key=lambda item: (item.distribution, item.metadata)
            )
        ]
        for plugin in plugins:
            distribution = plugin.candidate.distribution
            known = self._index.manifest(plugin.candidate) if plugin.state == "on" else None
            if known is not None:
                plugin.manifest = known
            elif plugin.state == "on":
                self._import(plugin)
            elif plugin.state != "shadowed":
                plugin.manifest = self._index.last_known(distribution) or Manifest()
        self._index.save()
        return plugins

    def _standing(self, candidate: Candidate) -> _Plugin:
        """Whether a candidate may be imported, decided from its name alone."""
        if candidate.shadowed_by is not None:
            return _Plugin(candidate, "shadowed", f"{candidate.shadowed_by} comes first on sys.path")
        verdict = self._policy.may_load(candidate.distribution)
        if not verdict.allowed:
            return _Plugin(candidate, "denied", str(verdict))
        if self._off is not None:
            return _Plugin(candidate, "disabled", self._off)
        if candidate.distribution in self._disabled:
            return _Plugin(candidate, "disabled", "plugins.disabled")
        if candidate.fault is not None:
            return _Plugin(candidate, "broken", candidate.fault)
        return _Plugin(candidate, "on")

    def _import(self, plugin: _Plugin) -> None:
        """Import a plugin to learn what it declares, or why it is broken."""
        distribution, version = plugin.owner
        try:
            registered = self._registered(plugin)
            hooks = {caller.name for item in registered for caller in self._pluggy.get_hookcallers(item) or ()}
            specs = {}
            for hook in hooks & STATIC_HOOKS.keys():
                answers = self._answers(plugin, hook, {})
                with contained(distribution, version):
                    specs[hook] = [spec for answer in answers for spec in check_specs(hook, answer)]
        except PluginBroken as error:
            plugin.state, plugin.cause = "broken", error.cause
            plugin.manifest = self._index.last_known(distribution) or Manifest()
            return
        plugin.manifest = Manifest(specs, frozenset(hooks))
        self._index.remember(plugin.candidate, plugin.manifest, _files_of(plugin.candidate))

    def _registered(self, plugin: _Plugin) -> list[Any]:
        if plugin.registered is None:
            plugin.registered = register(self._pluggy, plugin.candidate)
        return plugin.registered

    @functools.cached_property
    def _pluggy(self) -> pluggy.PluginManager:
        import pluggy  # with inspect and the like; not needed while the index knows it all

        from hfcli_core import hookspecs

        manager = pluggy.PluginManager("hf")
        manager.add_hookspecs(hookspecs)
        return manager

    def _implementing(self, hook: str) -> Iterator[_Plugin]:
        return (plugin for plugin in self._plugins if plugin.state == "on" and hook in plugin.manifest.hooks)

    def _answers(self, plugin: _Plugin, hook: str, arguments: dict[str, Any]) -> list[Any]:
        registered = self._registered(plugin)
        others = [item for item in self._pluggy.get_plugins() if item not in registered]
        caller = self._pluggy.subset_hook_caller(hook, others)
        with contained(*plugin.owner, what=hook):
            found = caller(**arguments)
            answers = found if isinstance(found, list) and not _is_first_result(caller) else [found]
            # A hook written as a generator runs here, where its failure is contained.
            return [list(item) if isinstance(item, Iterator) else item for item in answers if item is not None]

    def _report(self, error: PluginBroken, hook: str) -> None:
        if (error.distribution, hook) not in self._warned:
            self._warned.add((error.distribution, hook))
            self._warn(error.message)

    @functools.cached_property
    def _settled(self) -> tuple[list[CommandRow], list[CommandRow]]:
        offers = [self._command_row(spec, CORE, __version__) for spec in CORE_COMMANDS]
        for plugin in self._plugins:
            if plugin.state in {"on", "broken"}:
                specs = plugin.manifest.specs.get("hf_commands", [])
                if plugin.state == "broken" and not specs:
                    specs = _guessed_commands(plugin.candidate)
                rows = [self._command_row(spec, *plugin.owner) for spec in specs]
                offers += [row._replace(state=plugin.state, cause=plugin.cause) for row in rows]
        return settle(offers)

    def _command_row(self, spec: CommandSpec, distribution: str, version: str) -> CommandRow:
        options, subcommands = self._index.details(distribution, spec.path)
        return CommandRow(spec, distribution, version, options=options, subcommands=subcommands)

    def _import_command(self, row: CommandRow, target: str) -> click.Command:
        import click

        what = f"hf {row.name}"
        with contained(row.distribution, row.version, what=what):
            command = import_target(target)
        if not isinstance(command, click.Command):
            cause = f"{target} is a {type(command).__name__}, not a click command"
            raise PluginBroken(row.distribution, row.version, cause, what=what)
        options = [name for item in command.params if isinstance(item, click.Option) for name in _names(item)]
        children = command.commands if isinstance(command, click.Group) else {}
        helps = [(name, child.get_short_help_str(200)) for name, child in children.items() if not child.hidden]
        self._index.remember_details(row.distribution, row.spec.path, options, helps)
        self._index.save()
        return command

    @functools.cached_property
    def _refused_backends(self) -> dict[str, Verdict]:
        """Storage backends that the policy does not permit, by name."""
        verdicts = {
            item.spec.name: self._policy.may_use_backend(item.spec) for item in self._declared("hf_storage_backends")
        }
        return {name: verdict for name, verdict in verdicts.items() if not verdict.allowed}

    def _declared(self, hook: str) -> list[LoadedSpec[Any]]:
        """The specs of all plugins in use; of two with one name, that of the distribution that takes precedence."""
        by_name: dict[str, LoadedSpec[Any]] = {}
        for plugin in sorted(self._plugins, key=lambda plugin: precedence(plugin.candidate.distribution)):
            if plugin.state == "on":
                for spec in plugin.manifest.specs.get(hook, []):
                    by_name.setdefault(spec.name, LoadedSpec(spec, *plugin.owner))
        return list(by_name.values())


def _names(option: click.Option) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def _is_first_result(caller: pluggy.HookCaller) -> bool:
    return caller.spec is not None and bool(caller.spec.opts.get("firstresult"))


def _files_of(candidate: Candidate) -> list[str]:
    """The files of a distribution's entry modules, which have just been imported."""
    names = [item.value.partition("[")[0].partition(":")[0].strip() for item in candidate.entry_points]
    return [getattr(sys.modules[name], "__file__", None) or sys.executable for name in names]


def _guessed_commands(candidate: Candidate) -> list[CommandSpec]:
    """Stand-ins for the commands of a plugin that never loaded: its entry points mostly have the names of these."""
    names = [item.name for item in candidate.entry_points] or [candidate.distribution]
    return [CommandSpec(name, help="") for name in names if name.replace("-", "_").isidentifier()]


def _plugin_row(
    plugin: _Plugin, lost: Mapping[tuple[str, tuple[str, ...]], str | None], refused: Mapping[str, Verdict]
) -> PluginRow:
    distribution, version = plugin.owner
    paths = [tuple(spec.path.split(".")) for spec in plugin.manifest.specs.get("hf_commands", [])]
    adds = []
    for path in paths:
        cause = lost.get((distribution, path))
        if cause or path[:-1] not in paths:
            adds.append(f"hf {' '.join(path)}" + (f" ({cause})" if cause else ""))
    for hook, specs in sorted(plugin.manifest.specs.items()):
        refusals = refused if hook == "hf_storage_backends" else {}
        if hook != "hf_commands":
            for spec in specs:
                verdict = refusals.get(spec.name)
                adds.append(f"{_KINDS[hook]} {spec.name}" + (f" (not permitted: {verdict})" if verdict else ""))
    adds += sorted(plugin.manifest.hooks - STATIC_HOOKS.keys())
    return PluginRow(
        name=", ".join(item.name for item in plugin.candidate.entry_points),
        distribution=distribution,
        version=version,
        state=plugin.state,
        adds=tuple(adds),
        cause=plugin.cause,
        location=plugin.candidate.metadata,
        commands=tuple(dict.fromkeys(path[0] for path in paths)),
    )


_KINDS = {
    "hf_auth_providers": "credentials",
    "hf_storage_backends": "backend",
    "hf_services": "service",
    "hf_settings": "setting",
    "hf_output_formats": "format",
}
