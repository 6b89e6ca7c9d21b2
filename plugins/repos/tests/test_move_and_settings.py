"""``hf repo move`` and ``hf repo settings``, and the way back from both."""

from __future__ import annotations

import shlex


def undo(cli, done) -> None:
    program, *words = shlex.split(done.json()["undo"])
    assert (program, cli(*words).returncode) == ("hf", 0)


def test_move(hub, cli) -> None:
    hub.create_repo("alice/d", "dataset")
    planned = cli("repo", "move", "d", "acme/e", "--type", "dataset", "--dry-run", "--json")
    assert hub.repo("alice/d", "dataset").id == "alice/d"
    done = cli("repo", "move", "d", "acme/e", "--type", "dataset", "--json")
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "from_id": "alice/d",
        "to_id": "acme/e",
        "repo_type": "dataset",
        "url": f"{hub.endpoint}/datasets/acme/e",
        "undo": "hf repo move acme/e alice/d --repo-type dataset",
        "dry_run": False,
    }
    assert hub.repo("alice/d", "dataset").id == "acme/e"
    undo(cli, done)
    assert hub.repo("acme/e", "dataset").id == "alice/d"
    human = cli("repo", "move", "datasets/alice/d", "alice/D")
    assert human.lines == ["Successfully moved alice/d to alice/D on the Hub."]
    assert "hf repo move alice/D alice/d" in human.stderr


WHERE_NOTHING_MOVES = [
    (["alice/m", "alice/taken"], 11, "taken"),
    (["alice/m", "bob/m"], 4, "bob/m"),
    (["alice/n", "alice/x"], 5, "alice/n"),
    (["alice/m", "alice/m"], 2, "already"),
    (["alice/m", "datasets/alice/m"], 2, "dataset"),
    (["alice/m"], 2, "TO_ID"),
]


def test_where_nothing_moves(hub, cli) -> None:
    hub.create_repo("alice/m")
    hub.create_repo("alice/taken")
    for words, code, said in WHERE_NOTHING_MOVES:
        for dry_run in ([], ["--dry-run"]):
            done = cli("repo", "move", *words, *dry_run)
            assert (done.returncode, done.stdout, said in done.stderr) == (code, "", True), (words, done.stderr)
    assert hub.repo("alice/m").id == "alice/m"


def test_settings(hub, cli) -> None:
    hub.create_repo("alice/s", "space", sdk="static")
    words = ["repo", "settings", "spaces/alice/s", "--gated", "manual", "--protected", "--json"]
    planned = cli(*words, "--dry-run")
    assert hub.repo("alice/s", "space").visibility == "public"
    done = cli(*words)
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "repo_id": "alice/s",
        "repo_type": "space",
        "gated": "manual",
        "visibility": "protected",
        "before": {"gated": False, "visibility": "public"},
        "undo": "hf repo settings alice/s --gated false --public --repo-type space",
        "dry_run": False,
    }
    repo = hub.repo("alice/s", "space")
    assert (repo.gated, repo.visibility) == ("manual", "protected")
    undo(cli, done)
    repo = hub.repo("alice/s", "space")
    assert (repo.gated, repo.visibility) == (None, "public")


def test_what_settings_takes(hub, cli) -> None:
    hub.create_repo("alice/m")
    for options, expected in [
        (["--gated", "auto", "--private"], ("auto", True)),
        (["--no-private"], ("auto", False)),
        (["--private", "TRUE"], ("auto", True)),
        (["--public", "--gated", "false"], (None, False)),
        (["--private=true"], (None, True)),
        (["--private", "false"], (None, False)),
    ]:
        assert cli("repo", "settings", *options, "m").lines == [
            "Successfully updated the settings of alice/m on the Hub."
        ]
        assert (hub.repo("alice/m").gated, hub.repo("alice/m").private) == expected
    same = cli("repo", "settings", "m", "--public")
    assert (same.returncode, same.stderr) == (0, "")
    human = cli("repo", "settings", "m", "--gated", "auto", "--dry-run")
    assert human.lines == ["Would change gated from false to auto of the model alice/m"]
    for words, code in [
        ([], 2),
        (["--private", "maybe"], 2),
        (["--private=maybe"], 2),
        (["--protected"], 2),
        (["--gated", "yes"], 2),
    ]:
        assert cli("repo", "settings", "m", *words).returncode == code
    assert cli("repo", "settings", "bob/m", "--private").returncode == 5
    hub.create_repo("bob/m")
    assert cli("repo", "settings", "bob/m", "--private").returncode == 4
