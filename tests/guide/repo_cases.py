"""The examples of the guide's sections on ``hf repo``, ``hf repo-files`` and ``hf repo tag create``."""

from __future__ import annotations

from collections.abc import Callable

from hfcli_hub.store.git import Author, PutFile
from hfcli_hub.store.names import Kind

from tests.guide.world import USER, Case, World

MODEL = "Wauplin/my-cool-model"
FILES = {
    "file.txt": b"text\n",
    "notes.txt": b"notes\n",
    "folder/pytorch_model.bin": bytes(2000),
    "folder/sub/more.bin": bytes(10),
    "folder/config.json": b"{}\n",
    "config.json": b"{}\n",
}
DELETED = ("Files correctly deleted from repo. Commit: {endpoint}/Wauplin/my-cool-model/commit/{commit}",)


def make(repo_id: str, kind: Kind = "model") -> Callable[[World], None]:
    def before(world: World) -> None:
        world.hub.create_repo(repo_id, kind, sdk="gradio" if kind == "space" else None)

    return before


def is_there(repo_id: str, kind: Kind = "model", *, private: bool = False) -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.hub.repo(repo_id, kind).private is private

    return after


def is_gone(repo_id: str, kind: Kind = "model") -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.hub.store.find_repo(kind, repo_id) is None

    return after


def add_namespaces(world: World) -> None:
    accounts = world.hub.store.accounts
    known = {account.name for account in accounts.list()}
    for org in ("old-namespace", "new-namespace"):
        if org not in known:
            accounts.create_org(org)
        accounts.set_member(org, USER)
    make("old-namespace/my-model")(world)


def was_moved(world: World) -> None:
    accounts = world.hub.store.accounts
    for org in ("old-namespace", "new-namespace"):
        accounts.remove_member(org, USER)
    assert world.hub.repo("old-namespace/my-model").id == "new-namespace/my-model"


def make_private(world: World) -> None:
    world.hub.create_repo(MODEL, private=True)


def gated_is(value: str) -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.hub.repo(MODEL).gated == value

    return after


def open_pull_request(world: World) -> None:
    """Number 104, without the 103 before it."""
    make(MODEL)(world)
    git = world.hub.repo(MODEL).git
    author = Author(USER, f"{USER}@users.noreply.localhost")
    changes = [PutFile("proposed.txt", b"proposed\n")]
    git.commit("refs/pr/104", changes, message="Propose", author=author, start=git.resolve("main"))


def branch_is_at(name: str, revision: str) -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.hub.repo(MODEL).git.all_refs().branches[name] == world.commit(MODEL, revision=revision)

    return after


def make_branch(world: World) -> None:
    make(MODEL)(world)
    world.hub.repo(MODEL).git.create_branch("dev", "main")


def has_no_branch(world: World) -> None:
    assert list(world.hub.repo(MODEL).git.all_refs().branches) == ["main"]


def put_files(world: World) -> None:
    make(MODEL)(world)
    world.hub.put_files(MODEL, FILES)


def has_left(*names: str) -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.files(MODEL) == {name: FILES[name] for name in names}

    return after


def tag_is_at(revision: str) -> Callable[[World], None]:
    def after(world: World) -> None:
        assert world.hub.repo(MODEL).git.all_refs().tags == {"v1.0": world.commit(MODEL, revision=revision)}

    return after


def join_bigcode(world: World) -> None:
    accounts = world.hub.store.accounts
    if "bigcode" not in {account.name for account in accounts.list()}:
        accounts.create_org("bigcode")
    accounts.set_member("bigcode", USER)


def the_stack_is_tagged(world: World) -> None:
    world.hub.store.accounts.remove_member("bigcode", USER)
    git = world.hub.repo("bigcode/the-stack", "dataset").git
    assert git.all_refs().tags["v1.0"] == git.resolve("main")
    git.delete_tag("v1.0")


def tag_the_space(world: World) -> None:
    make("Wauplin/gradio-space-ci", "space")(world)
    git = world.hub.repo("Wauplin/gradio-space-ci", "space").git
    for tag in ("0.1.2", "0.0.1", "0.2.0", "0.2.2", "0.0.2", "0.2.1"):
        git.create_tag(tag, "main")


def tag_the_model(world: World) -> None:
    make(MODEL)(world)
    world.hub.repo(MODEL).git.create_tag("v1.0", "main")


def has_no_tag(world: World) -> None:
    assert world.hub.repo(MODEL).git.all_refs().tags == {}


