import os
from pathlib import Path

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1

Path(os.environ["ZOO_MARKER"]).touch()


@hookimpl
def hf_commands():
    return [CommandSpec("hello", help="Greet", target="zoo_set_aside.cli:hello")]
