from hfcli_core.api import hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands():
    return [{"path": "hello"}]
