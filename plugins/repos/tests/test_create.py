"""``hf repo create``: every option makes a difference, and a dry run tells what would come of it."""

from __future__ import annotations

import pytest
from hfcli_repos.cli.options import private_as_flags

GROUP = "0123456789abcdef01234567"


def test_a_dry_run_has_the_plan_of_the_real_run(hub, cli) -> None:
    words = ["repos", "create", "m", "--private", "--json"]
    planned = cli(*words, "--dry-run")
    assert hub.store.find_repo("model", "alice/m") is None
    done = cli(*words)
    assert planned.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "repo_id": "alice/m",
        "repo_type": "model",
        "url": f"{hub.endpoint}/alice/m",
        "visibility": "private",
        "existed": False,
        "undo": None,
        "dry_run": False,
    }
    assert hub.repo("alice/m").private
    assert "nothing was changed" in planned.stderr
    for again in (cli(*words), cli(*words, "--dry-run")):
        assert (again.returncode, again.stdout) == (11, "")
    human = cli("repo", "create", "acme/m", "--type", "dataset", "--dry-run")
    assert human.stdout == f"Would create the dataset acme/m at {hub.endpoint}/datasets/acme/m\n"


def test_exist_ok(hub, cli) -> None:
    hub.create_repo("alice/m", private=True)
    for words in (["--exist-ok", "--private"], ["--exist-ok", "--public"]):
        done = cli("repo", "create", "alice/m", *words)
        assert done.lines == [
            "Successfully created alice/m on the Hub.",
            f"Your repo is now available at {hub.endpoint}/alice/m",
        ]
    assert "alice/m was there and is private; to change that: hf repo settings alice/m --public" in done.stderr
    planned = cli("repo", "create", "alice/m", "--exist-ok", "--private", "--dry-run", "--json").json()
    assert (planned["existed"], planned["url"]) == (True, f"{hub.endpoint}/alice/m")
    assert hub.repo("alice/m").private
    # A token that may not create may still find out that the repo is there.
    hub.create_repo("bob/m")
    done = cli("repo", "create", "bob/m", "--exist-ok", "-q")
    assert (done.stdout, done.stderr) == (f"{hub.endpoint}/bob/m\n", "")


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        (["m", "--private", "true"], ["m", "--private"]),
        (["--private", "False", "m"], ["--no-private", "m"]),
        (["--private=false", "--private=x"], ["--no-private", "--private=x"]),
        (["--private", "m"], ["--private", "m"]),
        (["--token", "--private", "true"], ["--token", "--private", "true"]),
        (["--", "--private", "true"], ["--", "--private", "true"]),
        (["m", "--private"], ["m", "--private"]),
    ],
)
def test_private_as_the_guide_writes_it(words, flags) -> None:
    assert private_as_flags(words, {"--token"}) == flags


def test_visibility(hub, cli) -> None:
    words = ["repo", "create", "--type", "space", "--sdk", "docker", "--exist-ok"]
    for number, (options, visibility) in enumerate(
        [
            (["--private", "true"], "private"),
            (["--public", "--private=false"], "public"),
            (["--no-private", "--protected"], "protected"),
        ]
    ):
        done = cli(*words, *options, f"s{number}")
        assert done.returncode == 0, done.stderr
        space = hub.repo(f"alice/s{number}", "space")
        assert (space.visibility, space.sdk) == (visibility, "docker")


def test_what_a_space_is_given(hub, cli) -> None:
    (cli.work / "secrets").write_text("# two\nexport A='one # two'\nB=two # a comment\n\nGIVEN\n")
    (cli.work / "secrets").chmod(0o644)
    (cli.work / "env").write_text('THEME="li\\nght"\nLANG_NAME=fr\n')
    options = [
        *("--flavor", "t4-small", "--sleep-time", "300", "--region", "eu", "--resource-group-id", GROUP),
        *("-s", "HF_TOKEN", "--secrets", "C=three", "--secrets-file", "secrets"),
        *("-e", "THEME=dark", "--env-file", "env", "-v", "hf://acme/m@v1/sub:/models:ro", "-v", "hf://buckets/a/b:/d"),
    ]
    words = ["repo", "create", "acme/s", "--type", "space", "--space-sdk", "gradio"]
    done = cli(*words, *options, env={"GIVEN": "from outside"})
    assert done.returncode == 0, done.stderr
    assert "a secret on the command line" in done.stderr
    assert "chmod 600 secrets" in done.stderr
    assert hub.repo("acme/s", "space").details == {
        "hardware": "t4-small",
        "sleepTimeSeconds": 300,
        "secrets": ["A", "B", "GIVEN", "HF_TOKEN", "C"],
        "variables": {"THEME": "dark", "LANG_NAME": "fr"},
        "volumes": [
            {
                "type": "model",
                "source": "acme/m",
                "mountPath": "/models",
                "revision": "v1",
                "readOnly": True,
                "path": "sub",
            },
            {"type": "bucket", "source": "a/b", "mountPath": "/d"},
        ],
        "region": "eu",
        "resourceGroupId": GROUP,
    }
    assert not any(secret in done.stdout + done.stderr for secret in ("three", "from outside", hub.token()))


