import sys

import click


@click.command("hello")
@click.argument("code", type=int)
def hello(code):
    """End with a code of its own, as a command that runs another one does."""
    sys.exit(code)
