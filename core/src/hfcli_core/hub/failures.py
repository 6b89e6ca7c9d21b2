"""What an answer of the Hub means for a person: statuses and ``X-Error-Code`` to errors (wire.md §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from hfcli_core.errors import (
    AuthenticationError,
    ConflictError,
    EntryNotFoundError,
    GatedRepoError,
    HfError,
    HubTimeoutError,
    NetworkError,
    NotFoundError,
    RateLimitedError,
    RepoNotFoundError,
    RevisionNotFoundError,
)
from hfcli_core.hub.addresses import origin_of
from hfcli_core.hub.exchange import PROXY_CREDENTIALS
from hfcli_core.hub.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.refs import Repo
    from hfcli_core.hub.responses import Response


class PrivateOrMissingError(AuthenticationError, RepoNotFoundError):
    """A repository that this token, or nobody, may see: the Hub does not say which (faults.md A4)."""

    code: ClassVar[str] = "repo-not-found"


class AddressExpiredError(NetworkError):
    """A content host refused a signed address; ask the Hub for another (faults.md N15)."""

    code: ClassVar[str] = "address-expired"


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """What whoami said about the token: ``state`` is ``valid``, ``refused`` or ``unknown``."""

    state: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was about. ``check_token`` asks whoami once; ``withheld`` says why a stored token was not sent.

    ``hub`` is the Hub that makes tokens, where it is not the ``endpoint``.
    """

    endpoint: str
    repo: Repo | None
    revision: str | None
    token: Token | None
    check_token: Callable[[], TokenCheck]
    withheld: Callable[[], str | None]
    hub: str = ""


def error_for(response: Response, asked: Asked) -> HfError:
    """The error for an answer of 400 and above; its ``details`` have ``status`` and ``url``."""
    error = _error_for(response, asked)
    error.request_id = response.request_id
    error.details.update(status=response.status, url=response.url.partition("?")[0])
    return error


def server_text(response: Response) -> str:
    """What the server says in ``X-Error-Message`` and in the body, once, in one line of at most 500 characters."""
    said = [response.headers.get("x-error-message", "")]
    if response.body and not response.is_html:
        try:
            said += _texts(response.json())
        except HfError:
            said.append(response.body[:500].decode("utf-8", "replace"))
    lines = dict.fromkeys(" ".join(text.split()) for text in said if text.strip())
    return redact("; ".join(lines))[:500].rstrip(".")


def _texts(body: Any) -> list[str]:
    if not isinstance(body, dict):
        return []
    error = body.get("error")
    found = [error] if isinstance(error, str) else error if isinstance(error, list) else []
    errors = body.get("errors")
    found += [item.get("message") for item in errors if isinstance(item, dict)] if isinstance(errors, list) else []
    found += [body.get("error_description"), body.get("message")]
    return [text for text in found if isinstance(text, str)]


def _error_for(response: Response, asked: Asked) -> HfError:
    status = response.status
    return (
        _from_the_way(response, asked)
        or _by_error_code(response, asked)
        or (_unauthorized(response, asked) if status == 401 else None)
        or (_forbidden(response, asked) if status == 403 else None)
        or _by_status(response)
    )


def _from_the_way(response: Response, asked: Asked) -> HfError | None:
    """An answer that is not the Hub's: a proxy's, a captive portal's, a content host's."""
    if response.status == 407:
        return NetworkError("The proxy asks for credentials (407)", hint=PROXY_CREDENTIALS)
    if response.status == 511:
        return NetworkError(f"The network wants a login before it lets us reach {response.host} (511)")
    home, here = origin_of(asked.endpoint), origin_of(response.url)
    if home.scheme != here.scheme and home.host == here.host and response.status in (401, 403):
        return AuthenticationError(
            f"{home} redirects to {here}, to which no token was sent", hint=f"set HF_ENDPOINT to {here}"
        )
    if home != here and response.status in (400, 401, 403, 410):
        return AddressExpiredError(f"{response.host} refused the address that the Hub gave ({response.status})")
    return None


def _by_error_code(response: Response, asked: Asked) -> HfError | None:
    code = response.headers.get("x-error-code", "")
    repo = asked.repo.title if asked.repo else "Repository"
    where = asked.repo.web_url(asked.endpoint) if asked.repo else asked.endpoint
    if code == "RevisionNotFound":
        revision = f"Revision '{asked.revision}'" if asked.revision else "The revision"
        return RevisionNotFoundError(
            f"{revision} not found in {asked.repo or 'the repository'}",
            hint="check the spelling of the branch, tag or commit",
        )
    if code == "EntryNotFound":
        entry = _entry_of(response.url)
        return EntryNotFoundError(f"{entry} not found in {asked.repo or 'the repository'}")
    if code == "GatedRepo":
        hint = f"ask for access at {where}" if asked.token else f"log in, and ask for access at {where}"
        text = server_text(response)
        return GatedRepoError(f"{repo} is gated" + (f": {text}" if text else ""), hint=hint)
    if response.headers.get("x-error-message") == "Access to this resource is disabled.":
        return NotFoundError(f"{repo} has been disabled on the Hub")
    if code == "RepoNotFound" or (response.status == 401 and asked.repo and not _refuses_token(response)):
        return _repo_not_found(repo, asked)
    return None


