"""``hf api``: the door to everything of the Hub that has no command yet."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.options import command, pass_app, token_option
from hfcli_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hfcli_core.hub.responses import Response
    from hfcli_core.hub.session import HubSession
    from hfcli_core.output.console import Output

_READING = ("GET", "HEAD")
_NOT_BY_HAND = ("authorization", "cookie", "host", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class ApiRequest:
    """A request as the command line describes it."""

    method: str
    path: str
    params: Mapping[str, Any] | None
    json: Any
    content: bytes | None
    headers: Mapping[str, str]


@command()
@click.argument("path")
@click.option("-X", "--method", help="HTTP method.  [default: POST with fields or input, else GET]")
@click.option("-f", "--raw-field", "raw", multiple=True, metavar="KEY=VALUE", help="Add a text parameter.")
@click.option(
    "-F",
    "--field",
    "typed",
    multiple=True,
    metavar="KEY=VALUE",
    help="Add a parameter: true, false, null, a whole number, the text of @FILE, or text.",
)
@click.option("-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="Add a header.")
@click.option("--input", "body", metavar="FILE", help="Send this file as the body; - is standard input.")
@click.option("--paginate", is_flag=True, help="GET every page, and print one list.")
@click.option("-i", "--include", is_flag=True, help="Print the status and the headers too.")
@token_option
@pass_app
def api(
    app: App,
    *,
    path: str,
    method: str | None,
    raw: Sequence[str],
    typed: Sequence[str],
    headers: Sequence[str],
    body: str | None,
    paginate: bool,
    include: bool,
    token: str | None,
) -> None:
    """Call the Hub's HTTP API and print the answer.

    PATH is relative to /api of the endpoint: whoami-v2 is /api/whoami-v2; one that starts with / is used as it is.

    \b
    Examples:
      hf api whoami-v2
      hf api models -X GET -f author=google -f limit=5
      hf api repos/create -f name=demo -f type=model -F private=true
      hf api datasets/ns/name/tree/main --paginate
    """
    method = method or ("GET" if paginate else None)
    request = build_request(path, method=method, raw=raw, typed=typed, headers=headers, body=body)
    with app.session(token=token) as session:
        if paginate:
            app.output.document(list(all_items(session, request)))
            return
        as_it_came = app.display.format == "auto" and not app.output.stdout.isatty()
        show(send(session, request), app.output, include=include, as_it_came=as_it_came)


def build_request(
    path: str,
    *,
    method: str | None = None,
    raw: Sequence[str] = (),
    typed: Sequence[str] = (),
    headers: Sequence[str] = (),
    body: str | None = None,
) -> ApiRequest:
    """What to send. Fields are the query of a GET, or where ``body`` names a file, else a JSON body."""
    from hfcli_core.hub.addresses import is_address
    from hfcli_core.hub.fields import parse_fields

    fields = parse_fields(raw, typed)
    method = (method or ("POST" if fields or body else "GET")).upper()
    in_query = method in _READING or body is not None
    return ApiRequest(
        method,
        path if is_address(path) or path.startswith(("/", "api/")) else f"api/{path}",
        params=fields if in_query else None,
        json=None if in_query else fields or None,
        content=None if body is None else _read(body),
        headers=dict(_header(text) for text in headers),
    )


def send(session: HubSession, request: ApiRequest) -> Response:
    headers = dict(request.headers)
    if request.content is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return session.request(
        request.method,
        request.path,
        params=request.params,
        json=request.json,
        content=request.content,
        headers=headers,
    )


def all_items(session: HubSession, request: ApiRequest) -> Iterator[Any]:
    if request.method != "GET":
        raise UsageError("--paginate is for GET requests", hint=f"leave out -X {request.method}")
    return session.paginate(request.path, params=request.params, headers=request.headers)


def show(response: Response, output: Output, *, include: bool, as_it_came: bool) -> None:
    """The body: its very bytes, or JSON in the format of the output; text that is no JSON is shown as text."""
    from hfcli_core.errors import HfError
    from hfcli_core.output.escaping import escape_lines

    if include:
        head = [f"HTTP {response.status}", *(f"{name}: {value}" for name, value in response.headers.items()), ""]
        output.raw((escape_lines("\n".join(head)) + "\n").encode())
    if as_it_came:
        output.raw(response.body)
        return
    try:
        output.document(response.json())
    except (HfError, RecursionError):
        output.raw(escape_lines(response.body.decode("utf-8", "replace")).encode())


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    sendable = value.isascii() and value.isprintable()
    if not colon or not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or not sendable:
        raise UsageError(f"Header '{name}' is not of the form NAME:VALUE")
    if name.lower() in _NOT_BY_HAND:
        raise UsageError(f"The header {name} cannot be given", hint="HF_TOKEN or --token gives the token")
    return name, value


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {name}: {error.strerror or error}") from error
