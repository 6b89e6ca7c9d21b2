"""``hf repo duplicate``, ``hf repo list``, ``hf repo info``."""

from __future__ import annotations


def test_duplicate(hub, cli) -> None:
    hub.create_repo("bob/d", "dataset", private=False)
    head = hub.put_files("bob/d", {"a.txt": b"1", "big.bin": b"x" * 5000}, "dataset")
    words = ["repos", "duplicate", "bob/d", "--type", "dataset", "--private", "--json"]
    planned = cli(*words, "--dry-run")
    assert hub.store.find_repo("dataset", "alice/d") is None
    done = cli(*words)
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "from_id": "bob/d",
        "to_id": "alice/d",
        "repo_type": "dataset",
        "url": f"{hub.endpoint}/datasets/alice/d",
        "commit": head,
        "visibility": "private",
        "existed": False,
        "undo": None,
        "dry_run": False,
    }
    assert hub.repo("alice/d", "dataset").private
    assert hub.read_file("alice/d", "big.bin", "dataset") == b"x" * 5000
    for dry_run in ([], ["--dry-run"]):
        assert cli(*words, *dry_run).returncode == 11
        assert cli(*words, "--exist-ok", *dry_run).json()["existed"]
    human = cli("repo", "duplicate", "datasets/bob/d", "acme/e", "--resource-group-id", "0" * 24)
    assert human.lines == [
        "Successfully duplicated bob/d to acme/e on the Hub.",
        f"Your repo is now available at {hub.endpoint}/datasets/acme/e",
    ]
    assert hub.repo("acme/e", "dataset").details == {"resourceGroupId": "0" * 24}
    hub.create_repo("gpt2")
    assert cli("repo", "duplicate", "gpt2", "-q").stdout == f"{hub.endpoint}/alice/gpt2\n"


def test_a_space_is_duplicated_with_what_it_needs(hub, cli) -> None:
    hub.create_repo("bob/s", "space", sdk="gradio")
    options = ["--flavor", "l4x1", "--sleep-time", "-1", "-s", "A=1", "-e", "B=2", "-v", "hf://bob/m:/m", "--protected"]
    assert cli("repo", "duplicate", "bob/s", "t", "--type", "space", *options).returncode == 0
    space = hub.repo("alice/t", "space")
    assert (space.visibility, space.sdk) == ("protected", "gradio")
    assert space.details == {
        "protected": True,
        "hardware": "l4x1",
        "sleepTimeSeconds": -1,
        "secrets": ["A"],
        "variables": {"B": "2"},
        "volumes": [{"type": "model", "source": "bob/m", "mountPath": "/m"}],
    }
    files = ["-s", "C", "--secrets-file", "-", "--env-file", "none"]
    assert cli("repo", "duplicate", "bob/s", "u", "--type", "space", *files).returncode == 2


WHAT_IS_NOT_DUPLICATED = [
    (["bob/none"], 5, "did you mean bob/nine?"),
    (["bob/nine", "bob/x"], 4, "rights to create"),
    (["bob/nine", "bob/x", "--dry-run"], 4, "not of alice"),
    (["bob/nine", "--flavor", "l4x1"], 2, "is for Spaces"),
    (["bob/nine", "spaces/alice/x"], 2, "names a space"),
]


def test_what_is_not_duplicated(hub, cli) -> None:
    hub.create_repo("bob/nine")
    for words, code, said in WHAT_IS_NOT_DUPLICATED:
        done = cli("repo", "duplicate", *words)
        assert (done.returncode, done.stdout, said in done.stderr) == (code, "", True), (words, done.stderr)


def test_list(hub, cli) -> None:
    for number, kind in enumerate(("model", "dataset", "space")):
        hub.create_repo(f"alice/r{number}", kind, private=number == 1, sdk="static" if kind == "space" else None)
    hub.put_files("alice/r1", {"big.bin": bytes(100_000)}, "dataset")
    hub.create_repo("acme/other")
    rows = cli("repo", "list", "--json").json()
    assert sorted(row["id"] for row in rows) == ["alice/r0", "alice/r1", "alice/r2"]
    largest = next(row for row in rows if row["id"] == "alice/r1")
    assert (largest["type"], largest["visibility"], largest["storage"] > 100_000) == ("dataset", "private", True)
    assert 90 < largest["storage_percent"] <= 100
    human = cli("repos", "ls", "--sort", "storage", "--limit", "2")
    assert human.lines[0].split() == ["ID", "TYPE", "UPDATED", "VISIBILITY", "STORAGE", "%_OF_TOTAL"]
    assert human.lines[2].split()[0] == "alice/r1"
    assert (len(human.lines), "2 of 3 repos; --limit 0 lists all" in human.stderr) == (4, True)
    for options, ids in [
        (["--type", "space"], ["alice/r2"]),
        (["--repo-type", "bucket"], []),
        (["--search", "R0"], ["alice/r0"]),
        (["--sort", "name"], ["alice/r0", "alice/r1", "alice/r2"]),
        (["--sort", "name", "--limit", "1"], ["alice/r0"]),
        (["--limit", "0", "--sort", "updated"], ["alice/r1", "alice/r0", "alice/r2"]),
        (["--namespace", "acme"], ["acme/other"]),
        (["--namespace", "Alice", "--search", "r2"], ["alice/r2"]),
    ]:
        found = cli("repo", "ls", "-q", *options).lines
        assert found == ids if "updated" not in options else sorted(found) == sorted(ids)
    assert cli("repo", "ls", "--search", "nothing").lines == ["No results found."]
    for words, code, said in [
        (["--namespace", "bob"], 4, "hf api models -X GET -f author=bob"),
        (["--namespace", "a/b"], 2, "a/b"),
        (["--limit", "-1"], 2, "limit"),
    ]:
        done = cli("repo", "list", *words)
        assert (done.returncode, said in done.stderr) == (code, True)
    assert cli("repo", "list", token=None).returncode == 4


def test_info(hub, cli) -> None:
    hub.create_repo("alice/m", gated=True)
    first = hub.put_files("alice/m", {"README.md": b"---\ntags: [tiny]\n---\n"})
    hub.put_files("alice/m", {"a.txt": bytes(1500)})
    lines = dict(line.split(": ", 1) for line in cli("repo", "info", "m").lines)
    modified = lines.pop("modified")
    assert modified.endswith("Z")
    assert lines == {
        "id": "alice/m",
        "type": "model",
        "url": f"{hub.endpoint}/alice/m",
        "visibility": "public",
        "gated": "manual",
        "commit": hub.repo("alice/m").git.resolve("main"),
        "files": "3, 3.2K",
        "tags": "tiny",
    }
    data = cli("repo", "info", "alice/m", "--revision", first, "--json").json()
    assert (data["sha"], data["files"], data["repo_type"], data["gated"]) == (first, 2, "model", "manual")
    hub.create_repo("gpt2")
    assert cli("repo", "info", "gpt2@main", "-q", token=None).stdout == "gpt2\n"
    assert cli("repo", "info", "alice/m@nope").returncode == 5
    assert cli("repo", "info", "alice/m", "--type", "space").returncode == 5
