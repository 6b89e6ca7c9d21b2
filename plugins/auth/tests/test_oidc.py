"""A CI job's own identity instead of a secret: from every CI system, exchanged, renewed, refused (A6, A8)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

RESOURCE = "alice/model"


@pytest.fixture(scope="module")
def key() -> Any:
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa", reason="needs a library that signs")
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def identity(hub: Any, key: Any) -> Callable[..., str]:
    """An identity token of a job of `acme/code`, whom the Hub trusts for `alice/model`."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    numbers = key.public_key().public_numbers()
    jwk = {"n": _encode(numbers.n.to_bytes(256)), "e": _encode(numbers.e.to_bytes(3))}
    hub.store.oauth.trust("https://ci.example", RESOURCE, "alice", claims={"repository": "acme/code"}, keys=[jwk])
    hub.create_repo(RESOURCE, private=True)
    hub.put_files(RESOURCE, {"config.json": b"{}"})

    def sign(**changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": "https://ci.example", "aud": hub.endpoint, "exp": now + 300, "repository": "acme/code"}
        parts = [_encode(json.dumps(part).encode()) for part in ({"alg": "RS256"}, claims | changes)]
        return ".".join([*parts, _encode(key.sign(".".join(parts).encode(), PKCS1v15(), SHA256()))])

    return sign


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
def github(identity: Callable[..., str]) -> Iterator[dict[str, str]]:
    """The service by which a job on GitHub Actions gets its identity token, and the variables that lead there."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == "Bearer request-token-of-the-job"
            asked = "api-version=2&audience=http%3A%2F%2F127.0.0.1" in self.path
            body = json.dumps({"value": identity()}).encode() if allowed and asked else b'{"message": "no"}'
            self.send_response(200 if allowed and asked else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/token?api-version=2",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token-of-the-job",
        }
        server.shutdown()


def program(folder: Path, name: str, token: str, expects: str) -> dict[str, str]:
    """A CI system's own program first on PATH, which prints the token when it is asked as it should be."""
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\n[ \"$*\" = '{expects}' ] && echo {token} || exit 1\n")
    script.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_github_actions(hub: Any, cli: Any, github: dict[str, str]) -> None:
    job = {**github, "HF_OIDC_RESOURCE": RESOURCE}
    done = cli("auth", "status", token=None, env=job)
    assert done.returncode == 0, done.stderr
    assert "in use    OIDC exchange (GitHub Actions)" in done.stdout
    assert f"scope: repo.content.read, repo.write in models/{RESOURCE}" in done.stdout
    (cli.work / "a.txt").write_text("a")
    assert cli("upload", RESOURCE, "a.txt", token=None, env=job).returncode == 0
    assert "a.txt" in hub.list_files(RESOURCE)
    for gone in ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        refused = cli("auth", "whoami", token=None, env={**job, gone: None})
        assert (refused.returncode, "permissions: id-token: write" in refused.stderr) == (4, True)
    wrong = cli("auth", "whoami", token=None, env={**job, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "wrong-request-token"})
    assert wrong.returncode == 4
    assert "wrong-request-token" not in wrong.stderr


def test_other_systems_and_ways(hub: Any, cli: Any, identity: Callable[..., str], tmp_path: Path) -> None:
    token = identity()
    file = tmp_path / "projected"
    file.write_text(token)
    buildkite = program(tmp_path / "bk", "buildkite-agent", token, f"oidc request-token --audience {hub.endpoint}")
    circle = program(tmp_path / "ci", "circleci", token, f'run oidc get --claims {{"aud": "{hub.endpoint}"}}')
    empty = {"PATH": "/nonexistent"}
    ways = {
        "HF_OIDC_ID_TOKEN": {"HF_OIDC_ID_TOKEN": token},
        f"file {file}": {"HF_OIDC_TOKEN_FILE": str(file)},
        "GitLab (HF_ID_TOKEN)": {"GITLAB_CI": "true", "HF_ID_TOKEN": token},
        "Buildkite": {"BUILDKITE": "true", **buildkite},
        "CircleCI": {"CIRCLECI": "true", **circle},
        "CircleCI (CIRCLE_OIDC_TOKEN_V2)": {"CIRCLECI": "true", "CIRCLE_OIDC_TOKEN_V2": token, **empty},
    }
    for source, variables in ways.items():
        job = {"HF_OIDC_RESOURCE": RESOURCE, **variables}
        done = cli("auth", "status", "--json", token=None, env=job)
        assert done.returncode == 0, (source, done.stderr)
        assert f"OIDC exchange ({source})" in [row["source"] for row in done.json()["sources"]]
        assert token not in done.stdout + done.stderr


def test_a_command_of_the_configuration(hub: Any, cli: Any, identity: Callable[..., str], tmp_path: Path) -> None:
    program(tmp_path / "own", "make-token", identity(), "now")
    config = cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    words = json.dumps([str(tmp_path / "own" / "make-token"), "now"])
    config.write_text(f'[auth]\noidc_resource = "{RESOURCE}"\n[auth.oidc_command]\n"{hub.endpoint}" = {words}\n')
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "this is no CI system that is known"),
        ({"GITLAB_CI": "true"}, "GitLab gives this job no identity token in HF_ID_TOKEN"),
        ({"CIRCLECI": "true", "PATH": "/nonexistent"}, "CircleCI gives this job no identity token"),
        ({"BUILDKITE": "true", "PATH": "/nonexistent"}, "buildkite-agent is not on PATH"),
        ({"HF_OIDC_TOKEN_FILE": "/nonexistent"}, "cannot read the identity token"),
        ({"HF_OIDC_ID_TOKEN": "no jwt"}, "is malformed"),
        ({"HF_OIDC_ID_TOKEN": "no-jwt-but-a-secret-1"}, "the identity token is not a JWT"),
    ],
)
def test_what_is_missing_is_said(cli: Any, variables: dict[str, str], says: str) -> None:
    done = cli("auth", "whoami", token=None, env={"HF_OIDC_RESOURCE": RESOURCE, **variables})
    assert (done.returncode, done.stdout) == (4, "")
    assert says in done.stderr
    assert "no-jwt-but-a-secret-1" not in done.stderr


def test_other_claims_are_shown_without_the_token(cli: Any, identity: Callable[..., str]) -> None:
    token = identity(repository="acme/other", sub="repo:acme/other:ref:main")
    done = cli("auth", "whoami", token=None, env={"HF_OIDC_RESOURCE": RESOURCE, "HF_OIDC_ID_TOKEN": token})
    assert done.returncode == 4
    assert f"gives no token for {RESOURCE} to the identity from HF_OIDC_ID_TOKEN" in done.stderr
    assert 'sub="repo:acme/other:ref:main"' in done.stderr
    assert 'repository="acme/other"' in done.stderr
    assert not any(part in done.stderr for part in token.split("."))


def test_a_variable_with_a_token_goes_before(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami", "-q", token=hub.token("bob"), env={"HF_OIDC_RESOURCE": RESOURCE})
    assert (done.returncode, done.stdout) == (0, "bob\n")
