"""A Hub for a test: a running server, with accounts and short ways to fill it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hfcli_hub.endpoints.addresses import API, CATALOG
from hfcli_hub.process import HubServer
from hfcli_hub.seed.files import commit_files
from hfcli_hub.testkit.accounts import add_test_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hfcli_hub.faults.record import RequestRecord
    from hfcli_hub.faults.script import FaultScript
    from hfcli_hub.store.accounts import TokenRole
    from hfcli_hub.store.hub import Hub
    from hfcli_hub.store.names import Kind
    from hfcli_hub.store.repos import Repo


class LiveHub:
    """A running Hub. ``store`` is everything it keeps, for what the shortcuts do not cover."""

    def __init__(self, server: HubServer) -> None:
        self.server = server
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def endpoint(self) -> str:
        return self.server.endpoint

    @property
    def content_url(self) -> str:
        """The second origin, where signed addresses of large files lead."""
        return self.server.content_url

    @property
    def endpoints_api(self) -> str:
        """The address of the Inference Endpoints service."""
        return f"{self.endpoint}{API}"

    @property
    def endpoints_catalog(self) -> str:
        return f"{self.endpoint}{CATALOG}"

    @property
    def store(self) -> Hub:
        return self.server.hub

    @property
    def faults(self) -> FaultScript:
        return self.server.faults

    @property
    def record(self) -> RequestRecord:
        return self.server.record

    def token(self, user: str = "alice", role: TokenRole = "write") -> str:
        """A token of that user and role, the same at each call."""
        key = (user, role)
        if key not in self._tokens:
            self._tokens[key] = self.store.accounts.create_token(user, role=role, name=f"{role} for tests")
        return self._tokens[key]

    def create_repo(
        self,
        repo_id: str,
        repo_type: Kind = "model",
        *,
        private: bool = False,
        gated: bool = False,
        sdk: str | None = None,
    ) -> Repo:
        """An empty repo (but for ``.gitattributes``); one without a namespace, such as ``gpt2``, is canonical."""
        canonical = "/" not in repo_id
        repo = self.store.create_repo(repo_type, repo_id, private=private, sdk=sdk, canonical=canonical)
        return repo.update(gated="manual") if gated else repo

    def repo(self, repo_id: str, repo_type: Kind = "model") -> Repo:
        """The repo as it is now; fails the test when there is none."""
        found = self.store.find_repo(repo_type, repo_id)
        assert found is not None, f"no {repo_type} {repo_id}"
        return found.repo

    def put_files(
        self,
        repo_id: str,
        files: Mapping[str, bytes],
        repo_type: Kind = "model",
        *,
        revision: str = "main",
        message: str = "Add files",
    ) -> str:
        """Commit files (path → content) on a branch or a full ref, large ones as LFS objects; return the commit."""
        ref = revision if revision.startswith("refs/") else f"refs/heads/{revision}"
        return commit_files(self.repo(repo_id, repo_type), files, ref=ref, message=message)

    def read_file(self, repo_id: str, path: str, repo_type: Kind = "model", *, revision: str = "main") -> bytes:
        """What a file of the repo contains, also a large one; :class:`KeyError` where there is none."""
        git = self.repo(repo_id, repo_type).git
        entry = git.entry(git.resolve(revision), path)
        if entry is None or entry.type != "file":
            raise KeyError(path)
        return self.store.objects.path(entry.lfs.sha256).read_bytes() if entry.lfs else git.read_blob(entry.oid)

    def list_files(self, repo_id: str, repo_type: Kind = "model", *, revision: str = "main") -> list[str]:
        git = self.repo(repo_id, repo_type).git
        entries = git.walk(git.resolve(revision), recursive=True)
        return [entry.path for entry in entries if entry.type == "file"]


@contextmanager
def running_hub(data: Path, **options: Any) -> Iterator[LiveHub]:
    """A Hub on ``data`` with alice, bob and acme; ``options`` as :class:`~hfcli_hub.process.HubServer` takes them."""
    with HubServer(data, **{"relay": True, "jobs": os.name == "posix", **options}) as server:
        if not server.hub.accounts.list():
            add_test_accounts(server.hub)
        yield LiveHub(server)