def _repo_not_found(repo: str, asked: Asked) -> HfError:
    if asked.token is None:
        return PrivateOrMissingError(
            f"{repo} does not exist, or is private, and no token was sent",
            hint=asked.withheld() or "check the spelling and the type, or give a token with HF_TOKEN or --token",
        )
    check = asked.check_token()
    if check.state == "refused":
        return _token_refused(asked.token, asked)
    if check.state == "valid" and check.role == "fineGrained":
        return PrivateOrMissingError(
            f"{repo} does not exist, or the token of {check.name} from {asked.token.source} has no access to it",
            hint="check the spelling and the type, and the permissions of the token",
        )
    who = f" for {check.name}" if check.name else ""
    return RepoNotFoundError(f"{repo} not found{who}", hint="check the spelling, the type and the owner's permissions")


def _refuses_token(response: Response) -> bool:
    text = server_text(response).lower()
    return "invalid" in text and any(word in text for word in ("credentials", "token", "username"))


def _unauthorized(response: Response, asked: Asked) -> HfError:
    if asked.token is None:
        return AuthenticationError(
            f"{response.host} wants a token for this",
            hint=asked.withheld() or "set HF_TOKEN, or give --token",
        )
    if not _refuses_token(response) and asked.check_token().state == "valid":
        return AuthenticationError(f"The token from {asked.token.source} may not do this: {server_text(response)}")
    return _token_refused(asked.token, asked)


def _token_refused(token: Token, asked: Asked) -> AuthenticationError:
    return AuthenticationError(
        f"The token from {token.source} was refused by {asked.endpoint}",
        hint=asked.withheld()
        or f"it may have expired or been revoked: make another at {asked.hub or asked.endpoint}/settings/tokens",
    )


def _forbidden(response: Response, asked: Asked) -> HfError:
    if response.is_html and "x-request-id" not in response.headers and "x-error-code" not in response.headers:
        return NetworkError(
            f"A proxy or firewall answered instead of {response.host} (403)", hint="check HTTPS_PROXY and NO_PROXY"
        )
    text = server_text(response)
    message = f"{response.host} does not allow this" + (f": {text}" if text else "")
    if asked.token is None:
        return AuthenticationError(message, hint=asked.withheld() or "set HF_TOKEN, or give --token")
    check = asked.check_token()
    if check.state == "refused":
        return _token_refused(asked.token, asked)
    if response.method not in ("GET", "HEAD") and check.role == "read":
        return AuthenticationError(
            message, hint=f"the token from {asked.token.source} has the role read; this needs write"
        )
    role = f" (role {check.role})" if check.role else ""
    return AuthenticationError(message, hint=f"check the permissions of the token from {asked.token.source}{role}")


def _by_status(response: Response) -> HfError:
    status, host, text = response.status, response.host, server_text(response)
    said = f": {text}" if text else ""
    if status >= 500:
        return RateLimitedError(f"{host} answered {status}{said}", hint="the server is busy or failing; try later")
    known: dict[int, tuple[type[HfError], str]] = {
        400: (HfError, f"Bad request{said}"),
        404: (NotFoundError, f"Not found at {host}: {_path_of(response.url)}{said}"),
        408: (HubTimeoutError, f"{host} waited too long for the request (408)"),
        409: (ConflictError, text or f"{host} reports a conflict (409)"),
        410: (NotFoundError, f"No longer at {host}: {_path_of(response.url)}{said}"),
        412: (ConflictError, text or f"{host} says that something else changed it first (412)"),
        429: (RateLimitedError, f"Rate limited by {host}{said}"),
    }
    kind, message = known.get(status, (HfError, f"{host} answered {status} to {response.method}{said}"))
    return kind(message)


def _path_of(url: str) -> str:
    return re.sub(r"^[a-z]+://[^/]*", "", url.partition("?")[0]) or "/"


def _entry_of(url: str) -> str:
    from urllib.parse import unquote

    match = re.search(r"/(?:resolve|tree)/[^/]+/(.+)$", _path_of(url))
    return f"File '{unquote(match[1])}'" if match else "The file"
