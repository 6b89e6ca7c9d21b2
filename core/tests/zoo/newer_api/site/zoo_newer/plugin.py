from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 99


@hookimpl
def hf_commands():
    return [CommandSpec("hello", help="Greet", target="zoo_newer.cli:hello")]
