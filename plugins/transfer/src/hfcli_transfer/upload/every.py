"""``hf upload --every``: the same upload again and again, of which each sends only what changed since the last."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, HfError, IntegrityError

from .repository import with_namespace
from .run import upload

if TYPE_CHECKING:
    from hfcli_core.api import App, HubSession, UploadResult

    from .request import UploadRequest

_MESSAGE = "Scheduled Commit"


def upload_every(app: App, request: UploadRequest, session: HubSession, minutes: float) -> UploadResult:
    """Upload now and every so many minutes, until Ctrl-C or SIGTERM, and then once more.

    Files may grow meanwhile, as logs do: what they have when an upload begins is sent. What may pass, such as a network
    that is away, ends nothing: it is told, and the next upload has all of it. Raises what the first upload raises, and
    later what waiting cannot mend. Gives the last result.
    """
    output = app.output
    if request.delete:
        output.warn("--delete is left out: --every deletes nothing")
    repo = with_namespace(session, request.repo)
    request = replace(request, repo=repo, message=request.message or _MESSAGE, delete=(), growing=True)
    output.note(f"Scheduling commits every {minutes:.1f} minutes to {repo.id}.")
    result = upload(app, request, session)
    try:
        while True:
            time.sleep(minutes * 60)
            result = _try(app, request, session) or result
    except KeyboardInterrupt:
        output.note("stopping after one last upload; Ctrl-C again leaves it out")
        session.cancelled = threading.Event()  # an upload that was interrupted has set the one before
        result = _try(app, request, session) or result
        output.note("Stopped scheduled commits.")
    return result


def _try(app: App, request: UploadRequest, session: HubSession) -> UploadResult | None:
    try:
        return upload(app, request, session)
    except HfError as error:
        if not (error.retryable or isinstance(error, ConflictError | IntegrityError)):
            raise
        app.output.warn(f"not uploaded this time: {error.message}")
    return None
