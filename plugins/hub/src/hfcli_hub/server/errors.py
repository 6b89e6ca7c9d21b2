"""Refusals as the Hub words them: status, `{"error": …}`, `X-Error-Code`, `X-Error-Message` (wire.md §4.1, §11.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..store import errors as store
from .answers import json_answer

_MAX_HEADER = 1000  # a message may hold a path of any length, and clients limit headers
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")


class HubError(Exception):
    """A refusal, or a redirection. `code` becomes X-Error-Code; `body` is joined to the JSON object beside `error`."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})
        self.body = dict(body or {})

    def response(self, method: str) -> Response:
        """The answer; to a HEAD the headers alone carry the reason."""
        headers = self.headers
        if self.status >= 400:
            headers = {"X-Error-Message": _NOT_PRINTABLE.sub("?", self.message)[:_MAX_HEADER].strip(), **headers}
        if self.code:
            headers["X-Error-Code"] = self.code
        if method == "HEAD":
            return Response(None, self.status, headers)
        return json_answer({"error": self.message, **self.body}, status=self.status, headers=headers)


def entry_not_found(path: str, commit: str) -> HubError:
    """With the commit, which lets a client remember that the file does not exist there."""
    message = f"{path} does not exist on {commit}" if path else "Entry not found"
    return HubError(404, message, code="EntryNotFound", headers={"X-Repo-Commit": commit})


_STORE_ERRORS: Mapping[type[store.StoreError], tuple[int, str | None]] = {
    store.InvalidName: (400, None),
    store.AlreadyExists: (409, None),
    store.UnknownAccount: (404, None),
    store.UnknownRepo: (404, "RepoNotFound"),
    store.UnknownRevision: (404, "RevisionNotFound"),
    store.UnknownPath: (404, "EntryNotFound"),
    store.InvalidChange: (400, None),
    store.MissingObject: (400, None),
    store.ParentMismatch: (412, None),
    store.CorruptObject: (400, None),
    store.InvalidJob: (400, None),
    store.UnknownJob: (404, None),
    store.TooManyJobs: (400, None),
}


def answer_hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return error.response(request.method)


def answer_store_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, store.StoreError)
    status, code = _STORE_ERRORS.get(type(error), (500, None))
    return HubError(status, str(error), code=code).response(request.method)


def answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = {404: "Sorry, we can't find the page you are looking for.", 405: "Method not allowed"}
    message = messages.get(error.status_code, error.detail)
    return HubError(error.status_code, message, headers=error.headers).response(request.method)


def answer_nobody(request: Request, _: Exception) -> Response:
    """For a client that went away in the middle of its request: nothing of ours is wrong, so nothing is logged."""
    return HubError(400, "The request ended early").response(request.method)


def answer_crash(request: Request, _: Exception) -> Response:
    return HubError(500, "Internal Error").response(request.method)
