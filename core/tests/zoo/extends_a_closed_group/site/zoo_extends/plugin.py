from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands():
    return [CommandSpec("plugins.hello", help="Greet", target="zoo_extends.cli:hello")]
