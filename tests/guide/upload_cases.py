"""The examples of the guide's section on ``hf upload``, in the order of the guide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hfcli_hub.store.names import Kind

from tests.guide.world import Case, World

WEIGHTS = bytes(range(256)) * 64
MODELS = {"models/config.json": b"{}\n", "models/model.safetensors": WEIGHTS}
MODEL = "Wauplin/my-cool-model"


def files_here(files: Mapping[str, bytes]) -> Callable[[World], None]:
    return lambda world: world.write(files)


def repo_is(repo_id: str, files: Mapping[str, bytes], kind: Kind = "model") -> Callable[[World], None]:
    """The repo, which the command made, has exactly those files."""

    def check(world: World) -> None:
        assert world.files(repo_id, kind) == files

    return check


def make_the_space(world: World) -> None:
    """The Space as it was, and the folder of its name as it is now: one file new, one changed, one gone, and logs."""
    world.hub.create_repo("Wauplin/space-example", "space", sdk="gradio")
    remote = {"README.md": b"---\nsdk: gradio\n---\n", "app.py": b"old\n", "old.py": b"gone\n", "logs/1.txt": b"1\n"}
    world.hub.put_files("Wauplin/space-example", remote, "space")
    local = {"README.md": remote["README.md"], "app.py": b"new\n", "util.py": b"util\n", "logs/2.txt": b"2\n"}
    world.write({f"space-example/{name}": data for name, data in local.items()})


def the_space_is_in_step(world: World) -> None:
    """``--delete "*"`` takes also what no longer is in ``logs/``, from which nothing is sent."""
    repo_is(
        "Wauplin/space-example",
        {"README.md": b"---\nsdk: gradio\n---\n", "app.py": b"new\n", "util.py": b"util\n"},
        "space",
    )(world)
    assert last_message(world, "Wauplin/space-example", "space") == "Sync local Space with Hub"


def last_message(world: World, repo_id: str, kind: Kind = "model") -> str:
    git = world.hub.repo(repo_id, kind).git
    commit = next(iter(git.log(git.resolve("main"))))
    return f"{commit.title}\n\n{commit.message}".strip()


def write_notes(world: World) -> None:
    """Not the same twice, as the guide has this command in two places, and both tests go to one Hub."""
    world.write({"notes.md": str(world.cli.home).encode()})


def the_pull_request_has_it(world: World) -> None:
    files = world.files("bigcode/the-stack", "dataset", "refs/pr/104")
    assert files["notes.md"] == str(world.cli.home).encode()
    assert files["data/python/README.md"] == b"Python files.\n"
    assert "notes.md" not in world.files("bigcode/the-stack", "dataset")


def the_message_is_kept(world: World) -> None:
    repo_is(MODEL, {"config.json": b"{}\n", "model.safetensors": WEIGHTS})(world)
    assert last_message(world, MODEL) == ("Epoch 34/50\n\nVal accuracy: 68%. Check tensorboard for more details.")


IN_ROOT = {name.removeprefix("models/"): data for name, data in MODELS.items()}
ROOT = "{endpoint}/Wauplin/my-cool-model/tree/main/"

CASES = {
    "hf upload my-cool-model . .": Case(
        before=files_here({"config.json": b"{}\n", "sub/model.safetensors": WEIGHTS}),
        after=repo_is(MODEL, {"config.json": b"{}\n", "sub/model.safetensors": WEIGHTS}),
    ),
    "hf upload my-cool-model ./models .": Case(before=files_here(MODELS), after=repo_is(MODEL, IN_ROOT)),
    "hf upload my-cool-model ./path/to/curated/data /data/train": Case(
        before=files_here({"path/to/curated/data/1.parquet": WEIGHTS, "path/to/curated/data/en/1.txt": b"one\n"}),
        after=repo_is(MODEL, {"data/train/1.parquet": WEIGHTS, "data/train/en/1.txt": b"one\n"}),
    ),
    "hf upload Wauplin/my-cool-model ./models/model.safetensors": Case(
        before=files_here(MODELS),
        after=repo_is(MODEL, {"model.safetensors": WEIGHTS}),
    ),
    "hf upload Wauplin/my-cool-model ./models/model.safetensors /vae/model.safetensors": Case(
        before=files_here(MODELS),
        after=repo_is(MODEL, {"vae/model.safetensors": WEIGHTS}),
    ),
    'hf upload Wauplin/space-example --repo-type=space --exclude="/logs/*" --delete="*"'
    ' --commit-message="Sync local Space with Hub"': Case(
        before=make_the_space,
        prints=("{endpoint}/spaces/Wauplin/space-example/tree/main/",),
        after=the_space_is_in_step,
    ),
    "hf upload Wauplin/my-cool-dataset ./data /train --repo-type=dataset": Case(
        before=files_here({"data/1.csv": b"a,b\n1,2\n"}),
        prints=("{endpoint}/datasets/Wauplin/my-cool-dataset/tree/main/train",),
        after=repo_is("Wauplin/my-cool-dataset", {"train/1.csv": b"a,b\n1,2\n"}, "dataset"),
    ),
    "hf upload MyCoolOrganization/my-cool-model . .": Case(
        before=files_here({"config.json": b"{}\n"}),
        after=repo_is("MyCoolOrganization/my-cool-model", {"config.json": b"{}\n"}),
    ),
    "hf upload bigcode/the-stack . . --repo-type dataset --revision refs/pr/104": Case(
        before=write_notes,
        prints=("{endpoint}/datasets/bigcode/the-stack/tree/refs%2Fpr%2F104/",),
        after=the_pull_request_has_it,
    ),
    'hf upload Wauplin/my-cool-model ./models . --commit-message="Epoch 34/50"'
    ' --commit-description="Val accuracy: 68%. Check tensorboard for more details."': Case(
        before=files_here(MODELS),
        prints=(ROOT,),
        after=the_message_is_kept,
    ),
    "hf upload Wauplin/my-cool-model ./models . --token=hf_****": Case(
        before=files_here(MODELS),
        anonymous=True,
        prints=(ROOT,),
        after=repo_is(MODEL, IN_ROOT),
    ),
    "hf upload Wauplin/my-cool-model ./models . --quiet": Case(
        before=files_here(MODELS),
        prints=(ROOT,),
        after=repo_is(MODEL, IN_ROOT),
    ),
}
