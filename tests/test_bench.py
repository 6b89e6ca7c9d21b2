"""The benchmark itself: its server serves what it should as fast as it may, and its figures say what was measured."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench import report, startup
from bench.budgets import judge, judge_startup
from bench.clients import Client, Curl, other
from bench.downloads import Download, Resume
from bench.measure import Interruption, run
from bench.results import Record, Results, Run, read
from bench.scenarios import BY_ID, PAGE, select
from bench.server import Server
from bench.stage import Stage

MIB = 1 << 20
REPO = "bench/L1x2m-S3x1k"
LARGE = "model.safetensors"

Answer = tuple[http.client.HTTPResponse, bytes]
Get = Callable[..., Answer]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("content")) as running:
        yield running


@pytest.fixture
def hub(server: Server) -> Server:
    """The server with its default settings, its counters at zero, and the content of REPO made."""
    server.contents(REPO)
    server.configure({})
    server.reset()
    return server


@pytest.fixture
def get(hub: Server) -> Get:
    """``get("/path", range="bytes=0-9")`` on a connection of its own; one redirect is followed if there is one."""

    def get(address: str, method: str = "GET", **headers: str) -> Answer:
        url = urlsplit(address if "://" in address else f"{hub.endpoint}{address}")
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
        try:
            connection.request(method, f"{url.path}?{url.query}", headers=headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        location = response.headers.get("Location")
        return get(location, method, **headers) if location else (response, body)

    return get


def resolve(path: str) -> str:
    return f"/{REPO}/resolve/main/{path}"


def test_every_file_has_the_announced_bytes(hub: Server, get: Get) -> None:
    contents = hub.contents(REPO)
    assert sorted(contents) == ["config.json", "file-001.json", "file-002.json", LARGE]
    for path, (size, sha256) in contents.items():
        _, body = get(resolve(path))
        assert (len(body), hashlib.sha256(body).hexdigest()) == (size, sha256)


@pytest.mark.parametrize("path", [LARGE, "config.json"])
def test_a_range_is_a_part_of_the_whole(get: Get, path: str) -> None:
    _, whole = get(resolve(path))
    size = len(whole)
    for asked, first, end in [("100-899", 100, 900), (f"{size - 5}-", size - 5, size), ("-7", size - 7, size)]:
        response, part = get(resolve(path), range=f"bytes={asked}")
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes {first}-{end - 1}/{size}"
        assert part == whole[first:end]
    response, _ = get(resolve(path), range=f"bytes={size}-")
    assert response.status == 416


def test_head_describes_the_content(hub: Server, get: Get) -> None:
    size, sha256 = hub.contents(REPO)[LARGE]
    response, body = get(resolve(LARGE), "HEAD")
    assert (body, response.headers["Content-Length"], response.headers["ETag"]) == (b"", str(size), f'"{sha256}"')


def test_the_tree_comes_in_pages(hub: Server, get: Get) -> None:
    hub.configure({"tree_page": 3})
    response, first = get(f"/api/models/{REPO}/tree/main?recursive=true")
    following = response.headers["Link"].partition(">")[0].strip("<")
    response, second = get(following)
    assert [len(json.loads(page)) for page in (first, second)] == [3, 1]
    assert "Link" not in response.headers
    assert {entry["path"] for entry in json.loads(first) + json.loads(second)} == set(hub.contents(REPO))


def test_what_is_not_there_is_said_in_the_words_of_the_hub(get: Get) -> None:
    for path, code in [
        ("/api/models/alice/unknown", "RepoNotFound"),
        (f"/api/models/{REPO}/revision/unknown", "RevisionNotFound"),
        (resolve("unknown"), "EntryNotFound"),
    ]:
        response, _ = get(path)
        assert (response.status, response.headers["X-Error-Code"]) == (404, code)


def test_counts_requests_bytes_and_connections_but_not_its_control(hub: Server, get: Get) -> None:
    get(resolve(LARGE), range="bytes=0-999", authorization="Bearer secret")
    get("/nowhere")
    counters = hub.settled()
    assert counters["requests"] == {"GET cdn": 1, "GET other": 1, "GET resolve": 1}
    assert counters["bytes"]["cdn"] == 1000
    assert counters["connections"] == {"hub": 2, "cdn": 1}
    assert counters["statuses"] == {"206": 1, "302": 1, "404": 1}
    assert counters["tokens_on_cdn"] == 1
    hub.reset()
    assert hub.counters()["requests"] == {}


def test_waits_for_each_request_and_for_a_new_connection(hub: Server, get: Get) -> None:
    hub.configure({"latency": 0.05, "connection_latency": 0.1})
    started = time.monotonic()
    get("/api/whoami-v2", authorization="Bearer secret")
    assert 0.15 <= time.monotonic() - started < 1


@pytest.mark.parametrize("limit", ["rate", "total_rate"])
def test_sends_no_faster_than_it_may(hub: Server, get: Get, limit: str) -> None:
    hub.configure({limit: 5_000_000})
    started = time.monotonic()
    _, body = get(resolve(LARGE))
    assert len(body) / 8_000_000 < time.monotonic() - started < 2


def test_ends_a_body_early(hub: Server, get: Get) -> None:
    hub.configure({"faults": [{"where": "GET cdn", "kind": "short"}]})
    with pytest.raises(http.client.IncompleteRead) as short:
        get(resolve(LARGE))
    assert len(short.value.partial) == MIB
    assert len(get(resolve(LARGE))[1]) == 2 * MIB
    assert hub.counters()["faults"] == {"short": 1}


def test_resets_a_connection(hub: Server, get: Get) -> None:
    hub.configure({"faults": [{"where": "GET cdn", "kind": "reset"}]})
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        get(resolve(LARGE))
    assert len(get(resolve(LARGE))[1]) == 2 * MIB


def test_changes_one_byte(hub: Server, get: Get) -> None:
    _, right = get(resolve(LARGE))
    hub.configure({"faults": [{"where": "GET cdn", "kind": "corrupt"}]})
    _, wrong = get(resolve(LARGE))
    assert sum(a != b for a, b in zip(right, wrong, strict=True)) == 1


def test_pauses_in_a_body(hub: Server, get: Get) -> None:
    hub.configure({"faults": [{"where": "GET cdn", "kind": "stall", "seconds": 0.2}]})
    started = time.monotonic()
    assert len(get(resolve(LARGE))[1]) == 2 * MIB
    assert 0.2 <= time.monotonic() - started < 2


def test_refuses_as_often_as_it_is_told(hub: Server, get: Get) -> None:
    hub.configure({"faults": [{"where": "GET info", "kind": "status", "status": 429, "retry_after": 2, "first": 2}]})
    answers = [get(f"/api/models/{REPO}")[0] for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "2"


def test_the_server_ends_with_its_owner(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        assert server._process.stdin is not None
        server._process.stdin.close()
        assert server._process.wait(10) == 0


@pytest.fixture
def curl() -> Client:
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    return Curl("curl", program)


def test_a_scenario_says_what_a_client_took_and_got_wrong(server: Server, curl: Client, tmp_path: Path) -> None:
    stage = Stage(server, tmp_path)
    done = Download("T", "a test", REPO).run(stage, curl)
    assert (done.error, done.requests) == ("", 8)
    assert done.received > sum(size for size, _ in server.contents(REPO).values())
    assert min(done.wall, done.cpu, done.memory) > 0
    corrupt = {"faults": [{"where": "GET cdn", "kind": "corrupt"}]}
    assert Download("T", "a test", REPO, corrupt).run(stage, curl).error == f"wrong bytes: {LARGE}"
    refused = Download("T", "a test", REPO, {"faults": [{"where": "GET resolve", "kind": "status"}]})
    assert refused.run(stage, curl).error == "exit code 22"


def test_an_interrupted_download_is_continued(server: Server, curl: Client, tmp_path: Path) -> None:
    slowly = {"rate": 4_000_000}
    scenario = Resume("T", "a test", REPO, slowly, single=LARGE, number=signal.SIGKILL)
    done = scenario.run(Stage(server, tmp_path), curl)
    assert done.error == ""
    assert done.received < 1.2 * MIB
    assert done.refetched is not None
    assert done.refetched < 15
    small = next(path for path in server.contents(REPO) if path != LARGE)
    at_once = Resume("T", "a test", REPO, single=small, number=signal.SIGKILL)
    assert at_once.run(Stage(server, tmp_path), curl).error == "was not ended by the signal"


ENVIRONMENT = {"PATH": os.defpath}


def test_measures_a_program(tmp_path: Path) -> None:
    code = "x = bytearray(60_000_000); import time; time.sleep(0.2); raise SystemExit(3)"
    usage = run([sys.executable, "-c", code], ENVIRONMENT, tmp_path, tmp_path / "log")
    assert (usage.code, usage.interrupted) == (3, False)
    assert 0.2 <= usage.wall < 5
    assert 60 <= usage.memory < 1000


def test_interrupts_when_it_is_due(tmp_path: Path) -> None:
    asked: list[None] = []

    def third_time() -> bool:
        asked.append(None)
        return len(asked) == 3

    interruption = Interruption(signal.SIGTERM, third_time)
    usage = run(["sleep", "30"], ENVIRONMENT, tmp_path, tmp_path / "log", interruption=interruption)
    assert (usage.code, usage.interrupted, len(asked)) == (-15, True, 3)


def test_kills_what_takes_too_long(tmp_path: Path) -> None:
    assert run(["sleep", "30"], ENVIRONMENT, tmp_path, tmp_path / "log", timeout=0.1).code == -9


def results(scenario: str, **clients: list[Run]) -> Results:
    made = Results({"processor": "abacus"}, {"--version": 1.4})
    for client, runs in clients.items():
        made.records += [Record(scenario, client, number - 1, run) for number, run in enumerate(runs)]
    return made


def timed(*walls: float, cpu: float = 1.0, memory: float = 40.0, requests: int = 10) -> list[Run]:
    """Runs, the first of which warms up."""
    return [Run(wall, cpu, memory, requests=requests) for wall in walls]


def test_ratios_are_taken_in_each_round() -> None:
    found = results("S2", hfcli=timed(99, 1, 6, 10), official=timed(1, 2, 10, 40)).ratio(
        "S2", "hfcli", "official", "wall"
    )
    assert found is not None
    assert (found.median, found.least, found.most) == (0.5, 0.25, 0.6)


def test_keeps_and_exceeds_budgets() -> None:
    measured = results(
        "S4",
        hfcli=timed(9, 2, 2, memory=120, requests=4011),
        official=timed(9, 10, 20, cpu=5.0),
    )
    assert [(verdict.line(), verdict.exceeded) for verdict in judge(measured)] == [
        ("S4 wall time: kept, 0.15 × official, at most 0.20 × official", False),
        ("S4 CPU time: kept, 0.20 × official, at most 0.30 × official", False),
        ("S4 requests: exceeded, 4,011, at most 4,010", True),
        ("S4 peak memory: exceeded, 120 MB, at most 100 MB", True),
    ]


def test_says_why_a_budget_was_not_judged() -> None:
    alone = judge(results("S3", hfcli=timed(1, 1)))
    assert alone[0].line() == "S3 wall time: skipped, aria2c was not measured"
    assert not alone[0].exceeded


def test_a_failure_exceeds_every_budget() -> None:
    broken = timed(1, 1, 1)
    broken[2].error = "wrong bytes: a.bin"
    for clients in ({"hfcli": broken, "official": timed(1, 1, 1)}, {"hfcli": timed(1, 1, 1), "official": broken}):
        verdict = judge(results("S2", **clients))[0]
        assert verdict.exceeded
        assert verdict.line().endswith("1 of 2 times: wrong bytes: a.bin")


def test_fetched_twice_is_a_percentage() -> None:
    runs = timed(1, 1)
    runs[1].refetched = 0.75
    assert judge(results("R1", hfcli=runs))[0].line() == "R1 fetched twice: exceeded, 0.75 %, at most 0.5 %"
    assert not judge(results("R2", hfcli=runs))[0].exceeded


def test_judges_start_up() -> None:
    lines = list(judge_startup({"--version": 1.44, "--help": 7.01}, startup.BUDGETS))
    assert lines == [
        ("start-up of hf --version: kept, 1.4 × empty Python, at most 2.0 ×", False),
        ("start-up of hf --help: exceeded, 7.0 × empty Python, at most 7.0 ×", True),
    ]


def test_the_page_has_every_figure() -> None:
    failing = timed(5, 5, 5)
    for failed in failing:
        failed.error = "exit code 1"
    measured = results(
        "S2", hfcli=timed(9, 2, 3), official=timed(9, 4, 5, memory=80), curl=timed(9, 1, 2), aria2c=failing
    )
    page = report.page(measured)
    assert "| processor | abacus |" in page
    assert "| `hf --version` | 1.4 | 2 |" in page
    short = "| S2 | one file of 2 GiB, no limit | 2.50 (2.00–3.00) | 0.55 (0.50–0.60) | 1.00 (1.00–1.00) |"
    assert f"{short} 1.75 (1.50–2.00) curl | 40 / 80 | 10 / 10 |" in page
    assert "| S2 wall time | 0.60 × official | 0.55 × official | kept |" in page
    assert "| aria2c | 2 | — | — | — | — | — | — | failed 2 times: exit code 1 |" in page
    assert max(len(line) for line in page.splitlines() if not line.startswith(("|", " "))) <= 120


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = results("S2", hfcli=timed(9, 2), official=timed(9, 4))
    lines = tmp_path / "runs.jsonl"
    lines.write_text("\n".join([written.heading(), *(record.line() for record in written.records)]))
    assert read(lines) == written


def test_chooses_scenarios_by_name_and_by_beginning() -> None:
    assert select(["S5", "R"]) == ["S5", "R1", "R2"]
    assert select(["S6", "S6a"]) == ["S6a", "S6b", "S6c"]
    assert set(PAGE) <= set(BY_ID)
    with pytest.raises(ValueError, match="no such scenario: S77"):
        select(["S77"])


def test_another_client_is_named_with_its_variables(tmp_path: Path) -> None:
    program = tmp_path / "hf"
    program.touch()
    client = other(f"old={program};HF_DEBUG=1")
    assert (client.name, client.program, client.environment) == ("old", str(program), {"HF_DEBUG": "1"})
    with pytest.raises(ValueError, match="not name=/path/to/hf"):
        other("old")
