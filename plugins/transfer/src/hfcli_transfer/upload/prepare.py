"""What an upload comes to, found out before the first byte of content travels."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from hfcli_core.api import HF_HOME, AuthenticationError, HfError, repo_info, whoami

from ..workers import Beside
from .card import check_card
from .known import KnownHashes
from .names import check_names
from .plan import UploadPlan, make_plan
from .remarks import refuse_no_match, remark_on
from .remote import Remote
from .repository import DEFAULT_REVISION, Missing, check_scopes, find_destination, make_destination, require_token
from .sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import App, HubSession, WhoAmI

    from .repository import Destination
    from .request import UploadRequest
    from .sources import Source


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be done, and where; ``known`` are the hashes of the files."""

    destination: Destination
    plan: UploadPlan
    known: KnownHashes


class Preparation:
    """Looks at the disk and asks the Hub; each of the two ends is for one run."""

    def __init__(self, app: App, request: UploadRequest, session: HubSession) -> None:
        self._app, self._request, self._session = app, request, session
        self._output = app.output
        self._known = KnownHashes(app.settings[HF_HOME] / "hfcli" / "hashes.sqlite3", os.fspath(request.local))

    def for_real(self) -> Prepared:
        """The plan; the repo and the branch are there when this returns. Raises ``HfError``."""
        sources = self.sources
        require_token(self._app, self._session)
        me = Beside(lambda: whoami(self._session))
        destination = find_destination(self._session, self._request, self._output)
        unchanged = self._unchanged(destination, sources)
        left = [source for source in sources if source.path not in unchanged]
        check_card(self._session, self._request.repo.type, left, self._output)
        if left or self._request.delete or destination.missing:
            self._check_scopes(me, destination)
        destination = make_destination(self._session, self._request, destination, self._output)
        return self._prepared(destination, sources, unchanged)

    def preview(self) -> Prepared:
        """The plan, for which nothing is made. All of a folder is new to a repo that is still to be made."""
        sources = self.sources
        require_token(self._app, self._session)
        destination = find_destination(self._session, self._request, self._output)
        check_card(self._session, self._request.repo.type, sources, self._output)
        if destination.missing is Missing.REPO:
            return Prepared(destination, UploadPlan.of_new(sources), self._known)
        if destination.missing is Missing.BRANCH:
            head = repo_info(self._session, destination.repo, DEFAULT_REVISION).sha
            destination = replace(destination, revision=DEFAULT_REVISION, head=head)
        return self._prepared(destination, sources, self._unchanged(destination, sources))

    @cached_property
    def sources(self) -> Sequence[Source]:
        """The files that are meant; found when first asked for, with warnings about doubtful ones."""
        sources = find_sources(self._request)
        refuse_no_match(self._request, sources)
        for warning in (*sources.skipped, *check_names([source.path for source in sources.chosen])):
            self._output.warn(warning)
        return sources.chosen

    def _unchanged(self, destination: Destination, sources: Sequence[Source]) -> set[str]:
        return Remote(self._session, self._request, destination).unchanged(sources, self._known)

    def _prepared(self, destination: Destination, sources: Sequence[Source], unchanged: set[str]) -> Prepared:
        remote = Remote(self._session, self._request, destination)
        plan = make_plan(self._session, destination, sources, remote=remote, known=self._known, unchanged=unchanged)
        remark_on(plan, self._request, destination, self._output)
        return Prepared(destination, plan, self._known)

    def _check_scopes(self, me: Beside[WhoAmI], destination: Destination) -> None:
        try:
            source = self._session.token.source if self._session.token else ""
            check_scopes(me.result(), destination, source)
        except AuthenticationError:
            raise
        except HfError as error:
            self._output.verbose(f"the scopes of the token are not known: {error.message}")