def test_standard_input_has_secrets_too(hub, cli) -> None:
    words = ["repo", "create", "s", "--type", "space", "--sdk", "static", "--secrets-file", "-"]
    done = cli(*words, stdin="KEY=value\n")
    assert (done.returncode, "Warning" in done.stderr) == (0, False)
    assert hub.repo("alice/s", "space").details["secrets"] == ["KEY"]
    both = cli(*words, "--env-file", "-", stdin="KEY=value\n")
    assert (both.returncode, "Standard input" in both.stderr) == (2, True)


def test_template(hub, cli) -> None:
    hub.store.accounts.create_org("SpacesExamples")
    hub.create_repo("SpacesExamples/ChatBot", "space", sdk="gradio")
    hub.put_files("SpacesExamples/ChatBot", {"app.py": b"app"}, "space")
    assert cli("repo", "create", "s", "--type", "space", "--template", "chatbot").returncode == 0
    assert hub.repo("alice/s", "space").sdk == "gradio"
    assert hub.read_file("alice/s", "app.py", "space") == b"app"
    missing = cli("repo", "create", "t", "--type", "space", "--template", "chatbat")
    assert (missing.returncode, "did you mean ChatBot?" in missing.stderr) == (5, True)
    wrong = cli("repo", "create", "t", "--type", "space", "--template", "chatbot", "--sdk", "docker")
    assert (wrong.returncode, "gradio" in wrong.stderr) == (2, True)


WHAT_CANNOT_BE_MADE = [
    (["m", "--space-sdk", "gradio"], 2, "--space-sdk is for Spaces"),
    (["m", "--template", "x"], 2, "--template is for Spaces"),
    (["m", "--sleep-time", "60"], 2, "--sleep-time is for Spaces"),
    (["s", "--type", "space"], 2, "needs an SDK"),
    (["s", "--type", "space", "--sdk", "rust"], 2, "'rust'"),
    (["s", "--type", "space", "--sdk", "static", "-s", "NO_SUCH_NAME"], 2, "NO_SUCH_NAME"),
    (["a--b"], 2, "'--'"),
    (["alice/m@dev"], 2, "names a revision"),
    (["hf://alice/m/sub"], 2, "names a path"),
    (["datasets/alice/m", "--type", "space"], 2, "names a dataset"),
    (["m", "--region", "moon"], 2, "moon"),
    (["bob/m"], 4, "rights to create"),
    (["bob/m", "--dry-run"], 4, "not of alice"),
    (["refs"], 1, "reserved"),
]


def test_what_cannot_be_made(hub, cli) -> None:
    for words, code, said in WHAT_CANNOT_BE_MADE:
        done = cli("repo", "create", *words)
        assert (done.returncode, done.stdout) == (code, ""), (words, done.stderr)
        assert said in done.stderr.splitlines()[0]
        assert len(done.stderr.splitlines()) <= 3
    assert all(not hub.store.list_repos(kind) for kind in ("model", "dataset", "space"))


def test_a_reader_is_told_before_and_after(hub, cli) -> None:
    for words in ([], ["--dry-run"]):
        done = cli("repo", "create", "m", *words, token=hub.token("alice", "read"))
        assert (done.returncode, "role read" in done.stderr) == (4, True)
    nobody = cli("repo", "create", "m", token=None)
    assert (nobody.returncode, nobody.stdout) == (4, "")


def test_a_namespace_that_is_full(hub, cli) -> None:
    hub.store.limits.max_repos = 0
    done = cli("repo", "create", "m")
    assert (done.returncode, "limit of 0 repos" in done.stderr) == (4, True)
