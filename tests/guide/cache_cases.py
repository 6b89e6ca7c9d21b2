"""The examples of the guide's sections on ``hf cache``, in the order of the guide."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from hfcli_hub.testkit.cached import fill_cache

from tests.guide.world import Case, World, tree

DAY = 86400
OCR = "deepseek-ai/DeepSeek-OCR"
SHUFFLE = "karpathy/fineweb-edu-100b-shuffle"
PINNED = "ef93bf4a377c5d5ed9dca78e0bc4ea50b26fe6a4"
USERLM = "be8f2069189bdf443e554c24e488ff3ff6952691"


def cache(world: World) -> Path:
    return world.hf_home / "hub"


def sha(start: str) -> str:
    return start.ljust(40, "0")


def fill(world: World) -> None:
    """The three repos of the sample, of the same sizes and ages."""

    def add(repo: str, days: int, *revisions: tuple[str, dict[str, bytes | int]], **refs: str) -> None:
        when = time.time() - days * DAY
        fill_cache(cache(world), repo, dict(revisions), refs, accessed=when, modified=when)

    one, other = sha("a1"), sha("b2")
    add("dataset/nyu-mll/glue", 2, (one, {"a": 157_000_000}), (other, {"b": 400_000}), main=one, script=other)
    add("model/LiquidAI/LFM2-VL-1.6B", 4, (one, {"a": 3_200_000_000}), (other, {"a": 3_200_000_000}), main=one)
    add("model/microsoft/UserLM-8b", 4, (USERLM, {"a": 32_100_000_000}), main=USERLM)


def fill_with_old(world: World) -> None:
    """The three repos, and two that nobody has used for more than a year."""
    fill(world)
    for repo, size in (("meta-llama/Llama-3.2-1B-Instruct", 4_980_000_000), ("hexgrad/Kokoro-82M", 330_000_000)):
        old = time.time() - 400 * DAY
        fill_cache(cache(world), f"model/{repo}", {sha("c3"): {"a": size}}, {"main": sha("c3")}, accessed=old)


def fill_with_t5(world: World) -> None:
    commit = sha("8f3ad1c")
    fill_cache(cache(world), "model/t5-small", {commit: {"model.safetensors": 1_100_000_000}}, {"main": commit})


def fill_with_detached(world: World) -> None:
    """Two repos with revisions that no branch and no tag reaches."""
    main, pull, old, older = sha("fe"), sha("1c610f6b"), sha("d4ec9b72"), sha("2b91c8dd")
    fill_cache(
        cache(world),
        "model/t5-small",
        {main: {"config.json": b"{}"}, pull: {"a": 820_100_000}, old: {"a": 640_500_000}},
        {"main": main, "refs/pr/1": pull},
    )
    fill_cache(cache(world), "dataset/google/fleurs", {main: {"a": 1}, older: {"b": 937_600_000}}, {"main": main})


def has_repos(*folders: str) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert {path.name for path in cache(world).iterdir() if path.name[0] != "."} == set(folders)

    return check


THREE = ("datasets--nyu-mll--glue", "models--LiquidAI--LFM2-VL-1.6B", "models--microsoft--UserLM-8b")


def is_pruned(world: World) -> None:
    """What is left are the revisions of ``main``, and no ref to what went."""
    kept = {path.relative_to(cache(world)).as_posix() for path in cache(world).glob("*/snapshots/*")}
    assert kept == {f"{folder}/snapshots/{sha('fe')}" for folder in ("models--t5-small", "datasets--google--fleurs")}
    assert [path.name for path in cache(world).glob("*/refs/*")] == ["main", "main"]
    assert {path.stat().st_size for path in cache(world).glob("*/blobs/*")} == {1, 2}


def download(*words: str) -> Callable[[World], None]:
    def run(world: World) -> None:
        assert world.run("download", *words).returncode == 0
        world.hub.record.clear()

    return run


def download_pinned(world: World) -> None:
    world.stands_for[PINNED] = world.commit(OCR)
    download(OCR, "--revision", world.commit(OCR))(world)


def download_private(world: World) -> None:
    """``me`` is an account of this test alone, and has a token of its own."""
    if "me" not in {account.name for account in world.hub.store.accounts.list()}:
        world.hub.store.accounts.create_user("me")
        world.hub.create_repo("me/private-model", private=True)
        world.hub.put_files("me/private-model", {"config.json": b"{}\n"})
    world.stands_for["hf_***"] = world.hub.token("me")
    assert world.run("download", "me/private-model", token=world.hub.token("me")).returncode == 0


def download_to_a_folder(world: World) -> None:
    world.stands_for["/path/to/repo"] = str(world.cli.work / "repo")
    download(OCR, "--local-dir", "repo")(world)


def verified(count: int, name: str, place: str) -> tuple[str, ...]:
    return (f"✅ Verified {count} file(s) for {name} in {place}", "  All checksums match.")


def nothing_was_fetched(world: World) -> None:
    """One question for the listing, one more where a branch is to be resolved; no content."""
    assert world.hub.record.count(path="*/resolve/*") == 0
    assert world.hub.record.count(host="content") == 0
    assert world.hub.record.count(method="GET", path="/api/*") <= 2


def folder_is_verified(world: World) -> None:
    nothing_was_fetched(world)
    damaged = world.cli.work / "repo" / "modeling.py"
    damaged.write_bytes(b"class Other:\n    pass\n")
    done = world.run("cache", "verify", OCR, "--local-dir", "repo")
    assert done.returncode == 9
    assert "modeling.py: expected" in done.stdout
    assert len(tree(world.cli.work / "repo")) == 13


def snapshot_of(world_repo: str, kind: str = "models") -> str:
    return f"~/.cache/huggingface/hub/{kind}--{world_repo.replace('/', '--')}/snapshots/{{commit}}"


OCR_MAIN = verified(13, f"'{OCR}' (model)", snapshot_of(OCR))

CASES = {
    "hf cache ls": Case(
        before=fill,
        prints=(
            "ID                          SIZE     LAST_ACCESSED LAST_MODIFIED REFS        ",
            "--------------------------- -------- ------------- ------------- ----------- ",
            "dataset/nyu-mll/glue          157.4M 2 days ago    2 days ago    main script ",
            "model/LiquidAI/LFM2-VL-1.6B     3.2G 4 days ago    4 days ago    main        ",
            "model/microsoft/UserLM-8b      32.1G 4 days ago    4 days ago    main        ",
            "",
            "Found 3 repo(s) for a total of 5 revision(s) and 35.5G on disk.",
        ),
        after=has_repos(*THREE),
    ),
    'hf cache ls --filter "size>30g" --revisions': Case(before=fill, after=has_repos(*THREE)),
    'hf cache rm $(hf cache ls --filter "accessed>1y" -q) -y': Case(
        before=fill_with_old,
        prints=(
            "About to delete 2 repo(s) totalling 5.3G.",
            "  - model/hexgrad/Kokoro-82M (entire repo)",
            "  - model/meta-llama/Llama-3.2-1B-Instruct (entire repo)",
            "Deleted 2 repo(s) and 2 revision(s); freed 5.3G.",
        ),
        after=has_repos(*THREE),
    ),
    "hf cache rm model/LiquidAI/LFM2-VL-1.6B": Case(before=fill, types="y\n", after=has_repos(THREE[0], THREE[2])),
    "hf cache rm model/t5-small 8f3ad1c --dry-run": Case(before=fill_with_t5, after=has_repos("models--t5-small")),
    "hf cache prune": Case(
        before=fill_with_detached,
        types="y\n",
        after=is_pruned,
    ),
    f"hf cache verify {OCR}": Case(
        before=download(OCR), repo=("model", OCR, "main"), prints=OCR_MAIN, after=nothing_was_fetched
    ),
    f"hf cache verify {OCR} --revision refs/pr/5": Case(
        before=download(OCR, "--revision", "refs/pr/5"),
        repo=("model", OCR, "refs/pr/5"),
        prints=verified(14, f"'{OCR}' (model)", snapshot_of(OCR)),
        after=nothing_was_fetched,
    ),
    f"hf cache verify {OCR} --revision {PINNED}": Case(
        before=download_pinned, repo=("model", OCR, "main"), prints=OCR_MAIN, after=nothing_was_fetched
    ),
    "hf cache verify me/private-model --token hf_***": Case(
        before=download_private,
        repo=("model", "me/private-model", "main"),
        anonymous=True,
        prints=verified(2, "'me/private-model' (model)", snapshot_of("me/private-model")),
        after=lambda world: None,
    ),
    f"hf cache verify {SHUFFLE} --repo-type dataset": Case(
        before=download(SHUFFLE, "--repo-type", "dataset"),
        repo=("dataset", SHUFFLE, "main"),
        prints=verified(4, f"'{SHUFFLE}' (dataset)", snapshot_of(SHUFFLE, "datasets")),
        after=nothing_was_fetched,
    ),
    f"hf cache verify {OCR} --local-dir /path/to/repo": Case(
        before=download_to_a_folder,
        prints=verified(13, f"'{OCR}' (model)", "~/work/repo"),
        after=folder_is_verified,
    ),
    f"hf cache verify {OCR} --fail-on-missing-files --fail-on-extra-files": Case(
        before=download(OCR), repo=("model", OCR, "main"), prints=OCR_MAIN, after=nothing_was_fetched
    ),
}
