"""What a repo says about itself: the metadata of its README.md (`cardData`), and the tags that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..store.bounded import BoundedCache
from ..store.errors import UnknownRepo, UnknownRevision
from ..store.names import Kind
from ..store.refs import MAIN
from ..store.repos import Repo
from .front_matter import InvalidMetadataError, parse

# By the README's oid, so that an entry never goes stale.
_CARDS: BoundedCache[str, Mapping[str, Any]] = BoundedCache(4096)
# Which fields become tags, and with which prefix, in the order in which the real Hub lists them.
_TAGS: Mapping[Kind, Sequence[tuple[str, str]]] = {
    "model": (
        ("library_name", ""),
        ("pipeline_tag", ""),
        ("tags", ""),
        ("language", ""),
        ("datasets", "dataset:"),
        ("base_model", "base_model:"),
        ("license", "license:"),
    ),
    "dataset": (
        ("task_categories", "task_categories:"),
        ("language", "language:"),
        ("license", "license:"),
        ("size_categories", "size_categories:"),
        ("tags", ""),
    ),
    "space": (("sdk", ""), ("tags", "")),
}


def card_data(repo: Repo, revision: str = MAIN) -> Mapping[str, Any]:
    """The metadata at a revision; empty where there is none, or none that is valid."""
    try:
        entry = repo.git.entry(repo.git.resolve(revision), "README.md")
    except (UnknownRevision, UnknownRepo):
        return {}
    if entry is None or entry.type != "file" or entry.lfs:
        return {}
    known = _CARDS.get(entry.oid)
    if known is not None:
        return known
    try:
        card = parse(repo.git.read_blob(entry.oid).decode("utf-8", "replace"))
    except InvalidMetadataError:
        card = {}
    return _CARDS.put(entry.oid, card)


def tags(kind: Kind, card: Mapping[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for name, prefix in _TAGS[kind]:
        value = card.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                found[f"{prefix}{item}"] = None
    return list(found)
