"""What a person is told for each answer of the Hub (wire.md §4, faults.md A1–A5)."""

from __future__ import annotations

import pytest
from hfcli_core.errors import (
    AuthenticationError,
    ConflictError,
    EntryNotFoundError,
    GatedRepoError,
    HfError,
    NetworkError,
    NotFoundError,
    RepoNotFoundError,
    RevisionNotFoundError,
)
from hfcli_core.hub.failures import AddressExpiredError, PrivateOrMissingError
from hfcli_core.hub.refs import Repo
from hostile_server import SECRET, reply

REPO = Repo("dataset", "alice/Demo")
ALICE = {"type": "user", "name": "alice", "auth": {"accessToken": {"displayName": "ci", "role": "write"}}}


def failure(session, *, method="GET", path="api/x", **options) -> HfError:
    with pytest.raises(HfError) as caught:
        session.request(method, path, **options)
    assert "\n" not in caught.value.message
    assert SECRET not in f"{caught.value.message}{caught.value.hint}{caught.value.details}"
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "kind", "exit_code", "words"),
    [
        (404, {"X_Error_Code": "RevisionNotFound"}, RevisionNotFoundError, 5, "Revision 'dev' not found in dataset"),
        (404, {"X_Error_Code": "EntryNotFound"}, EntryNotFoundError, 5, "not found in dataset 'alice/Demo'"),
        (403, {"X_Error_Code": "GatedRepo"}, GatedRepoError, 4, "Dataset 'alice/Demo' is gated"),
        (401, {"X_Error_Code": "GatedRepo"}, GatedRepoError, 4, "is gated"),
        (403, {"X_Error_Message": "Access to this resource is disabled."}, NotFoundError, 5, "has been disabled"),
        (404, {"X_Error_Code": "RepoNotFound"}, RepoNotFoundError, 5, "Dataset 'alice/Demo' not found for alice"),
        (401, {"X_Error_Code": "RepoNotFound"}, RepoNotFoundError, 5, "not found for alice"),
        (401, {}, RepoNotFoundError, 5, "not found for alice"),
        (404, {}, NotFoundError, 5, "Not found at 127.0.0.1: /api/x"),
        (410, {}, NotFoundError, 5, "No longer at"),
        (400, {"X_Error_Message": "bad name"}, HfError, 1, "Bad request: bad name"),
        (403, {"X_Error_Message": "no write"}, AuthenticationError, 4, "does not allow this: no write"),
        (409, {"X_Error_Message": "exists already."}, ConflictError, 11, "exists already"),
        (412, {}, ConflictError, 11, "something else changed it first"),
        (413, {}, HfError, 1, "answered 413 to GET"),
        (407, {}, NetworkError, 6, "The proxy asks for credentials"),
        (511, {}, NetworkError, 6, "wants a login"),
    ],
)
def test_statuses(server, connect, status, headers, kind, exit_code, words) -> None:
    server.on("/api/x", reply(status, b"", X_Request_Id="req-7", **headers))
    server.on("/api/whoami-v2", reply(200, ALICE))
    error = failure(connect(server.url), repo=REPO, revision="dev")
    assert type(error) is kind
    assert error.exit_code == exit_code
    assert words in error.message
    assert error.request_id == "req-7"
    assert error.details == {"status": status, "url": f"{server.url}/api/x"}


def test_the_entry_is_named(server, connect) -> None:
    server.on("*", reply(404, X_Error_Code="EntryNotFound"))
    with pytest.raises(EntryNotFoundError, match=r"File 'a b/c\.txt' not found in dataset"):
        connect(server.url).request("HEAD", "datasets/alice/demo/resolve/main/a%20b/c.txt", repo=REPO)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "one"}, "one"),
        ({"error": ["one.", "two."]}, "one; one.; two"),
        ({"errors": [{"message": "one"}, {"x": 1}, "y"], "error_description": "two"}, "one; two"),
        ("plain\n  text", "one; plain text"),
        ({"error": "x" * 2000}, "one; " + "x" * 495),
        ({"error": 7}, "one"),
        ("<html><body>secret page</body></html>", "one"),
    ],
)
def test_the_words_of_the_server_once_and_in_one_line(server, connect, body, said) -> None:
    server.on("/api/x", reply(400, body, X_Error_Message="one"))
    assert failure(connect(server.url)).message == f"Bad request: {said}"


def test_private_or_missing_without_a_token(server, connect) -> None:
    server.on("/api/x", reply(401, X_Error_Code="RepoNotFound"))
    error = failure(connect(server.url, token=None), repo=REPO)
    assert isinstance(error, PrivateOrMissingError)
    assert isinstance(error, RepoNotFoundError)
    assert (error.exit_code, error.code) == (4, "repo-not-found")
    assert "no token was sent" in error.message
    assert "HF_TOKEN" in error.hint
    assert server.paths() == ["/api/x", "/api/datasets?author=alice&limit=200"]


