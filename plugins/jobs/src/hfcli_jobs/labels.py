"""Which labels a job has after ``hf jobs labels``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import UsageError

from hfcli_jobs.values import parse_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def labels_after(
    present: Callable[[], Mapping[str, str] | None], *, name: str | None, label: Sequence[str], clear: bool
) -> dict[str, str]:
    """``--label`` replaces all, ``--name`` alone changes one, ``--clear`` takes all. ``present`` is asked if needed."""
    if clear == bool(label or name is not None):
        raise UsageError("say which labels it is to have", hint="give --label and --name, or --clear alone")
    if clear or label:
        return parse_labels(label, name)
    assert name is not None
    return {**(present() or {}), "name": name}
