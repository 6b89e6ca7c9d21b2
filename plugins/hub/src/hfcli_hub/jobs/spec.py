"""What a job is to do, read from the body of a request and checked (wire.md §5.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..store.errors import InvalidJob

DEFAULT_TIMEOUT, LONGEST_TIMEOUT = 30 * 60, 7 * 24 * 3600
"""Seconds."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FLAVOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SPACE = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_LONGEST_TEXT = 1 << 17  # what one word of a command line may have on Linux
_MOST_LABELS = 100
_MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class JobSpec:
    """Everything about a job but its secrets and labels. ``timeout`` in seconds; ``attempts`` counts the first too.

    ``extra`` is recorded and has no effect here: network groups, resource groups, volumes, exposed ports.
    """

    command: tuple[str, ...]
    docker_image: str | None = None
    space_id: str | None = None
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    flavor: str = "cpu-basic"
    timeout: int = DEFAULT_TIMEOUT
    attempts: int = 1
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def image(self) -> str:
        return self.docker_image or f"hf.co/spaces/{self.space_id}"

    def to_json(self) -> dict[str, Any]:
        return {
            "command": list(self.command),
            "dockerImage": self.docker_image,
            "spaceId": self.space_id,
            "arguments": list(self.arguments),
            "environment": dict(self.environment),
            "flavor": self.flavor,
            "timeoutSeconds": self.timeout,
            "attempts": self.attempts,
            **self.extra,
        }


def read_spec(body: Mapping[str, Any]) -> JobSpec:
    """Raises InvalidJob, which names the field."""
    image, space = body.get("dockerImage"), body.get("spaceId")
    if bool(image) == bool(space):
        raise InvalidJob('one of "dockerImage" and "spaceId" is required')
    if image is not None and (not isinstance(image, str) or re.search(r"\s|^-", image)):
        raise InvalidJob(f'"dockerImage" is no name of an image: {image!r}')
    if space is not None and not (isinstance(space, str) and _SPACE.fullmatch(space)):
        raise InvalidJob(f'"spaceId" is no name of a Space: {space!r}')
    flavor = body.get("flavor") or "cpu-basic"
    if not (isinstance(flavor, str) and _FLAVOR.fullmatch(flavor)):
        raise InvalidJob(f'"flavor" is no name of a machine: {flavor!r}')
    if (body.get("ssh") or {}).get("enabled"):
        raise InvalidJob("this Hub has no SSH access to jobs")
    command, arguments = _words(body, "command"), _words(body, "arguments")
    if not command + arguments:
        raise InvalidJob('"command" is empty')
    return JobSpec(
        command=command,
        docker_image=image,
        space_id=space,
        arguments=arguments,
        environment=read_variables(body, "environment"),
        flavor=flavor,
        timeout=_whole(body, "timeoutSeconds", DEFAULT_TIMEOUT, LONGEST_TIMEOUT),
        attempts=_whole(body, "attempts", 1, _MOST_ATTEMPTS),
        extra={name: body[name] for name in ("volumes", "expose", "network", "resourceGroupId") if body.get(name)},
    )


def read_variables(body: Mapping[str, Any], name: str) -> dict[str, str]:
    """Variables of the environment, or secrets."""
    values = body.get(name) or {}
    if not isinstance(values, dict):
        raise InvalidJob(f'"{name}" is no object')
    for key, value in values.items():
        if not _NAME.fullmatch(key):
            raise InvalidJob(f'"{name}" has a name that no variable can have: {key!r}')
        if not isinstance(value, str) or "\0" in value or len(value) > _LONGEST_TEXT:
            raise InvalidJob(f'"{name}" has a value that no variable can have, of {key}')
    return dict(values)


def read_labels(body: Mapping[str, Any]) -> dict[str, str]:
    labels = body.get("labels") or {}
    if not isinstance(labels, dict) or len(labels) > _MOST_LABELS:
        raise InvalidJob(f'"labels" is no object of at most {_MOST_LABELS} names')
    if not all(isinstance(value, str) and key for key, value in labels.items()):
        raise InvalidJob('"labels" are texts')
    return dict(labels)


def read_expose(body: Mapping[str, Any]) -> dict[str, Any]:
    ports = {name: body.get(name) or [] for name in ("ports", "portsPublic")}
    for values in ports.values():
        if not isinstance(values, list) or not all(isinstance(port, int) and 0 < port < 1 << 16 for port in values):
            raise InvalidJob('"ports" are numbers from 1 to 65535')
    return {"ports": sorted({*ports["ports"], *ports["portsPublic"]}), "portsPublic": ports["portsPublic"]}


def _words(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    words = body.get(name) or []
    if not isinstance(words, list) or not all(isinstance(word, str) and "\0" not in word for word in words):
        raise InvalidJob(f'"{name}" is no list of words')
    if any(len(word.encode("utf-8", "replace")) > _LONGEST_TEXT for word in words):
        raise InvalidJob(f'"{name}" has a word of more than {_LONGEST_TEXT} bytes')
    return tuple(words)


def _whole(body: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise InvalidJob(f'"{name}" is a whole number from 1 to {most}')
    return value
