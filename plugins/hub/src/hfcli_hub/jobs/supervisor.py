"""Runs the command of one job, and outlives the Hub: ``python -I -S supervisor.py DIRECTORY``, orders on stdin.

It is a program of its own, so that a Hub that is killed finds the end of its jobs afterwards. In the directory::

    lock      locked as long as this process lives
    pid       of this process
    child     of the command, whose session holds everything that the job starts
    log       one JSON object a line: {"timestamp", "data"}
    end.json  how it ended; written last, and whole

The orders are a JSON object: ``argv``, ``env``, ``cwd``, ``timeout`` (seconds), ``memory`` (bytes or null),
``attempts``, ``grace`` (seconds between a polite and a rude end), ``log_limit`` (bytes), ``title``. They come by stdin,
as secrets are among them and command lines are public. SIGTERM cancels the job.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

READ = 1 << 16
LONGEST_LINE = 16 << 20
DRAIN_SECONDS = 1.0


class Log:
    """The file of lines; it stops growing at its limit, and says so."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file, self._left, self._partial = file, limit, bytearray()

    def feed(self, data: bytes) -> None:
        """Output of the command as it comes, in any pieces."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._partial += line
            self._flush()
        self._partial += rest
        if len(self._partial) > LONGEST_LINE:
            self._flush()

    def end_line(self) -> None:
        if self._partial:
            self._flush()

    def say(self, text: str) -> None:
        line = json.dumps({"timestamp": timestamp(), "data": text}, ensure_ascii=False).encode("utf-8", "replace")
        if self._left > 0:
            self._left -= len(line)
            if self._left <= 0:
                line = json.dumps({"timestamp": timestamp(), "data": "===== The log is full ====="}).encode()
            self._file.write(line + b"\n")
            self._file.flush()

    def _flush(self) -> None:
        text = self._partial.decode("utf-8", "replace")
        self._partial.clear()
        self.say(text)


class Supervisor:
    def __init__(self, directory: str, orders: dict[str, Any], log: Log) -> None:
        self._directory, self._orders, self._log = directory, orders, log
        self._deadline = time.monotonic() + orders["timeout"]
        self.cancelled = False
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGTERM, self._cancel)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        signal.signal(signal.SIGCHLD, lambda *_: self._wake_up())

    def run(self) -> dict[str, Any]:
        """Every attempt, until one succeeds; the object of ``end.json``."""
        self._log.say(self._orders["title"].replace("{now}", datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")))
        for attempt in range(1, self._orders["attempts"] + 1):
            if attempt > 1:
                self._log.say(f"===== Attempt {attempt} of {self._orders['attempts']} =====")
            reason, code = self._attempt()
            if reason != "exited" or code == 0:
                break
        return {"reason": reason, "exit_code": code, "finished_at": timestamp()}

    def _attempt(self) -> tuple[str, int | None]:
        if self.cancelled:
            return "canceled", None
        try:
            child = subprocess.Popen(  # noqa: S603  to run what it is told is what it is for
                self._orders["argv"],
                env=self._orders["env"],
                cwd=self._orders["cwd"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._limit,  # noqa: PLW1509  there is one thread
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            word = self._orders["argv"][0]
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._log.say(f"{word}: {reason}")
            return "exited", 127
        write(self._directory, "child", str(child.pid))
        assert child.stdout is not None
        reason = self._follow(child, child.stdout.fileno())
        child.wait()
        child.stdout.close()
        self._log.end_line()
        code = child.returncode
        return reason, code if code >= 0 else 128 - code

    def _follow(self, child: subprocess.Popen[bytes], output: int) -> str:
        """Copy what the command says until it has ended, on its own or because it must; why it ended."""
        reason, rude_from, drain_until = "exited", None, None
        reading = True
        while reading or child.poll() is None:
            now = time.monotonic()
            if child.poll() is not None and drain_until is None:
                # As in a container, nothing that the command has started outlives it.
                self._signal(child, signal.SIGKILL)
                drain_until = now + DRAIN_SECONDS
            if drain_until is not None and now >= drain_until:
                break
            if reason == "exited" and drain_until is None and (self.cancelled or now >= self._deadline):
                reason = "canceled" if self.cancelled else "timeout"
                rude_from = now + self._orders["grace"]
                self._signal(child, signal.SIGTERM)
            if rude_from is not None and now >= rude_from:
                self._signal(child, signal.SIGKILL)
                rude_from = None
            wait = min(x for x in (drain_until, rude_from, self._deadline, now + 60) if x is not None and x > now) - now
            ready, _, _ = select.select([self._awake, *([output] if reading else [])], [], [], wait)
            if self._awake in ready:
                with suppress(BlockingIOError):
                    os.read(self._awake, READ)
            if output in ready:
                data = os.read(output, READ)
                reading = bool(data)
                self._log.feed(data)
        return reason

    def _limit(self) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if self._orders["memory"]:
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_AS, (self._orders["memory"], self._orders["memory"]))

    def _cancel(self, *_: object) -> None:
        self.cancelled = True
        self._wake_up()

    def _wake_up(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._wake, b".")

    @staticmethod
    def _signal(child: subprocess.Popen[bytes], number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)


def timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def write(directory: str, name: str, text: str) -> None:
    """A file that is there whole or not at all."""
    draft = os.path.join(directory, f"{name}.draft")  # noqa: PTH118  pathlib would double the start-up time
    with open(draft, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, os.path.join(directory, name))  # noqa: PTH105, PTH118


def main() -> None:
    directory = sys.argv[1]
    # Whoever finds the lock taken may cancel, also before the orders have come.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with open(f"{directory}/lock", "wb") as lock, open(f"{directory}/log", "ab") as file:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        write(directory, "pid", str(os.getpid()))
        orders = json.loads(sys.stdin.buffer.read())
        supervisor = Supervisor(directory, orders, Log(file, orders["log_limit"]))
        os.close(1)  # says to the Hub that from here on SIGTERM cancels the job
        end = supervisor.run()
        os.fsync(file.fileno())
        write(directory, "end.json", json.dumps(end))


if __name__ == "__main__":
    main()