CASES = {
    "hf repo create Wauplin/my-cool-model": Case(after=is_there(MODEL)),
    "hf repo create my-cool-dataset --repo-type dataset --private": Case(
        prints=(
            "Successfully created Wauplin/my-cool-dataset on the Hub.",
            "Your repo is now available at {endpoint}/datasets/Wauplin/my-cool-dataset",
        ),
        after=is_there("Wauplin/my-cool-dataset", "dataset", private=True),
    ),
    "hf repo create my-gradio-space --repo-type space --space-sdk gradio": Case(
        prints=(
            "Successfully created Wauplin/my-gradio-space on the Hub.",
            "Your repo is now available at {endpoint}/spaces/Wauplin/my-gradio-space",
        ),
        after=is_there("Wauplin/my-gradio-space", "space"),
    ),
    "hf repo delete Wauplin/my-cool-model": Case(before=make(MODEL), types=f"{MODEL}\n", after=is_gone(MODEL)),
    "hf repo delete my-cool-dataset --repo-type dataset": Case(
        before=make("Wauplin/my-cool-dataset", "dataset"),
        types="Wauplin/my-cool-dataset\n",
        after=is_gone("Wauplin/my-cool-dataset", "dataset"),
    ),
    "hf repo delete my-gradio-space --repo-type space": Case(
        before=make("Wauplin/my-gradio-space", "space"),
        types="Wauplin/my-gradio-space\n",
        after=is_gone("Wauplin/my-gradio-space", "space"),
    ),
    "hf repo move old-namespace/my-model new-namespace/my-model": Case(before=add_namespaces, after=was_moved),
    "hf repo settings Wauplin/my-cool-model --gated auto": Case(before=make(MODEL), after=gated_is("auto")),
    "hf repo settings Wauplin/my-cool-model --private true": Case(
        before=make(MODEL), after=is_there(MODEL, private=True)
    ),
    "hf repo settings Wauplin/my-cool-model --private false": Case(before=make_private, after=is_there(MODEL)),
    "hf repo branch create Wauplin/my-cool-model dev": Case(before=make(MODEL), after=branch_is_at("dev", "main")),
    "hf repo branch create Wauplin/my-cool-model release-1 --revision refs/pr/104": Case(
        before=open_pull_request, after=branch_is_at("release-1", "refs/pr/104")
    ),
    "hf repo branch delete Wauplin/my-cool-model dev": Case(before=make_branch, after=has_no_branch),
    "hf repo-files delete Wauplin/my-cool-model folder/": Case(
        before=put_files,
        repo=("model", MODEL, "main"),
        prints=DELETED,
        after=has_left("config.json", "file.txt", "notes.txt"),
    ),
    "hf repo-files delete Wauplin/my-cool-model file.txt folder/pytorch_model.bin": Case(
        before=put_files,
        repo=("model", MODEL, "main"),
        prints=DELETED,
        after=has_left("config.json", "folder/config.json", "folder/sub/more.bin", "notes.txt"),
    ),
    'hf repo-files delete Wauplin/my-cool-model "*.txt" "folder/*.bin"': Case(
        before=put_files,
        repo=("model", MODEL, "main"),
        prints=DELETED,
        after=has_left("config.json", "folder/config.json"),
    ),
    "hf repo-files delete --token=hf_**** Wauplin/my-cool-model file.txt": Case(
        before=put_files,
        anonymous=True,
        after=has_left(*sorted(name for name in FILES if name != "file.txt")),
    ),
    "hf repo tag create Wauplin/my-cool-model v1.0": Case(before=make(MODEL), after=tag_is_at("main")),
    "hf repo tag create Wauplin/my-cool-model v1.0 --revision refs/pr/104": Case(
        before=open_pull_request, after=tag_is_at("refs/pr/104")
    ),
    "hf repo tag create bigcode/the-stack v1.0 --repo-type dataset": Case(
        before=join_bigcode, after=the_stack_is_tagged
    ),
    "hf repo tag create Wauplin/gradio-space-ci -l --repo-type space": Case(before=tag_the_space, after=lambda _: None),
    "hf repo tag create -d Wauplin/my-cool-model v1.0": Case(
        before=tag_the_model,
        repo=("model", MODEL, "main"),
        types="y\n",
        prints=(
            "You are about to delete tag v1.0 on model Wauplin/my-cool-model",
            "Proceed? [Y/n]: y",
            "Tag v1.0 deleted on Wauplin/my-cool-model",
            "Hint: to undo it: hf repo tag create Wauplin/my-cool-model v1.0 --revision {commit}",
        ),
        after=has_no_tag,
    ),
}
