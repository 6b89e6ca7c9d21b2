"""What people type for a repository, and what is made of it (faults.md I1, I2)."""

from __future__ import annotations

import contextlib

import pytest
from hfcli_core.errors import IntegrityError, UsageError
from hfcli_core.hub.refs import (
    REPO_TYPES,
    Repo,
    RepoTarget,
    checked_commit,
    checked_oid,
    is_commit,
    parse_repo,
    quote_path,
    quote_revision,
)
from hypothesis import given, settings, strategies as st

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "kind", "repo_id", "revision", "path"),
    [
        ("gpt2", "model", "gpt2", None, None),
        ("alice/demo", "model", "alice/demo", None, None),
        ("alice/demo.v1_2-x", "model", "alice/demo.v1_2-x", None, None),
        ("  alice/demo\n", "model", "alice/demo", None, None),
        ("datasets/alice/demo", "dataset", "alice/demo", None, None),
        ("datasets/squad", "dataset", "squad", None, None),
        ("spaces/alice/demo", "space", "alice/demo", None, None),
        ("models/alice/demo", "model", "alice/demo", None, None),
        ("alice/demo@v1.0", "model", "alice/demo", "v1.0", None),
        ("alice/demo@refs/pr/3", "model", "alice/demo", "refs/pr/3", None),
        ("datasets/alice/demo@feature/x", "dataset", "alice/demo", "feature/x", None),
        ("hf://alice/demo", "model", "alice/demo", None, None),
        ("hf://alice/demo/", "model", "alice/demo", None, None),
        ("hf://alice/demo/a/b.txt", "model", "alice/demo", None, "a/b.txt"),
        ("hf://datasets/alice/demo@main/a/b@c.txt", "dataset", "alice/demo", "main", "a/b@c.txt"),
        ("hf://datasets/alice/demo/a/b@c.txt", "dataset", "alice/demo", None, "a/b@c.txt"),
        ("hf://alice/demo@refs/pr/3/a.txt", "model", "alice/demo", "refs/pr/3", "a.txt"),
        ("hf://alice/demo@refs%2Fpr%2F3/a.txt", "model", "alice/demo", "refs/pr/3", "a.txt"),
        ("hf://gpt2@main/config.json", "model", "gpt2", "main", "config.json"),
        ("https://huggingface.co/alice/demo", "model", "alice/demo", None, None),
        ("https://huggingface.co/alice/demo/", "model", "alice/demo", None, None),
        ("https://huggingface.co/alice/demo.git", "model", "alice/demo", None, None),
        ("huggingface.co/alice/demo", "model", "alice/demo", None, None),
        ("hf.co/datasets/alice/demo", "dataset", "alice/demo", None, None),
        ("https://huggingface.co/gpt2/tree/main", "model", "gpt2", "main", None),
        ("https://huggingface.co/datasets/u/r/tree/main/x", "dataset", "u/r", "main", "x"),
        ("http://127.0.0.1:9/spaces/u/r/blob/v1/a%20b/c.txt", "space", "u/r", "v1", "a b/c.txt"),
        ("https://huggingface.co/u/r/resolve/main/f.bin?download=true", "model", "u/r", "main", "f.bin"),
        ("https://huggingface.co/u/r/tree/refs%2Fpr%2F1", "model", "u/r", "refs/pr/1", None),
        ("https://huggingface.co/u/r/blob/refs/pr/1/f", "model", "u/r", "refs/pr/1", "f"),
        (f"https://huggingface.co/u/r/commit/{SHA}", "model", "u/r", SHA, None),
    ],
)
def test_accepted(text: str, kind: str, repo_id: str, revision: str | None, path: str | None) -> None:
    target = parse_repo(text)
    assert (target.repo.type, target.repo.id, target.revision, target.path) == (kind, repo_id, revision, path)


def test_address_below_the_prefix_of_an_endpoint() -> None:
    endpoint = "https://x.example/artifactory/api/huggingfaceml/hub"
    assert parse_repo(f"{endpoint}/u/r/resolve/main/f", endpoint=endpoint).path == "f"


