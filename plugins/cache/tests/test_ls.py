from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.testkit.cached import fill_cache

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli

A, B, C = "a" * 40, "b" * 40, "c" * 40
DAY = 86400.0


@pytest.fixture
def filled(cache: Path) -> Path:
    now = time.time()
    fill_cache(
        cache,
        "model/org/big",
        {A: {"w": 5_000_000, "sub/c": b"{}"}, B: {"w": 5_000_000, "x": 1_000}},
        {"main": A, "v1": A},
        accessed=now - 400 * DAY,
        modified=now - 500 * DAY,
    )
    fill_cache(cache, "dataset/gpt2", {C: {"d": 2_500}}, {"Main": C}, accessed=now - DAY, modified=now - 2 * DAY)
    fill_cache(cache, "space/org/app", {C: {"app.py": b"pass\n"}}, accessed=now, modified=now)
    return cache


FILTERS = [
    (["size>1m"], ["model/org/big"]),
    (["SIZE <= 2.5kb"], ["dataset/gpt2", "space/org/app"]),
    (["size>=2500", "size!=5001002"], ["dataset/gpt2"]),
    (["size=5.001002m"], ["model/org/big"]),
    (["accessed>1y"], ["model/org/big"]),
    (["modified<3d", "accessed>1h"], ["dataset/gpt2"]),
    (["accessed<2mo"], ["dataset/gpt2", "space/org/app"]),
    (["modified>1w", "modified<900d"], ["model/org/big"]),
    (["type=dataset"], ["dataset/gpt2"]),
    (["type!=MODEL"], ["dataset/gpt2", "space/org/app"]),
    (["refs=main"], ["dataset/gpt2", "model/org/big"]),
    (["refs!=v1"], ["dataset/gpt2", "space/org/app"]),
    (["name=org/*"], ["model/org/big", "space/org/app"]),
    (["name=model/*"], ["model/org/big"]),
    (["name!=*GPT*", "size<1kb"], ["space/org/app"]),
    (["size>1tb"], []),
]
"""One process runs them all: a listing costs little, a process costs much."""


