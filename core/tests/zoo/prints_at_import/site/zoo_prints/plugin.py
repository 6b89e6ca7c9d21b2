import os
import sys

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1

print("noise by print")
print("noise by the original stream", file=sys.__stdout__)
os.write(1, b"noise by the descriptor\n")


@hookimpl
def hf_commands():
    print("noise by a hook")
    return [CommandSpec("hello", help="Greet", target="zoo_prints.cli:hello")]
