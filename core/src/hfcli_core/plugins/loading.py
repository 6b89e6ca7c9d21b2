"""Running a plugin's code so that whatever it does stays its own failure."""

from __future__ import annotations

import functools
import importlib
import io
import os
import sys
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

from hfcli_core import PLUGIN_API, __version__
from hfcli_core.errors import HfError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pluggy

    from hfcli_core.plugins.discovery import Candidate, EntryPoint


class PluginBroken(HfError):  # noqa: N818  the state of a plugin, as `hf plugins ls` shows it
    """Code of a plugin failed to load. The message names the distribution, its version and the cause."""

    code = "plugin-broken"

    def __init__(self, distribution: str, version: str, cause: str, *, what: str = "") -> None:
        subject = f"{what} of " if what else ""
        super().__init__(
            f"{subject}the plugin {distribution} {version} is broken: {cause}",
            hint=f"reinstall or upgrade {distribution}, or set it aside with plugins.disabled in config.toml",
            details={"distribution": distribution, "version": version, "cause": cause},
        )
        self.distribution = distribution
        self.version = version
        self.cause = cause


@contextmanager
def contained(distribution: str, version: str, *, what: str = "") -> Iterator[None]:
    """Turn any failure inside into :class:`PluginBroken`, and keep what is printed inside off stdout.

    ``SystemExit`` is a failure too, also with code 0: a plugin must not end the program. Only the user's own
    interruption passes.
    """
    with diverted_stdout():
        try:
            yield
        except (KeyboardInterrupt, GeneratorExit, PluginBroken):
            raise
        except BaseException as error:
            raise PluginBroken(distribution, version, cause_of(error), what=what) from error


def cause_of(error: BaseException) -> str:
    """One line that says what was raised."""
    lines = str(error).strip().splitlines()
    if type(error).__name__ == "PluginValidationError":  # pluggy's, whose first line repeats what the caller knows
        return "; ".join(lines[1:])
    if isinstance(error, SystemExit):
        return f"it tried to end the program (SystemExit: {lines[0] if lines else 0})"
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


@contextmanager
def diverted_stdout() -> Iterator[None]:
    """Send to stderr what is written to stdout meanwhile, by ``print`` or to the descriptor.

    ``sys.stdout`` itself is replaced only where it does not write to descriptor 1 (as in tests): a module may keep a
    reference to it for later.
    """
    _flush_stdout()
    try:
        saved = os.dup(1)
    except OSError:  # closed, so there is nothing to protect
        saved = None
    try:
        if saved is not None:
            with suppress(OSError):
                os.dup2(2, 1)
        with nullcontext() if _is_descriptor_1(sys.stdout) else redirect_stdout(sys.stderr):
            yield
    finally:
        _flush_stdout()
        if saved is not None:
            os.dup2(saved, 1)
            os.close(saved)


def import_target(target: str) -> Any:
    """The object that ``"module:attribute"`` or ``"module"`` names; whatever its import raises passes."""
    module_name, _, attribute = target.partition("[")[0].partition(":")  # "[extras]" may follow in an entry point
    module = importlib.import_module(module_name.strip())
    names = attribute.strip()
    return functools.reduce(getattr, names.split("."), module) if names else module


def register(manager: pluggy.PluginManager, candidate: Candidate) -> list[Any]:
    """Import a distribution's plugins and register them; all of them or none. ``PluginBroken`` says why none."""
    registered: list[Any] = []
    try:
        with contained(candidate.distribution, candidate.version):
            for entry_point in candidate.entry_points:
                plugin = import_target(entry_point.value)
                _check_api(plugin, entry_point, candidate)
                registered.append(plugin)
                manager.register(plugin, name=f"{candidate.distribution}:{entry_point.name}")
                _check_hooks(manager, plugin, candidate)
    except BaseException:
        for plugin in registered:
            if manager.is_registered(plugin):
                manager.unregister(plugin)
        raise
    return registered


def _flush_stdout() -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()


def _is_descriptor_1(stream: Any) -> bool:
    try:
        return bool(stream.fileno() == 1)
    except (AttributeError, io.UnsupportedOperation, ValueError, OSError):
        return False


def _check_api(plugin: object, entry_point: EntryPoint, candidate: Candidate) -> None:
    module = sys.modules[entry_point.value.partition(":")[0].partition("[")[0].strip()]
    number = getattr(plugin, "HF_PLUGIN_API", getattr(module, "HF_PLUGIN_API", None))
    if not isinstance(number, int):
        cause = f"{module.__name__} does not declare HF_PLUGIN_API"
        raise PluginBroken(candidate.distribution, candidate.version, cause)
    if number not in {PLUGIN_API, PLUGIN_API - 1}:
        cause = f"it is written for plugin API {number}; hfcli-core {__version__} has {PLUGIN_API}"
        raise PluginBroken(candidate.distribution, candidate.version, cause)


def _check_hooks(manager: pluggy.PluginManager, plugin: object, candidate: Candidate) -> None:
    for caller in manager.get_hookcallers(plugin) or ():
        if not caller.has_spec():
            raise PluginBroken(candidate.distribution, candidate.version, f"there is no hook named {caller.name}")
