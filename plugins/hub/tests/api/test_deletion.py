"""A repo that is deleted while others use it: they are told so, or are served; nothing breaks."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Body

API = "/api/models/alice/model"
READS = [
    "",
    "?blobs=1",
    "/revision/main",
    "/tree/main?recursive=1&expand=1",
    "/refs",
    "/commits/main",
]


def test_reads_and_commits_during_deletions(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    files = {f"d{n % 5}/{n}.txt": b"text" for n in range(40)}
    over = Event()

    def until_over(call: Callable[[int], httpx.Response]) -> set[int]:
        seen = set()
        for number in itertools.count():
            if over.is_set():
                return seen
            answer = call(number)
            seen.add(answer.status_code)
            assert answer.status_code == 200 or answer.headers["x-error-code"] == "RepoNotFound", answer.text
        return seen

    calls: list[Callable[[int], httpx.Response]] = [
        lambda n: alice.get(API + READS[n % len(READS)]),
        lambda n: alice.get("/alice/model/resolve/main/.gitattributes"),
        lambda n: alice.get("/api/models?full=1"),
        lambda n: alice.post(f"{API}/commit/main", content=body({f"new/{n}": b"1"})),
    ]
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(until_over, call) for call in calls]
        try:
            for _ in range(6):
                repo = hub.create_repo("alice/model")
                hub.put_files("alice/model", files)
                hub.store.delete_repo(repo)
        finally:
            over.set()
        seen = [future.result(30) for future in running]
    assert all(200 in statuses for statuses in seen)
    assert not [*(hub.store.data / "repos").iterdir()]
