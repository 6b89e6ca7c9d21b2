"""Questions to a person at a terminal; where there is none, an error that names the flag to pass instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from hfcli_core.errors import HfError, UsageError
from hfcli_core.output.escaping import escape
from hfcli_core.output.streams import is_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

_ATTEMPTS = 3
_ANSWERS: Mapping[str, bool] = {"y": True, "yes": True, "n": False, "no": False}


class Aborted(HfError):  # noqa: N818  the name of an outcome, not of a fault
    """The person declined, or ended the input; exit code 1."""

    code = "aborted"

    def __init__(self) -> None:
        super().__init__("Aborted.")


class Prompter:
    """Asks on standard error and reads standard input, both of which must be terminals: a pipe is never blocked."""

    def __init__(self, stdin: TextIO | None, stderr: TextIO, *, allowed: bool) -> None:
        self._stdin = stdin
        self._stderr = stderr
        self._allowed = allowed

    def confirm(self, question: str, *, flag: str, default: bool) -> None:
        """Return when the answer is yes, raise :class:`Aborted` when it is no."""
        stdin = self._terminal(question, flag)
        choices = "[Y/n]" if default else "[y/N]"
        for _ in range(_ATTEMPTS):
            answer = self._read_line(stdin, f"{escape(question)} {choices}: ").lower()
            agreed = _ANSWERS.get(answer) if answer else default
            if agreed:
                return
            if agreed is False:
                break
        raise Aborted

    def ask(self, question: str, *, flag: str, hidden: bool, required: bool = True) -> str:
        """The answer without surrounding space; an empty one is asked for again where one is ``required``.

        ``hidden`` shows no typing.
        """
        stdin = self._terminal(question, flag)
        for _ in range(_ATTEMPTS):
            prompt = f"{escape(question)}: "
            answer = self._read_hidden(prompt) if hidden else self._read_line(stdin, prompt)
            if answer or not required:
                return answer
        raise Aborted

    def _terminal(self, question: str, flag: str) -> TextIO:
        if self._stdin is None or not self._allowed or not (is_terminal(self._stdin) and is_terminal(self._stderr)):
            raise UsageError(f"nobody can be asked: {question}", hint=f"pass {flag}")
        return self._stdin

    def _read_line(self, stdin: TextIO, prompt: str) -> str:
        self._stderr.write(prompt)
        self._stderr.flush()
        line = stdin.readline()
        if not line:
            # The end of input leaves the cursor behind the question.
            self._stderr.write("\n")
            raise Aborted
        return line.strip()

    def _read_hidden(self, prompt: str) -> str:
        from getpass import getpass

        try:
            return getpass(prompt, stream=self._stderr).strip()
        except EOFError:
            self._stderr.write("\n")
            raise Aborted from None
