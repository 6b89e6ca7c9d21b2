"""The examples of the hook specifications, each run as a plugin of its own."""

from __future__ import annotations

import inspect
import textwrap
import types
from typing import Any

import httpx
import pluggy
import pytest
from hfcli_core import api, hookspecs
from hfcli_core.plugins.manifest import FITS, STATIC_HOOKS, check_specs, field_types

HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("hf_"))
ARGUMENTS: dict[str, dict[str, Any]] = {
    "hf_env_info": {"app": None},
    "hf_before_command": {"invocation": api.Invocation(("download",), {}, "hfcli-transfer")},
    "hf_after_command": {
        "invocation": api.Invocation(("download",), {}, "hfcli-transfer"),
        "outcome": api.Outcome(5, "repo-not-found", 0.1),
    },
    "hf_error_hints": {"error": api.NetworkError("unreachable")},
    "hf_request_headers": {"request": api.RequestInfo("GET", "http://127.0.0.1/", {})},
    "hf_http_transport": {"endpoint": "http://127.0.0.1"},
}
ANSWERS: dict[str, Any] = {
    "hf_env_info": [{"Proxy of the company": "on"}],
    "hf_before_command": [],
    "hf_after_command": [],
    "hf_error_hints": [["is the VPN on?"]],
    "hf_request_headers": [{"X-Team": "research"}],
}


@pytest.mark.parametrize("hook", HOOKS)
def test_example_runs(hook: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(httpx, "HTTPTransport", lambda cert: f"transport with {cert}")  # no such file here
    caller = getattr(_registered(hook).hook, hook)
    answer = caller(**ARGUMENTS.get(hook, {}))
    if hook in STATIC_HOOKS:
        (specs,) = answer
        assert check_specs(hook, specs) == specs
        assert [type(spec) for spec in specs] == [STATIC_HOOKS[hook]]
    else:
        assert answer == ANSWERS.get(hook, "transport with client.pem")
    assert capsys.readouterr().out == ("download 5\n" if hook == "hf_after_command" else "")


def test_the_example_of_a_guard_denies() -> None:
    invocation = api.Invocation(("upload",), {}, "hfcli-transfer")
    with pytest.raises(api.CommandDenied, match="until Monday"):
        _registered("hf_before_command").hook.hf_before_command(invocation=invocation)


def test_static_hooks_are_those_without_arguments() -> None:
    assert sorted(STATIC_HOOKS) == [
        name for name in HOOKS if not inspect.signature(getattr(hookspecs, name)).parameters
    ]


def test_every_field_of_a_spec_can_be_checked() -> None:
    annotations = {annotation for spec in STATIC_HOOKS.values() for _, annotation in field_types(spec)}
    assert annotations <= FITS.keys()


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"path": "hello"}, "returned a dict where a CommandSpec belongs"),
        (api.CommandSpec("hello", help=None), "CommandSpec.help is None, not str"),  # type: ignore[arg-type]
        (api.CommandSpec("hello", help="", aliases="hi"), "CommandSpec.aliases is 'hi'"),  # type: ignore[arg-type]
        (api.CommandSpec("hello", help="", passthrough=True), "CommandSpec.passthrough is True"),
        (api.CommandSpec("hello world", help=""), "'hello world' is no command path"),
        (api.CommandSpec("--help", help=""), "'--help' is no command path"),
        (api.CommandSpec("hello", help="", target="hello"), "'hello' is not of the form 'module:attribute'"),
        (api.CommandSpec("hello", help="", target="a.b:c; d"), "is not of the form"),
    ],
)
def test_a_spec_that_is_none_is_refused(spec: object, complaint: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        check_specs("hf_commands", [spec])
    assert complaint in str(caught.value)


def _registered(hook: str) -> pluggy.PluginManager:
    text = inspect.getdoc(getattr(hookspecs, hook)) or ""
    example = textwrap.dedent(text.partition("Example::\n")[2])
    plugin = types.ModuleType(f"example_of_{hook}")
    exec(example, plugin.__dict__)
    assert plugin.HF_PLUGIN_API == 1
    manager = pluggy.PluginManager("hf")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    return manager
