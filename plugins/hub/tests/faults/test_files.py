"""Fault rules from files; what is wrong in one is told by ``hf hub serve`` (``tests/cli/test_serve.py``)."""

from __future__ import annotations

import json
from pathlib import Path

from hfcli_hub.faults import Headers, Reset, Rule, Stall
from hfcli_hub.faults.files import load_rules


def test_toml_and_json_say_the_same(tmp_path):
    rules = [
        Rule(Reset(at=1048576), path="*/resolve/*", nth=2),
        Rule(Stall(at="headers", seconds=2), method="GET", host="content"),
        Rule(Headers({"ETag": ""}), times=3),
    ]
    toml = tmp_path / "faults.toml"
    toml.write_text(
        """
        [[rule]]
        do = "reset"
        at = 1048576
        path = "*/resolve/*"
        nth = 2

        [[rule]]
        do = "stall"
        at = "headers"
        seconds = 2
        method = "GET"
        host = "content"

        [[rule]]
        do = "headers"
        headers = { ETag = "" }
        times = 3
        """
    )
    entries = [
        {"do": "reset", "at": 1048576, "path": "*/resolve/*", "nth": 2},
        {"do": "stall", "at": "headers", "seconds": 2, "method": "GET", "host": "content"},
        {"do": "headers", "headers": {"ETag": ""}, "times": 3},
    ]
    plain, wrapped = tmp_path / "plain.json", tmp_path / "wrapped.json"
    plain.write_text(json.dumps(entries))
    wrapped.write_text(json.dumps({"rule": entries}))
    assert load_rules(toml) == load_rules(plain) == load_rules(wrapped) == rules


def test_the_documented_example_is_one(tmp_path):
    page = (Path(__file__).parents[4] / "docs" / "hub.md").read_text(encoding="utf-8")
    (tmp_path / "faults.toml").write_text(page.partition("```toml\n")[2].partition("```")[0])
    assert load_rules(tmp_path / "faults.toml") == [Rule(Reset(at=1048576), host="content", path="/lfs/*", nth=1)]
