"""A server of one job whose log comes as a test wants it: what no Hub that works would send."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JOB = "0123456789abcdef01234567"


def event(second: int, text: str, event_id: str | None = None) -> bytes:
    """A line of a log as the real service sends it, at that second."""
    data = json.dumps({"timestamp": f"2026-01-31T12:00:{second:02}.000Z", "data": text})
    return (f"id: {event_id}\n" if event_id else "").encode() + f"event: log\ndata: {data}\n\n".encode()


@dataclass
class Script:
    """``streams``: the body of each request of the log in turn, the last one for all further ones.

    ``running``: how many of them are asked for before the job has ended; ``whole``: whether a body says how long it is,
    so that one that is cut can be told from one that ends.
    """

    streams: Sequence[bytes]
    running: int = 1
    end: str = "COMPLETED"
    cut: int | None = None
    """Where the first stream is cut off."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request of the log."""

    def job(self) -> dict[str, Any]:
        stage = self.end if len(self.asked) >= self.running else "RUNNING"
        return {
            "id": JOB,
            "dockerImage": "python:3.12",
            "command": ["true"],
            "status": {"stage": stage, "message": None},
            "owner": {"id": "1", "name": "alice", "type": "user"},
        }


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The endpoint of a server that plays the script."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 20  # small pieces, each waiting for the receipt of the one before, would take 40 ms

        def do_GET(self) -> None:
            if self.path.partition("?")[0].endswith("/logs"):
                self._stream()
                return
            data = {"name": "alice"} if self.path.endswith("whoami-v2") else script.job()
            body = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def _stream(self) -> None:
            number = len(script.asked)
            script.asked.append({name.lower(): value for name, value in self.headers.items()})
            body = script.streams[min(number, len(script.streams) - 1)]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            sent = body if number or script.cut is None else body[: script.cut]
            for start in range(0, len(sent), 1 << 16):
                part = sent[start : start + (1 << 16)]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            if len(sent) == len(body):
                self.wfile.write(b"0\r\n\r\n")
            else:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
