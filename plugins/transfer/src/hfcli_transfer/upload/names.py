"""Names of local files, judged before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hfcli_core.api import UnsafeInputError, check_path

if TYPE_CHECKING:
    from collections.abc import Sequence

# Lone surrogates are what Python makes of names that are not valid UTF-8.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SHOWN = 3


def check_names(paths: Sequence[str]) -> list[str]:
    """Warnings about names that some systems cannot store.

    Raises ``UnsafeInputError`` for one that no repository can have: not UTF-8, with control characters, in ``.git``.
    """
    doubtful = []
    for path in paths:
        try:
            check_path(path)
        except UnsafeInputError as objection:
            parts = path.lower().split("/")
            if _UNSENDABLE.search(path) or ".git" in parts or any(len(part.encode()) > 255 for part in parts):
                raise UnsafeInputError(
                    f"a repository cannot have a file of this name: {path!a}",
                    hint="rename it, or leave it out with --exclude",
                    details={"path": path.encode(errors="backslashreplace").decode()},
                ) from None
            doubtful.append((path, objection.details["reason"]))
    if not doubtful:
        return []
    shown = ", ".join(f"{path!a} ({reason})" for path, reason in doubtful[:_SHOWN])
    rest = f" and {len(doubtful) - _SHOWN} more" if len(doubtful) > _SHOWN else ""
    return [f"not every system can store these names: {shown}{rest}"]
