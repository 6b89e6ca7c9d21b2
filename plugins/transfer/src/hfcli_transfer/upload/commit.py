"""The one commit of an upload."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, Deletion, FileAddition, HfError, create_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import CommitResult, HubSession, LfsAddition, Operation

    from .plan import Small
    from .repository import Destination
    from .request import UploadRequest

_TOO_LARGE = 413
_ATTEMPTS = 4
_FIRST_WAIT = 0.5
"""Seconds before a commit that met another is tried again; doubled each time."""


def commit_all(
    session: HubSession,
    request: UploadRequest,
    destination: Destination,
    *,
    small: Sequence[Small],
    large: Sequence[LfsAddition],
    deleted: Sequence[str],
    read: Callable[[Small], bytes],
) -> CommitResult:
    """Make it. ``read`` gives the content of a small file, when it is sent.

    It names no parent: what it brings does not depend on what others do to other files, and a branch that moves
    meanwhile (faults.md U2) is only a reason to try again.
    """
    operations: list[Operation] = [
        *map(Deletion, deleted),
        *(FileAddition(file.source.path, file.source.size, file.oid, partial(read, file)) for file in small),
        *large,
    ]
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return create_commit(
                session,
                destination.repo,
                destination.revision,
                operations,
                message=request.message or default_message(request),
                description=request.description,
                create_pr=destination.create_pr,
            )
        except HfError as error:
            if error.details.get("status") == _TOO_LARGE:
                error.hint = "send the folder in several uploads, with --include"
            met_another = isinstance(error, ConflictError) and "status" in error.details
            if not met_another or attempt == _ATTEMPTS:
                raise
            session.cancelled.wait(_FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311  jitter
    raise AssertionError("unreachable")


def default_message(request: UploadRequest) -> str:
    return f"Upload {request.path_in_repo if request.is_file else 'folder'} with hfcli"
