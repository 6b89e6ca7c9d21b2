"""The commits of an upload, each of them made once."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, Deletion, FileAddition, HfError, create_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import CommitResult, HubSession, LfsAddition, Operation

    from .plan import Small, UploadPlan
    from .repository import Destination
    from .request import UploadRequest

_TOO_MUCH = (413, 504)
"""Statuses of a server that cannot take so much at once, or not in time."""

_ATTEMPTS = 4
_FIRST_WAIT = 0.5
"""Seconds before a commit that met another is tried again; doubled each time."""


class Committer:
    """Makes commits to one branch. They name no parent: what they bring does not depend on what others do to other
    files, and a branch that moves meanwhile (faults.md U2) is only a reason to try again."""

    def __init__(self, session: HubSession, request: UploadRequest, read: Callable[[Small], bytes]) -> None:
        self._session, self._request, self._read = session, request, read

    def commit(
        self, destination: Destination, part: UploadPlan, large: Sequence[LfsAddition], *, message: str
    ) -> CommitResult:
        """Make it; in halves where the server finds it too large (faults.md U4). Gives the last one that was made."""
        operations: list[Operation] = [
            *map(Deletion, part.deleted),
            *(
                FileAddition(file.source.path, file.source.size, file.oid, partial(self._read, file))
                for file in part.small
            ),
            *large,
        ]
        return self._in_pieces(destination, operations, message)

    def _in_pieces(self, destination: Destination, operations: Sequence[Operation], message: str) -> CommitResult:
        try:
            return self._once(destination, operations, message)
        except HfError as error:
            if error.details.get("status") not in _TOO_MUCH:
                raise
            if len(operations) == 1 or destination.create_pr:
                error.hint = "send the folder in several uploads, with --include"
                raise
        half = len(operations) // 2
        self._in_pieces(destination, operations[:half], message)
        return self._in_pieces(destination, operations[half:], message)

    def _once(self, destination: Destination, operations: Sequence[Operation], message: str) -> CommitResult:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return create_commit(
                    self._session,
                    destination.repo,
                    destination.revision,
                    operations,
                    message=message,
                    description=self._request.description,
                    create_pr=destination.create_pr,
                )
            except HfError as error:
                met_another = isinstance(error, ConflictError) and "status" in error.details
                if not met_another or attempt == _ATTEMPTS:
                    raise
                pause = _FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311  jitter
                self._session.cancelled.wait(pause)
        raise AssertionError("unreachable")


def message_of(request: UploadRequest, number: int, count: int) -> str:
    """The first line of the message of one of ``count`` commits."""
    message = request.message or f"Upload {request.path_in_repo if request.is_file else 'folder'} with hfcli"
    return message if count == 1 else f"{message} (part {number} of {count})"
