"""``hf repo delete``: never without the name or --yes."""

from __future__ import annotations

import pytest


def test_the_name_must_be_typed(hub, cli) -> None:
    for name in ("alice/m", "alice/n"):
        hub.create_repo(name)
    asked = {"for ever. Type its name to go on: ": "alice/x\n"}
    shown = cli.on_terminal("repo", "delete", "m", answers=asked)
    assert (shown.returncode, shown.text.splitlines()[-1]) == (1, "Aborted.")
    shown = cli.on_terminal("repo", "delete", "m", answers=dict.fromkeys(asked, "alice/m\n"))
    assert (shown.returncode, shown.text.splitlines()[-1]) == (0, "Successfully deleted alice/m on the Hub.")
    assert hub.store.find_repo("model", "alice/m") is None
    piped = cli("repo", "delete", "alice/n", stdin="alice/n\n")
    assert (piped.returncode, piped.stdout, "pass --yes" in piped.stderr) == (2, "", True)
    assert hub.repo("alice/n")


def test_a_dry_run_has_the_plan_of_the_real_run(hub, cli) -> None:
    hub.create_repo("acme/d", "dataset")
    head = hub.put_files("acme/d", {"a": b"1", "b": b"2"}, "dataset")
    human = cli("repo", "delete", "datasets/acme/d", "--dry-run")
    assert human.lines == [
        "Would delete the dataset acme/d for ever: its 3 files, its history and its discussions",
    ]
    planned = cli("repo", "delete", "acme/d", "--type", "dataset", "--dry-run", "--json").json()
    done = cli("repo", "delete", "acme/d", "--repo-type", "dataset", "--json", "--yes").json()
    assert planned == {**done, "dry_run": True}
    assert done == {
        "repo_id": "acme/d",
        "repo_type": "dataset",
        "existed": True,
        "commit": head,
        "files": 3,
        "undo": None,
        "dry_run": False,
    }


def test_missing_ok(hub, cli) -> None:
    done = cli("repo", "delete", "m", "--missing-ok", "--json")
    assert (done.returncode, done.json()["existed"]) == (0, False)
    assert cli("repo", "delete", "m", "--yes").returncode == 5
    hub.create_repo("alice/m")
    assert cli("repo", "delete", "m", "--missing-ok", "-y").lines == ["Successfully deleted alice/m on the Hub."]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alice/my-modle", "did you mean alice/my-model?"),
        ("my-modle", "did you mean alice/my-model?"),
        ("alice/my-data", "there is a dataset of this name: --repo-type dataset"),
        ("alice/former", "give the name that it has: alice/my-model"),
    ],
)
def test_names_that_are_not_there(hub, cli, name, said) -> None:
    hub.store.move_repo(hub.create_repo("alice/former"), "alice/my-model")
    hub.create_repo("alice/my-data", "dataset")
    done = cli("repo", "delete", name, "--yes")
    assert (done.returncode, said in done.stderr) == (5, True)
    assert hub.repo("alice/my-model")


def test_only_at_the_commit_that_was_looked_at(hub, cli) -> None:
    hub.create_repo("alice/m")
    first = hub.put_files("alice/m", {"a": b"1"})
    second = hub.put_files("alice/m", {"b": b"2"})
    for words in (["repo", "delete", "m", "--yes"], ["repo-files", "delete", "m", "a"]):
        for commit in (first, ""):
            refused = cli(*words, "--if-match", commit)
            assert (refused.returncode, f"is at {second}" in refused.stderr) == (11, True)
    assert cli("repo-files", "delete", "m", "a", "--if-match", second[:10].upper()).returncode == 0
    head = hub.repo("alice/m").git.resolve("main")
    assert cli("repo", "delete", "m", "-y", "--if-match", head).returncode == 0
    assert hub.store.find_repo("model", "alice/m") is None


def test_the_repo_of_another(hub, cli) -> None:
    hub.create_repo("bob/m")
    for words in (["--yes"], ["--dry-run"]):
        assert cli("repo", "delete", "bob/m", *words).returncode == 4
    assert hub.repo("bob/m")
