from hfcli_core.api import CommandSpec, hookimpl


@hookimpl
def hf_commands():
    return [CommandSpec("hello", help="Greet", target="zoo_numberless.cli:hello")]
