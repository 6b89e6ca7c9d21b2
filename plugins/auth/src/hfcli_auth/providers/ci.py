"""Where CI systems give a job its identity token."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.api import ProviderFailed, Token, clean_token, origin_of, register_secret

from hfcli_auth.providers.programs import command_for, output_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import OpenSession, Settings

_LARGEST = 64 * 1024
_COMMAND = "auth.oidc_command"


def identity_token(settings: Settings, endpoint: str, open_session: OpenSession) -> tuple[str, str]:
    """The token and where it is from. What the user names goes before what the CI system has.

    Raises :class:`ProviderFailed` with what to do about it.
    """
    environ = settings.environ
    if given := environ.get("HF_OIDC_ID_TOKEN", ""):
        return _checked(given, "HF_OIDC_ID_TOKEN")
    file = settings[settings.by_name("auth.oidc_token_file")]
    if file is not None:
        return _from_file(Path(file))
    words = command_for(settings[settings.by_name(_COMMAND)], endpoint, _COMMAND)
    if words is not None:
        return _checked(output_of(words, "", what="the command", environ=environ), words[0])
    return _of_the_system(environ, endpoint, open_session)


def _of_the_system(environ: Mapping[str, str], endpoint: str, open_session: OpenSession) -> tuple[str, str]:
    if environ.get("GITHUB_ACTIONS") == "true":
        return _from_github(environ, endpoint, open_session)
    if environ.get("GITLAB_CI") == "true":
        return _from_gitlab(environ, endpoint)
    if environ.get("BUILDKITE") == "true":
        return _from_program(environ, ["buildkite-agent", "oidc", "request-token", "--audience", endpoint], "Buildkite")
    if environ.get("CIRCLECI") == "true":
        return _from_circleci(environ, endpoint)
    raise ProviderFailed(
        "HF_OIDC_RESOURCE is set, and this is no CI system that is known",
        hint="give the identity token with HF_OIDC_TOKEN_FILE, HF_OIDC_ID_TOKEN or the setting auth.oidc_command",
    )


def _from_file(path: Path) -> tuple[str, str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _checked(file.read(_LARGEST), f"file {path}")
    except OSError as error:
        raise ProviderFailed(f"cannot read the identity token in {path}: {error.strerror or error}") from error


def _from_github(environ: Mapping[str, str], endpoint: str, open_session: OpenSession) -> tuple[str, str]:
    url = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    bearer = environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    if not url or not bearer:
        raise ProviderFailed(
            "GitHub Actions gives this job no identity token", hint="add `permissions: id-token: write` to the job"
        )
    register_secret(bearer)
    at = str(origin_of(url))
    session = open_session(at, Token(bearer, "ACTIONS_ID_TOKEN_REQUEST_TOKEN", at))
    answer: Any = session.json("GET", url, params={"audience": endpoint})
    value = answer.get("value") if isinstance(answer, dict) else None
    return _checked(value if isinstance(value, str) else "", "GitHub Actions")


def _from_gitlab(environ: Mapping[str, str], endpoint: str) -> tuple[str, str]:
    given = environ.get("HF_ID_TOKEN", "")
    if not given:
        raise ProviderFailed(
            "GitLab gives this job no identity token in HF_ID_TOKEN",
            hint=f"add `id_tokens: HF_ID_TOKEN: aud: {endpoint}` to the job",
        )
    return _checked(given, "GitLab (HF_ID_TOKEN)")


def _from_circleci(environ: Mapping[str, str], endpoint: str) -> tuple[str, str]:
    # The variables hold a token for CircleCI's own audience; its program makes one for ours.
    if _find("circleci", environ):
        claims = json.dumps({"aud": endpoint})
        return _from_program(environ, ["circleci", "run", "oidc", "get", "--claims", claims], "CircleCI")
    for name in ("CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"):
        if given := environ.get(name, ""):
            return _checked(given, f"CircleCI ({name})")
    raise ProviderFailed("CircleCI gives this job no identity token", hint="use a context in the job")


def _from_program(environ: Mapping[str, str], words: list[str], system: str) -> tuple[str, str]:
    program = _find(words[0], environ)
    if program is None:
        raise ProviderFailed(f"{system} is detected, and {words[0]} is not on PATH")
    return _checked(output_of([program, *words[1:]], "", what="the program", environ=environ), system)


def _find(program: str, environ: Mapping[str, str]) -> str | None:
    # Only absolute places: a program of that name in the working directory is not CI's (faults.md S25).
    places = [place for place in environ.get("PATH", "").split(os.pathsep) if Path(place).is_absolute()]
    return shutil.which(program, path=os.pathsep.join(places))


def _checked(text: str, source: str) -> tuple[str, str]:
    value = clean_token(text, source)
    if value is None:
        raise ProviderFailed(f"the identity token from {source} is empty")
    register_secret(value)
    return value, source
