from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands():
    return [CommandSpec("hello", help="Greet", target="zoo_code.cli:hello")]
