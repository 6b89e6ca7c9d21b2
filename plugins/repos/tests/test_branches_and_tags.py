"""``hf repo branch …`` and ``hf repo tag …``, in the spellings of the guide and of the official client."""

from __future__ import annotations

import shlex

import pytest


@pytest.fixture
def model(hub):
    """alice/m with two commits; the first is returned."""
    first = hub.create_repo("alice/m").git.resolve("main")
    hub.put_files("alice/m", {"a.txt": b"1"})
    return first


def refs(hub, kind="model", repo_id="alice/m"):
    return hub.repo(repo_id, kind).git.all_refs()


def test_branches(hub, cli, model) -> None:
    words = ["repo", "branch", "create", "m", "feature/x", "--revision", model[:8], "--json"]
    planned = cli(*words, "--dry-run")
    assert list(refs(hub).branches) == ["main"]
    done = cli(*words)
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "repo_id": "alice/m",
        "repo_type": "model",
        "branch": "feature/x",
        "commit": model,
        "url": f"{hub.endpoint}/alice/m/tree/feature%2Fx/",
        "existed": False,
        "undo": None,
        "dry_run": False,
    }
    assert refs(hub).branches["feature/x"] == model
    again = cli("repo", "branch", "create", "alice/m", "feature/x")
    assert (again.returncode, "exists already" in again.stderr) == (11, True)
    human = cli("repo", "branch", "create", "alice/m", "feature/x", "--exist-ok")
    assert human.lines == ["Successfully created feature/x branch on model alice/m"]
    planned = cli("repo", "branch", "create", "alice/m", "feature/x", "--exist-ok", "--dry-run")
    assert planned.lines == ["Branch feature/x exists already on model alice/m"]
    assert refs(hub).branches["feature/x"] == model

    words = ["repos", "branch", "delete", "alice/m@main", "feature/x"]
    assert cli(*words).returncode == 2
    planned = cli("repos", "branch", "delete", "alice/m", "feature/x", "--dry-run", "--json").json()
    done = cli("repos", "branch", "delete", "alice/m", "feature/x", "--json").json()
    assert planned == {**done, "dry_run": True}
    assert (done["commit"], list(refs(hub).branches)) == (model, ["main"])
    assert cli(*shlex.split(done["undo"])[1:], "-q").stdout == f"{hub.endpoint}/alice/m/tree/feature%2Fx/\n"
    assert refs(hub).branches["feature/x"] == model


def test_tags(hub, cli, model) -> None:
    words = ["repo", "tag", "create", "m", "v1", "--revision", model, "-m", "First release", "--json"]
    planned = cli(*words, "--dry-run")
    assert refs(hub).tags == {}
    done = cli(*words)
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "repo_id": "alice/m",
        "repo_type": "model",
        "tag": "v1",
        "commit": model,
        "message": "First release",
        "url": f"{hub.endpoint}/alice/m/tree/v1/",
        "undo": None,
        "dry_run": False,
    }
    git = hub.repo("alice/m").git
    assert git.refs.read("refs/tags/v1") != model == refs(hub).tags["v1"]
    for dry_run in ([], ["--dry-run"]):
        again = cli("repo", "tag", "create", "alice/m", "v1", *dry_run)
        assert (again.returncode, again.stdout, "Tag 'v1' exists already" in again.stderr) == (11, "", True)
    assert cli("tag", "alice/m", "v1.1", "-q").stdout == f"{hub.endpoint}/alice/m/tree/v1.1/\n"
    row = {"name": "v1.1", "target_commit": git.resolve("main"), "ref": "refs/tags/v1.1"}
    for words in (["repo", "tag", "list", "m"], ["repos", "tag", "ls", "m"], ["repo", "tag", "create", "m", "-l"]):
        assert cli(*words, "--json").json() == [row, {"name": "v1", "target_commit": model, "ref": "refs/tags/v1"}]
    assert cli("tag", "-l", "alice/m").lines == ["Tags for model alice/m:", "v1.1", "v1"]
    assert cli("repo", "tag", "list", "alice/m", "-q").lines == ["v1.1", "v1"]

    planned = cli("repo", "tag", "delete", "m", "v1", "--dry-run", "--json").json()
    done = cli("repo", "tag", "delete", "m", "v1", "-y", "--json").json()
    assert planned == {**done, "dry_run": True}
    assert (done["commit"], list(refs(hub).tags)) == (model, ["v1.1"])
    assert cli(*shlex.split(done["undo"])[1:]).returncode == 0
    assert refs(hub).tags["v1"] == model
    for words in (["repo", "tag", "create", "-d", "m", "v1"], ["tag", "--delete", "m", "v1.1"]):
        assert cli(*words, "--yes").lines == [f"Tag {words[-1]} deleted on alice/m"]
    assert cli("repo", "tag", "list", "m").lines == ["No tags found"]


