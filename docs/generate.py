"""Write the reference pages from the code: `python3 dev.py docs`; `--check` only says whether they are stale."""

from __future__ import annotations

import argparse
import inspect
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from hfcli_core import errors, hookspecs
from hfcli_core.app import App
from hfcli_core.cli.root import Root
from hfcli_core.settings import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).resolve().parent / "reference"
GENERATED = "<!-- Written by docs/generate.py; change the code, then run `python3 dev.py docs`. -->\n"
WIDTH = 100


def commands() -> str:
    """Every visible command with its help, in the order of the tree."""
    with tempfile.TemporaryDirectory() as home:
        app = App(environ={"HOME": home, "HF_HOME": home})
        context = click.Context(Root(), info_name="hf", obj=app, terminal_width=WIDTH, max_content_width=WIDTH)
        sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(context)]
    return f"# Commands\n\n{GENERATED}\n" + "\n".join(sections)


def _helps(context: click.Context) -> Iterator[tuple[str, str]]:
    command = context.command
    yield context.command_path, command.get_help(context)
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        if child is not None and not child.hidden:
            yield from _helps(
                click.Context(child, info_name=name, parent=context, terminal_width=WIDTH, max_content_width=WIDTH)
            )


def settings() -> str:
    """Every setting of the core: its key, its variables, its default, what it does."""
    rows = [
        f"| `{setting.name}` | {_variables(setting.env)} | {_default(setting.default)} | {setting.help} |"
        for setting in sorted(TABLE, key=lambda setting: setting.name)
    ]
    head = (
        "# Settings\n\n" + GENERATED + "\nA flag beats the environment, the environment beats `config.toml`, that "
        "beats the default.\n`hf config list --show-origin` shows which value is in effect, and why.\n\n"
        "| key in `config.toml` | environment | default | what it does |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _variables(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _default(value: Any) -> str:
    if value in (None, ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def exit_codes() -> str:
    """The classes of failure with their exit codes, from the module that raises them."""
    classes = [errors.HfError, *_descendants(errors.HfError)]
    rows = [f"| {cls.exit_code} | `{cls.code}` | {'yes' if cls.retryable else ''} |" for cls in classes]
    drawn = (inspect.getdoc(errors) or "").partition("::\n\n")[2]
    tree, _, prose = drawn.partition("\n\nA ``code``")
    return (
        f"# Exit codes\n\n{GENERATED}\n0 is success; 129, 130 and 143 are the signals HUP, INT and TERM. "
        "`hf hub run` and `hf plugins run` exit with\nthe code of what they ran. With `--json` the error is an object "
        f"on stderr.\nA `code`{prose}\n\n| exit code | `code` | trying again may help |\n|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n```text\n{inspect.cleandoc(tree)}\n```\n"
    )


def _descendants(cls: type[errors.HfError]) -> Iterator[type[errors.HfError]]:
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from _descendants(child)


def hooks() -> str:
    """Every hook with its example, from the docstrings that a test runs."""
    sections = []
    for name, function in vars(hookspecs).items():
        if not name.startswith("hf_"):
            continue
        text = inspect.getdoc(function) or ""
        prose, _, example = text.partition("Example::\n\n")
        code = inspect.cleandoc(example)
        arguments = ", ".join(inspect.signature(function).parameters)
        sections.append(f"## `{name}({arguments})`\n\n{prose.strip()}\n\n```python\n{code}\n```\n")
    return f"# Hooks\n\n{GENERATED}\n{inspect.getdoc(hookspecs)}\n\n" + "\n".join(sections)


PAGES = {"commands.md": commands, "settings.md": settings, "exit-codes.md": exit_codes, "hooks.md": hooks}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is stale")
    check = parser.parse_args().check
    stale = 0
    REFERENCE.mkdir(exist_ok=True)
    for name, make in PAGES.items():
        page, text = REFERENCE / name, make()
        if page.exists() and page.read_text() == text:
            continue
        stale += 1
        if not check:
            page.write_text(text)
        print(f"{'stale' if check else 'wrote'}: docs/reference/{name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
