"""argv → exit code, and the one place where errors end (exit codes: faults.md).

``hf --version`` is answered before anything else is imported, so imports are inside functions.
"""

from __future__ import annotations

import sys

from hfcli_core import __version__

TYPE_CHECKING = False  # typing's own costs more than the answer to --version
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.app import App
    from hfcli_core.errors import HfError

_NARROWEST_HELP, _WIDEST_HELP = 30, 100


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``hf`` with the words of ``argv`` (default: those of the process) and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(__version__)  # noqa: T201  the output layer costs more than the whole budget of this answer
        return 0

    import gc

    if argv is None:
        # Most of what a command makes lives as long as its process: looking through it again and again, and once more
        # at the end, would take a tenth of the time of a short one.
        gc.set_threshold(20_000, 5, 2)
    try:
        from hfcli_core.interrupts import raised_in_main_thread
        from hfcli_core.output.streams import prepare

        sys.stdout, sys.stderr = prepare(sys.stdout), prepare(sys.stderr)
        with raised_in_main_thread(process_ends=argv is None):
            return _run(arguments)
    except KeyboardInterrupt as interruption:  # before anything ran, or while an end was being told
        return getattr(interruption, "exit_code", 130)
    finally:
        if argv is None:
            gc.freeze()


def _run(arguments: list[str]) -> int:
    import time

    from hfcli_core.app import App
    from hfcli_core.output.streams import write

    app = App()
    started = time.monotonic()
    error: HfError | None = None
    try:
        exit_code = _execute(app, arguments)
        write(sys.stdout, "")  # what a command printed itself must be out, or its loss be told
    except BaseException as raised:
        from hfcli_core.failures import end_of, tell

        exit_code, error = end_of(app, raised)
        if error is not None:
            tell(app, arguments, error, raised)
    if app.invocation is not None:
        from hfcli_core.specs import Outcome

        outcome = Outcome(exit_code, error.code if error else None, time.monotonic() - started)
        app.plugins.call("hf_after_command", invocation=app.invocation, outcome=outcome)
    app.close()
    return exit_code


def _execute(app: App, arguments: list[str]) -> int:
    from click.exceptions import Exit

    from hfcli_core.cli.root import Root
    from hfcli_core.output.streams import terminal_size

    root = Root()
    if instruction := app.environ.get("_HF_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(root, {"obj": app}, "hf", "_HF_COMPLETE", instruction)
    # Click would ask shutil, whose import costs as much as finding all plugins.
    width = max(min(terminal_size(sys.stdout, app.environ)[0], _WIDEST_HELP) - 2, _NARROWEST_HELP)
    try:
        with root.make_context("hf", list(arguments), obj=app, terminal_width=width) as ctx:
            root.invoke(ctx)
        exit_code = 0
    except Exit as end:
        exit_code = end.exit_code
    if app.config_error is not None:
        app.output.warn(f"{app.config_error.message}; no plugin is loaded before it is mended")
    return exit_code
