"""``python -m bench.hub FOLDER``: serve on two free ports, print both addresses as JSON, end when stdin does.

The end of stdin is the end of whoever started it, so no server is left behind, however a benchmark ends.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import sys
from pathlib import Path

from bench.hub import control, reading, writing
from bench.hub.connection import Connection
from bench.hub.state import CDN, HUB, State

ROUTES = (control, reading, writing)  # importing them registers what they answer


async def serve(data: Path) -> None:
    state, loop = State(data), asyncio.get_running_loop()
    for role in (HUB, CDN):
        server = await loop.create_server(functools.partial(Connection, state, role), "127.0.0.1", 0, backlog=1024)
        state.endpoints[role] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(json.dumps(state.endpoints), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hub", description=__doc__)
    parser.add_argument("data", type=Path, help="where the bytes of LFS files are made, and found the next time")
    asyncio.run(serve(parser.parse_args().data))


if __name__ == "__main__":
    main()
