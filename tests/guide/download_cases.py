"""The examples of the guide's section on ``hf download``, in the order of the guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from tests.guide.world import Case, Source, World, tree

GPT2: Source = ("model", "gpt2", "main")
FUYU: Source = ("model", "adept/fuyu-8b", "main")


def has_snapshot(repo: Source, *wanted: str, unwanted: Iterable[str] = ()) -> Callable[[World], None]:
    """The cache holds exactly the files of that repo that match, with the right bytes, and the ref."""

    def check(world: World) -> None:
        kind, repo_id, revision = repo
        commit = world.commit(repo_id, kind, revision)
        folder = world.hf_home / "hub" / f"{kind}s--{repo_id.replace('/', '--')}"
        assert tree(folder / "snapshots" / commit, but=[".gitattributes"]) == chosen(world, repo, wanted, unwanted)
        assert (folder / "refs" / revision).read_text() == commit
        assert [path.name for path in (folder / "snapshots").iterdir()] == [commit]

    return check


def has_folder(folder: str, repo: Source, *wanted: str) -> Callable[[World], None]:
    """That folder holds exactly the files that match, and nothing was written to the cache."""

    def check(world: World) -> None:
        assert tree(world.cli.work / folder) == chosen(world, repo, wanted)
        assert not (world.hf_home / "hub").exists()

    return check


def chosen(world: World, repo: Source, wanted: Iterable[str], unwanted: Iterable[str] = ()) -> dict[str, bytes]:
    kind, repo_id, revision = repo
    files = {
        name: data
        for name, data in world.files(repo_id, kind, revision).items()
        if any(fnmatchcase(name, pattern) for pattern in wanted)
        and not any(fnmatchcase(name, pattern) for pattern in unwanted)
    }
    assert files
    return files


def get_all_but_the_weights(world: World) -> None:
    """What the guide's reader has in the cache already: the sample shows no size for it."""
    weights = ("*.safetensors", "*.onnx", "pytorch_model-*")
    excluded = [word for pattern in weights for word in ("--exclude", pattern)]
    assert world.run("download", "adept/fuyu-8b", *excluded).returncode == 0
    world.hub.record.clear()


def no_content_came(world: World) -> None:
    assert world.hub.record.count(path="*/resolve/*") == 0
    assert world.hub.record.count(host="content") == 0


def make_fuyu_small(world: World) -> None:
    """The files of the repo weigh 14 GB, so those that are really downloaded are of the same names and shorter."""
    names = world.hub.list_files("adept/fuyu-8b")
    world.hub = world.other_hub()
    world.hub.create_repo("adept/fuyu-8b")
    world.hub.put_files("adept/fuyu-8b", {name: name.encode() for name in names if name != ".gitattributes"})


def is_in_the_named_cache(world: World) -> None:
    commit = world.commit("adept/fuyu-8b")
    folder = world.cli.work / "path" / "to" / "cache" / "models--adept--fuyu-8b"
    assert tree(folder / "snapshots" / commit, but=[".gitattributes"]) == world.files("adept/fuyu-8b")
    assert not (world.hf_home / "hub").exists()


DRY_RUN = """\
.gitattributes                     -
config.json                        -
generation_config.json             -
handler.py                         -
model-00001-of-00002.safetensors   5.0G
model-00002-of-00002.safetensors   543.5M
model.safetensors.index.json       -
onnx/config.json                   -
onnx/decoder_model.onnx            653.7M
onnx/decoder_model_merged.onnx     655.2M
onnx/decoder_with_past_model.onnx  653.7M
pytorch_model-00001-of-00002.bin   5.0G
pytorch_model-00002-of-00002.bin   548.1M
pytorch_model.bin.index.json       -
requirements.txt                   -
special_tokens_map.json            -
tokenizer.json                     -
tokenizer.model                    -
tokenizer_config.json              -"""

CASES = {
    "hf download gpt2 config.json": Case(
        repo=GPT2,
        anonymous=True,
        prints=("{hf_home}/hub/models--gpt2/snapshots/{commit}/config.json",),
        after=has_snapshot(GPT2, "config.json"),
    ),
    "hf download gpt2 config.json --local-dir=./models/gpt2": Case(
        after=has_folder("models/gpt2", GPT2, "config.json"),
    ),
    "hf download HuggingFaceH4/zephyr-7b-beta": Case(
        repo=("model", "HuggingFaceH4/zephyr-7b-beta", "main"),
        after=has_snapshot(("model", "HuggingFaceH4/zephyr-7b-beta", "main"), "*"),
    ),
    "hf download gpt2 config.json model.safetensors": Case(
        repo=GPT2,
        after=has_snapshot(GPT2, "config.json", "model.safetensors"),
    ),
    'hf download gpt2 --include="*.json" --include="*.md" --exclude="vocab.json"': Case(
        repo=GPT2,
        after=has_snapshot(GPT2, "*.json", "*.md", unwanted=["vocab.json"]),
    ),
    'hf download --repo-type=dataset lhoestq/custom_squad --include="*.json" --local-dir=./datasets/custom_squad': Case(
        after=has_folder("datasets/custom_squad", ("dataset", "lhoestq/custom_squad", "main"), "*.json"),
    ),
    'hf download --repo-type=space Wauplin/my-cool-training-space --include="*.py" --include="requirements.txt"'
    " --local-dir=./spaces/my-cool-training-space": Case(
        after=has_folder(
            "spaces/my-cool-training-space",
            ("space", "Wauplin/my-cool-training-space", "main"),
            "*.py",
            "requirements.txt",
        ),
    ),
    'hf download bigcode/the-stack --repo-type=dataset --revision=v1.1 --include="data/python/*"'
    " --local-dir=./datasets/the-stack-python": Case(
        after=has_folder("datasets/the-stack-python", ("dataset", "bigcode/the-stack", "v1.1"), "data/python/*"),
    ),
    "hf download adept/fuyu-8b --dry-run": Case(
        before=get_all_but_the_weights,
        prints=tuple(DRY_RUN.splitlines()),
        after=no_content_came,
    ),
    "hf download adept/fuyu-8b --cache-dir ./path/to/cache": Case(
        before=make_fuyu_small,
        repo=FUYU,
        after=is_in_the_named_cache,
    ),
    "hf download gpt2 config.json --token=hf_****": Case(
        repo=GPT2,
        anonymous=True,
        after=has_snapshot(GPT2, "config.json"),
    ),
    "hf download gpt2 --quiet": Case(
        repo=GPT2,
        after=has_snapshot(GPT2, "*"),
    ),
}