def test_filters(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from hfcli_cache.filters import parse_filter, passes
    from hfcli_cache.listing import make_entries
    from hfcli_cache.scan import scan_cache

    rows = [entry.row for entry in make_entries(scan_cache(str(filled)), revisions=False)]
    for texts, wanted in FILTERS:
        tests = [parse_filter(text) for text in texts]
        assert [row["id"] for row in rows if passes(row, tests, time.time())] == wanted, texts


def test_the_command_line(offline: Cli, filled: Path) -> None:
    ids = ["dataset/gpt2", "model/org/big", "space/org/app"]
    for words, wanted in {
        ("-q",): ids,
        ("--q", "--filter", "type=dataset"): ids[:1],
        ("--quiet", "-f", "refs=main", "-f", "size>1m"): ids[1:2],
        ("-q", "--sort", "size", "--limit", "2"): [ids[1], ids[0]],
        ("-q", "--sort", "size:asc", "--no-revisions"): [ids[2], ids[0], ids[1]],
        ("-q", "--sort", "name:desc"): ids[::-1],
        ("-q", "--sort", "modified:asc"): [ids[1], ids[0], ids[2]],
        ("-q", "--sort", "accessed"): [ids[2], ids[0], ids[1]],
        ("-q", "--revisions", "--filter", "name=org/big"): [A, B],
    }.items():
        done = offline("cache", "ls", *words)
        assert (done.returncode, done.lines) == (0, wanted), words


def test_formats_for_programs(offline: Cli, filled: Path) -> None:
    done = offline("cache", "list", "--json", "--filter", "name=org/big")
    (row,) = done.json()
    assert (row["id"], row["repo_id"], row["repo_type"]) == ("model/org/big", "org/big", "model")
    assert (row["size_on_disk"], row["size"], row["refs"]) == (5_001_002, 5_001_002, ["main", "v1"])
    assert time.time() - row["last_modified"] == pytest.approx(500 * DAY, abs=60)
    assert time.time() - row["last_accessed"] == pytest.approx(400 * DAY, abs=60)
    done = offline("cache", "ls", "--format", "csv", "--revisions", "--cache-dir", filled)
    read = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [line["revision"] for line in read] == [C, A, B, C]
    assert read[1]["snapshot_path"] == str(filled / "models--org--big" / "snapshots" / A)
    assert (read[1]["refs"], read[1]["size_on_disk"]) == ("main v1", "5000002")


def test_mistakes_are_told(offline: Cli, filled: Path) -> None:
    for words, says in {
        ("--filter", "nonsense"): "Invalid filter expression: 'nonsense'.",
        ("--filter", "color=red"): "Unsupported filter key 'color'",
        ("--filter", "size==1"): "Unsupported operator '=='",
        ("--filter", "size>1zb"): "Unknown unit 'zb'",
        ("--filter", "size>big"): "Not a number",
        ("--filter", "type>model"): "Only '=' and '!=' are supported for 'type' filters. Got '>'.",
        ("--limit", "-1"): "--limit",
        ("--sort", "color"): "--sort",
        ("--partials", "--revisions"): "cannot be used together",
    }.items():
        done = offline("cache", "ls", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert says in done.stderr
    done = offline("cache", "ls", "--cache-dir", "nowhere")
    assert (done.returncode, done.stdout) == (5, "")
    assert "Cache directory not found: " in done.stderr


def test_an_empty_cache(offline: Cli) -> None:
    assert offline("cache", "ls").stdout == "No cached repositories found.\n"
    assert offline("cache", "ls", "--revisions").stdout == "No cached revisions found.\n"
    assert offline("cache", "ls", "--partials").stdout == "No unfinished downloads found.\n"
    assert offline("cache", "ls", "--json").json() == []


def test_unfinished_downloads_are_listed(offline: Cli, filled: Path) -> None:
    """Ours, 2.4.0's and 1.1.7's; holes take no room (docs/faults.md, I10)."""
    blobs = filled / "models--org--big" / "blobs"
    with (blobs / f"{A}.12345678.incomplete").open("wb") as file:
        file.write(b"x" * 8192)
        file.truncate(100_000_000)
    (blobs / f"{A}.12345678.journal").write_bytes(b"j")
    (blobs / f"{'d' * 64}.incomplete").write_bytes(b"half")
    done = offline("cache", "ls", "--partials", "--json", "--sort", "size")
    rows = done.json()
    assert [row["blob"] for row in rows] == [A, "d" * 64]
    assert 8192 <= rows[0]["size_on_disk"] < 1_000_000
    assert {row["id"] for row in rows} == {"model/org/big"}
    assert offline("cache", "ls", "--partials", "-q", "-f", "size<1k").lines == [rows[1]["path"]]
    assert "2 unfinished download(s) hold" in offline("cache", "ls").stderr
    assert offline("cache", "ls", "-q").stderr == ""


def test_damage_is_one_warning_each(offline: Cli, filled: Path) -> None:
    """What is damaged or foreign never ends the listing (docs/faults.md, C3)."""
    (filled / "notes.txt").write_text("mine")
    (filled / "models--odd").write_text("no directory")
    (filled / "pets--x--y").mkdir()
    (filled / "models--org--big" / "refs" / "bad").write_bytes(b"\xff\xfe")
    (filled / "models--org--big" / "snapshots" / "odd").write_text("no directory")
    link = filled / "datasets--gpt2" / "snapshots" / C / "gone"
    link.symlink_to("../../blobs/" + "e" * 40)
    link.with_name("out").symlink_to("/etc/passwd")
    (filled / "spaces--org--app" / "trees").mkdir()
    ids = ["dataset/gpt2", "model/org/big", "space/org/app"]
    done = offline("cache", "ls", "-q", "--show-warnings")
    assert done.lines == ids
    warnings = done.stderr.splitlines()
    assert len(warnings) == 5
    assert all(line.startswith("Warning: ") for line in warnings)
    assert any("refs/bad names no commit" in line and "snapshots/odd" in line for line in warnings)
    assert any("2 link(s) to content that is not there" in line for line in warnings)
    few = offline("cache", "ls", "-q").stderr.splitlines()
    assert (len(few), few[3]) == (4, "Warning: 2 more odd entries in the cache; hf cache ls --show-warnings lists them")
    assert len(offline("cache", "ls", "-q", "--no-show-warnings").stderr.splitlines()) == 1


def test_a_file_in_the_place_of_the_cache(offline: Cli, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("no directory")
    assert offline("cache", "ls").returncode == 5


def test_names_from_elsewhere_are_harmless(offline: Cli, cache: Path) -> None:
    fill_cache(cache, "model/org/x\x1b[31m", {A: {"f": b""}}, {"evil\x1b]0;x\x07": A})
    done = offline("cache", "ls")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b" in done.stdout


def test_the_old_name(offline: Cli, filled: Path) -> None:
    assert offline("scan-cache").stdout == offline("cache", "ls").stdout
    assert offline("scan-cache", "-v", "--dir", filled, "-q").lines == [C, A, B, C]
    assert offline("scan-cache", "--dir", "nowhere").returncode == 5
