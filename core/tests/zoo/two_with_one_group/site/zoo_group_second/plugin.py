from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands():
    return [
        CommandSpec("tools", help="Tools"),
        CommandSpec("tools.second", help="Greet", target="zoo_group_second.cli:hello"),
    ]
