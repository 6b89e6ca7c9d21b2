"""What the store refuses, and why. The server turns each into a status and a body (`server/errors.py`).

::

    StoreError
    ├── InvalidName         an account, repo, branch or tag name that is not allowed
    ├── AlreadyExists       an account, repo, branch or tag of that name
    ├── UnknownAccount
    ├── TokenExpired        known, and no longer valid
    ├── OAuthRefused        a login with a browser, or an exchange of tokens, does not get a token
    ├── UnknownRepo         deleted meanwhile
    ├── UnknownRevision     no branch, tag, pull request or commit of that name
    ├── UnknownPath         a commit deletes what is not there
    ├── InvalidChange       a path that git cannot hold, or two changes that exclude each other
    ├── MissingObject       a large file was never uploaded, or not to this repo
    ├── ParentMismatch      the branch is no longer where the committer saw it
    ├── CorruptObject       uploaded bytes do not have the announced size or hash
    ├── InvalidJob          a job, a label or a schedule that cannot be
    ├── UnknownJob          no job or schedule of that id
    └── TooManyJobs         more than one user may have
"""

from __future__ import annotations


class StoreError(Exception):
    """Refused; the message is one line that may be shown to the caller."""


class InvalidName(StoreError):  # noqa: N818  read as the fact that it states
    pass


class AlreadyExists(StoreError):  # noqa: N818
    pass


class UnknownAccount(StoreError):  # noqa: N818
    pass


class TokenExpired(StoreError):  # noqa: N818
    def __init__(self, name: str) -> None:
        super().__init__(f'User Access Token "{name}" is expired')


class OAuthRefused(StoreError):  # noqa: N818
    """`code` is that of RFC 6749 §5.2, RFC 8628 §3.5 or RFC 8693 §2.2.2."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(description or code)
        self.code = code


class UnknownRepo(StoreError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__("Repository not found")


class UnknownRevision(StoreError):  # noqa: N818
    def __init__(self, revision: str) -> None:
        super().__init__(f"Invalid rev id: {revision}")
        self.revision = revision


class UnknownPath(StoreError):  # noqa: N818
    pass


class InvalidChange(StoreError):  # noqa: N818
    pass


class MissingObject(StoreError):  # noqa: N818
    pass


class ParentMismatch(StoreError):  # noqa: N818
    pass


class CorruptObject(StoreError):  # noqa: N818
    pass


class InvalidJob(StoreError):  # noqa: N818
    pass


class UnknownJob(StoreError):  # noqa: N818
    pass


class TooManyJobs(StoreError):  # noqa: N818
    pass