def test_an_address_of_another_hub_is_refused() -> None:
    with pytest.raises(UsageError, match=r"example\.com") as caught:
        parse_repo("http://example.com/alice/m", endpoint="https://hub.corp/x")
    assert "--endpoint" in (caught.value.hint or "")
    assert parse_repo("https://huggingface.co/alice/m", endpoint="https://hub.corp/x").repo.id == "alice/m"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("alice/my demo", "'alice/my-demo'"),
        ("alice/demo/", "'alice/demo'"),
        ("alice\\demo", "'alice/demo'"),
        ("alice/-demo-", "'alice/demo'"),
        ("alice/de--mo", "'alice/de-mo'"),
        ("alice/de..mo", "'alice/de.mo'"),
        ("alice/demo.git", "'alice/demo'"),
        ("alice/demo/config.json", "repository 'alice/demo' and path 'config.json'"),
        ("alice/" + "x" * 97, f"'alice/{'x' * 96}'"),
        ("", "namespace/name"),
        ("../../etc", "'etc'"),
        ("https://huggingface.co/alice/demo/settings", "'alice/demo'"),
    ],
)
def test_refused_with_a_suggestion(text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_repo(text)
    assert hint in (caught.value.hint or "")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "text", ["a/b@", "hf://datasets/", "hf://a/b@/x", "https://huggingface.co/", "a\0b", "naïve/x"]
)
def test_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_repo(text)


def test_type_given_twice_must_agree() -> None:
    assert parse_repo("datasets/u/r", repo_type="dataset").repo.type == "dataset"
    assert parse_repo("u/r", repo_type="space").repo.type == "space"
    for text in ("datasets/u/r", "hf://u/r", "https://huggingface.co/u/r"):
        with pytest.raises(UsageError, match="names a"):
            parse_repo(text, repo_type="space")


def test_names_of_a_repository() -> None:
    dataset, model = Repo("dataset", "u/r"), Repo("model", "gpt2")
    assert (dataset.api_path, dataset.git_path, dataset.folder_name) == (
        "api/datasets/u/r",
        "datasets/u/r",
        "datasets--u--r",
    )
    assert (model.api_path, model.git_path, model.folder_name) == ("api/models/gpt2", "gpt2", "models--gpt2")
    assert dataset.web_url("https://h/") == "https://h/datasets/u/r"
    assert dataset.web_url("https://h", revision="refs/pr/1") == "https://h/datasets/u/r/tree/refs%2Fpr%2F1/"
    assert model.web_url("https://h", path="a b/c", kind="blob") == "https://h/gpt2/blob/main/a%20b/c"


def test_revisions_are_quoted_whole() -> None:
    assert quote_revision("refs/pr/1") == "refs%2Fpr%2F1"
    assert quote_revision("-x%ü") == "-x%25%C3%BC"
    assert quote_path("a b/ü#?") == "a%20b/%C3%BC%23%3F"
    for revision in ("", " ", ".", ".."):
        with pytest.raises(UsageError):
            quote_revision(revision)


def test_only_full_shas_are_believed() -> None:
    assert is_commit(SHA)
    assert not is_commit(SHA.upper())
    assert not is_commit(SHA + "\n")
    assert checked_commit(SHA, "the server") == SHA
    for value in ("../../x", "", None, 7, SHA[:39], SHA + "\n", "a" * 64):
        with pytest.raises(IntegrityError):
            checked_commit(value, "the server")
    assert checked_oid("a" * 64, "the server") == "a" * 64
    for value in ("../../x", 'W/"x"', "a" * 50, "A" * 40):
        with pytest.raises(IntegrityError):
            checked_oid(value, "the server")


NAMES = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9_])?", fullmatch=True).filter(
    lambda name: (
        "--" not in name
        and ".." not in name
        and not name.endswith(".git")
        and name not in ("datasets", "models", "spaces", "tree", "blob", "resolve", "raw", "commit", "commits", "blame")
    )
)
REVISIONS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda revision: revision.strip(" /") == revision and revision not in (".", "..") and revision.strip()
)
PATHS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=8).filter(
        lambda part: part.strip() == part
    ),
    min_size=1,
    max_size=3,
).map("/".join)


@settings(deadline=None)
@given(st.sampled_from(REPO_TYPES), NAMES, NAMES, REVISIONS, PATHS)
def test_a_page_address_leads_back(kind: str, namespace: str, name: str, revision: str, path: str) -> None:
    repo = Repo(kind, f"{namespace}/{name}")  # type: ignore[arg-type]  # sampled from the types
    page = repo.web_url("https://huggingface.co", revision=revision, path=path, kind="blob")
    assert parse_repo(page) == RepoTarget(repo, revision, path)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_nothing_else_escapes(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert parse_repo(text).repo.id
