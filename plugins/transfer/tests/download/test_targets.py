"""Addresses in the place of REPO_ID: ``hf://`` and those of pages of the Hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hfcli_hub.store.git import Author, PutFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    Contents = Callable[[Path], dict[str, bytes]]

FILES = {"data/train.csv": b"1\n", "data/test.csv": b"2\n", "README.md": b"# Squad\n"}


@pytest.fixture
def squad(hub: LiveHub, cli: Cli) -> Path:
    """The snapshot of the dataset ``alice/squad``, at ``v1`` and at the pull request 1; ``main`` has moved on."""
    hub.create_repo("alice/squad", "dataset")
    commit = hub.put_files("alice/squad", FILES, "dataset")
    repo = hub.repo("alice/squad", "dataset")
    repo.git.create_tag("v1", commit)
    hub.put_files("alice/squad", {"data/train.csv": b"newer\n"}, "dataset")
    return cli.hf_home / "hub" / "datasets--alice--squad" / "snapshots" / commit


@pytest.mark.parametrize(
    ("address", "path", "got"),
    [
        ("hf://datasets/alice/squad@v1/data/train.csv", "data/train.csv", {"data/train.csv"}),
        ("hf://datasets/alice/squad@v1/data", "", {"data/train.csv", "data/test.csv"}),
        ("hf://datasets/alice/squad@v1", "", set(FILES)),
        ("datasets/alice/squad@v1", "", set(FILES)),
        ("{hub}/datasets/alice/squad/tree/v1", "", set(FILES)),
        ("{hub}/datasets/alice/squad/tree/v1/data", "", {"data/train.csv", "data/test.csv"}),
        ("{hub}/datasets/alice/squad/tree/v1/data/", "", {"data/train.csv", "data/test.csv"}),
        ("{hub}/datasets/alice/squad/blob/v1/data/train.csv", "data/train.csv", {"data/train.csv"}),
        ("{hub}/datasets/alice/squad/resolve/v1/data/train.csv?download=true", "data/train.csv", {"data/train.csv"}),
        ("{hub}/datasets/alice/squad/raw/v1/README.md#usage", "README.md", {"README.md"}),
    ],
)
def test_what_an_address_means(
    hub: LiveHub, cli: Cli, squad: Path, contents: Contents, address: str, path: str, got: set[str]
) -> None:
    result = cli("download", address.format(hub=hub.endpoint))
    assert result.lines == [str(squad / path)], result.stderr
    assert contents(squad) == {name: data for name, data in FILES.items() if name in got}


@pytest.mark.parametrize(
    "address", ["hf://datasets/alice/squad@refs%2Fpr%2F1", "{hub}/datasets/alice/squad/tree/refs%2Fpr%2F1"]
)
def test_a_quoted_revision(hub: LiveHub, cli: Cli, squad: Path, address: str) -> None:
    author = Author("alice", "alice@example.org")
    _, commit = hub.repo("alice/squad", "dataset").create_pull(
        "main", [PutFile("a b.txt", b"pulled")], message="Add it", author=author
    )
    result = cli("download", address.format(hub=hub.endpoint), "a b.txt")
    assert result.lines == [str(squad.parent / commit / "a b.txt")], result.stderr
    again = cli("download", f"{hub.endpoint}/datasets/alice/squad/blob/refs%2Fpr%2F1/a%20b.txt")
    assert again.lines == result.lines, again.stderr


def test_an_address_and_patterns(cli: Cli, squad: Path, contents: Contents) -> None:
    address = "hf://datasets/alice/squad@v1/data"
    result = cli("download", address, "--repo-type=dataset", "--revision=v1", "--include=*.md", "--exclude=*test*")
    assert result.lines == [str(squad)], result.stderr
    assert set(contents(squad)) == {"data/train.csv", "README.md"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hf://datasets/alice/squad@v1", "--revision", "main"], "names the revision 'v1', but --revision is 'main'"),
        (["{hub}/datasets/alice/squad/tree/v1", "--revision=main"], "names the revision 'v1'"),
        (
            ["hf://datasets/alice/squad", "--repo-type", "space"],
            "names a dataset, but the repository type given is space",
        ),
        (["{hub}/datasets/alice/squad", "--type=model"], "names a dataset"),
        (["{hub}/alice/squad/tree/v1", "--type=dataset"], "names a model"),
        (["{hub}/datasets/alice/squad/blob/v1/README.md", "data/"], "names 'README.md' already"),
        (["hf://datasets/alice/squad/../../x"], "outside"),
        (["https://example.org/alice/squad"], "A page of example.org"),
        (["hf://datasets"], "No repository in"),
        (["hf://datasets/alice/squad@"], "No revision after '@'"),
    ],
)
def test_what_contradicts_itself(hub: LiveHub, cli: Cli, arguments: list[str], said: str) -> None:
    result = cli("download", *(word.format(hub=hub.endpoint) for word in arguments))
    assert result.returncode == 2, result.stderr
    error, hint = result.stderr.splitlines()
    assert said in error
    assert hint.startswith("Hint: ")
    assert len(hub.record) == 0


def test_options_before_the_repo(cli: Cli, squad: Path) -> None:
    result = cli(
        "download", "--repo-type", "dataset", "--exclude", "data/", "--revision", "v1", "alice/squad", "--quiet"
    )
    assert (result.lines, result.stderr) == ([str(squad)], "")