def test_asked_before_a_tag_is_deleted(hub, cli, model) -> None:
    hub.repo("alice/m").git.create_tag("v1", "main")
    words = ["repo", "tag", "delete", "alice/m", "v1"]
    piped = cli(*words, stdin="y\n")
    assert (piped.returncode, piped.stdout, "pass --yes" in piped.stderr) == (2, "", True)
    shown = cli.on_terminal(*words, answers={"Proceed? [Y/n]: ": "n\n"})
    assert (shown.returncode, shown.text.splitlines()[-1]) == (1, "Aborted.")
    assert list(refs(hub).tags) == ["v1"]
    assert cli.on_terminal(*words, answers={"Proceed? [Y/n]: ": "\n"}).returncode == 0
    assert refs(hub).tags == {}


WHAT_CANNOT_BE_DONE = [
    (["branch", "create", "m", "dev"], 11, "exists already"),
    (["branch", "create", "m", "x", "--revision", "dve"], 5, "did you mean dev?"),
    (["branch", "create", "m@dev", "x", "--revision", "main"], 2, "given twice"),
    (["branch", "create", "m", "x", "--revision", ""], 2, "is empty"),
    (["branch", "create", "m", "a b"], 1, "Invalid reference name"),
    (["branch", "create", "gone", "x"], 5, "not found"),
    (["branch", "create", "bob/m", "x"], 4, ""),
    (["branch", "create", "bob/m", "x", "--dry-run"], 4, "not of alice"),
    (["branch", "delete", "m", "main"], 2, "The branch main cannot be deleted"),
    (["branch", "delete", "m", "dve"], 5, "did you mean dev?"),
    (["tag", "create", "m", "v2", "--revision", "v11"], 5, "did you mean v1"),
    (["tag", "create", "m"], 2, "missing argument 'TAG'"),
    (["tag", "create", "m", "v1", "-l"], 2, "--list goes with REPO_ID alone"),
    (["tag", "create", "m", "v1", "-d", "-m", "x"], 2, "--delete goes with REPO_ID and TAG alone"),
    (["tag", "create", "bob/m", "x"], 4, ""),
    (["tag", "delete", "m", "v10", "-y"], 5, "did you mean v1"),
    (["tag", "list", "alice/mm"], 5, "did you mean alice/m?"),
    (["tag", "list", "nothing-like-it"], 5, "not found"),
]


def test_what_cannot_be_done(hub, cli, model) -> None:
    hub.create_repo("bob/m")
    git = hub.repo("alice/m").git
    git.create_branch("dev", "main")
    git.create_tag("v1", "main")
    for words, code, said in WHAT_CANNOT_BE_DONE:
        done = cli("repo", *words)
        assert (done.returncode, done.stdout, said in done.stderr) == (code, "", True), (words, done.stderr)
        assert len(done.stderr.splitlines()) <= 3
    assert (list(refs(hub).branches), list(refs(hub).tags)) == (["dev", "main"], ["v1"])


def test_other_types_and_who_may_read(hub, cli) -> None:
    hub.create_repo("alice/d", "dataset")
    assert cli("repo", "branch", "create", "d", "dev", "--repo-type", "dataset").returncode == 0
    assert cli("repo", "tag", "create", "datasets/alice/d", "v1").returncode == 0
    assert refs(hub, "dataset", "alice/d").branches.keys() == {"main", "dev"}
    assert cli("repo", "tag", "list", "alice/d", "--type", "dataset", "-q", token=None).stdout == "v1\n"
    hub.create_repo("gpt2").git.create_tag("v9", "main")
    assert cli("repo", "tag", "list", "gpt2", "-q").stdout == "v9\n"
