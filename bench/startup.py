"""Start-up cost of `hf`, in CPU time as a multiple of an empty Python process, measured in turns in one run.

`python3 dev.py bench --check` fails when a budget of docs/architecture.md is exceeded. Measured from installed wheels
with a warm index, medians of many runs.
"""

from __future__ import annotations

import os
import ssl
import statistics
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BUDGETS = {"--version": 2.0, "--help": 7.0, "completion": 7.0, "plugins ls": 10.0, "auth whoami": 17.0}


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    """User and system time of one run, as the operating system accounts for the finished child."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


class WhoAmI(BaseHTTPRequestHandler):
    """The cheapest server that a network command accepts, so that the client alone is measured."""

    def do_GET(self) -> None:
        body = b'{"type":"user","name":"alice","orgs":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent: the output is the table."""


def certify(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, its key beside it."""
    certificate = folder / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate.with_suffix(".key"), "-out", certificate]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True)
    return certificate


def measure(programs: Path, rounds: int) -> dict[str, float]:
    """Median multiples of `python -c pass` per command, of the `hf` and the `python` in the folder ``programs``."""
    with tempfile.TemporaryDirectory() as temporary, ThreadingHTTPServer(("127.0.0.1", 0), WhoAmI) as server:
        folder = Path(temporary)
        certificate = certify(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {
            "PATH": os.defpath,
            "HOME": str(folder / "home"),
            "HF_ENDPOINT": f"https://127.0.0.1:{server.server_port}",
            "HF_TOKEN": "hf_benchmark",
            "SSL_CERT_FILE": str(certificate),
        }
        hf = str(programs / "hf")
        empty = [str(programs / "python"), "-c", "pass"]
        completing = {"_HF_COMPLETE": "bash_complete", "COMP_WORDS": "hf do", "COMP_CWORD": "1"}
        commands = {name: ([hf, *name.split()], environment) for name in BUDGETS if name != "completion"}
        commands["completion"] = ([hf], environment | completing)
        multiples: dict[str, list[float]] = {name: [] for name in BUDGETS}
        for number in range(rounds + 1):
            for name, (command, variables) in commands.items():
                ratio = cpu_seconds(command, variables) / cpu_seconds(empty, environment)
                if number:
                    multiples[name].append(ratio)
        server.shutdown()
        return {name: statistics.median(ratios) for name, ratios in multiples.items()}