@pytest.mark.parametrize("code", ["RepoNotFound", ""])
def test_an_expired_token_is_named_with_its_source(server, connect, code) -> None:
    server.on("/api/x", reply(401, {"error": "Repository not found"}, X_Error_Code=code))
    server.on("/api/whoami-v2", reply(401, {"error": "Invalid credentials in Authorization header"}))
    session = connect(server.url)
    for _ in range(2):
        error = failure(session, repo=REPO)
        assert type(error) is AuthenticationError
        assert "The token from the test was refused" in error.message
        assert f"{server.url}/settings/tokens" in error.hint
    assert server.paths().count("/api/whoami-v2") == 1


def test_a_refused_token_needs_no_second_question(server, connect) -> None:
    server.on("/api/whoami-v2", reply(401, {"error": "Invalid username or password."}))
    error = failure(connect(server.url), path="api/whoami-v2")
    assert "was refused" in error.message
    assert server.paths() == ["/api/whoami-v2"]


def test_a_fine_grained_token_may_lack_access(server, connect) -> None:
    server.on("/api/x", reply(404, X_Error_Code="RepoNotFound"))
    fine = {**ALICE, "auth": {"accessToken": {"role": "fineGrained"}}}
    server.on("/api/whoami-v2", reply(200, fine))
    error = failure(connect(server.url), repo=REPO)
    assert error.exit_code == 4
    assert "the token of alice from the test has no access" in error.message


def test_a_read_token_cannot_write(server, connect) -> None:
    server.on("/api/x", reply(403, {"error": "Forbidden"}))
    read = {**ALICE, "auth": {"accessToken": {"role": "read"}}}
    server.on("/api/whoami-v2", reply(200, read))
    error = failure(connect(server.url), method="POST", json={})
    assert error.hint == "the token from the test has the role read; this needs write"


def test_whoami_out_of_order_hides_nothing(server, connect) -> None:
    server.on("/api/x", reply(404, X_Error_Code="RepoNotFound"))
    server.on("/api/whoami-v2", reply(500))
    assert "not found" in failure(connect(server.url), repo=REPO).message


def test_a_signed_address_that_expired(server, other, connect) -> None:
    server.on("/f", reply(302, Location=f"{other.url}/signed?X-Amz-Signature=abc"))
    other.on("/signed", reply(403, "<Error><Code>AccessDenied</Code></Error>", Content_Type="application/xml"))
    with pytest.raises(AddressExpiredError) as caught, connect(server.url).stream("GET", "f"):
        pass
    assert (caught.value.exit_code, caught.value.retryable) == (6, True)
    assert "X-Amz" not in str(caught.value.details)


def test_statuses_that_the_caller_handles(server, connect) -> None:
    server.on("/f", reply(416, b"", Content_Range="bytes */5"))
    session = connect(server.url)
    with session.stream("GET", "f", accept=(416,)) as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */5")
    assert session.request("GET", "f", accept=(416,)).status == 416


def test_where_a_withheld_token_belongs_is_the_hint(server) -> None:
    from hfcli_core.hub.session import HubSession

    server.on("/api/x", reply(401, {"error": "who?"}))
    with HubSession(server.url, withheld=lambda: "the stored token belongs elsewhere") as session:
        assert failure(session).hint == "the stored token belongs elsewhere"
        assert failure(session, repo=REPO).hint == "the stored token belongs elsewhere"


def test_an_endpoint_whose_scheme_is_wrong() -> None:
    from hfcli_core.hub.failures import Asked, TokenCheck, error_for
    from hfcli_core.hub.responses import Response

    asked = Asked("http://hub.example", None, None, None, lambda: TokenCheck("unknown"), lambda: None)
    error = error_for(Response("GET", "https://hub.example/api/x", 401, {}, b""), asked)
    assert (error.exit_code, error.hint) == (4, "set HF_ENDPOINT to https://hub.example")


def test_a_server_that_repeats_a_secret(server, connect) -> None:
    server.on("/api/x", reply(400, {"error": f"unknown token {SECRET}"}))
    assert failure(connect(server.url)).message == "Bad request: unknown token ***"


def test_warnings_of_the_hub_are_passed_on_once(server, connect) -> None:
    notes: list[str] = []
    server.on("/api/x", reply(200, {}, X_HF_Warning="auth; tokens of this kind end in May"))
    session = connect(server.url, note=notes.append)
    session.json("GET", "api/x")
    session.json("GET", "api/x")
    assert notes == ["tokens of this kind end in May"]
