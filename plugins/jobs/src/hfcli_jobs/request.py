"""A job as the command line describes it, and the body that asks the Hub for it (wire.md §5.7)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hfcli_core.api import WantedVariables

from hfcli_jobs.flavors import DEFAULT_FLAVOR
from hfcli_jobs.values import image_fields, parse_expose, parse_labels, parse_seconds, parse_volume, volume_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class JobRequest:
    """``stem``: what the job is named after, where nobody names it. ``timeout`` as it was written."""

    image: str
    command: tuple[str, ...]
    stem: str
    wanted: WantedVariables = field(default_factory=WantedVariables)
    flavor: str | None = None
    timeout: str | None = None
    name: str | None = None
    label: tuple[str, ...] = ()
    volume: tuple[str, ...] = ()
    attempts: int | None = None
    expose: tuple[int, ...] = ()
    expose_public: tuple[int, ...] = ()
    ssh: bool = False
    network_group: str | None = None
    network_alias: tuple[str, ...] = ()
    resource_group_id: str | None = None

    def body(self, environment: Mapping[str, str], secrets: Mapping[str, str], namespace: str) -> dict[str, Any]:
        """Empty fields are left out. Raises :class:`UsageError` for a value that cannot be read."""
        volumes = [parse_volume(text) for text in self.volume]
        labels = parse_labels(self.label, self.name)
        labels.setdefault("name", self._own_name(environment, secrets, volumes, namespace))
        optional = {
            "secrets": dict(secrets),
            "timeoutSeconds": parse_seconds(self.timeout) if self.timeout else None,
            "attempts": self.attempts,
            "volumes": volumes,
            "expose": parse_expose(self.expose, self.expose_public),
            "ssh": {"enabled": True} if self.ssh else None,
            "network": self._network(),
            "resourceGroupId": self.resource_group_id,
        }
        return {
            "command": list(self.command),
            "arguments": [],
            "environment": dict(environment),
            "flavor": self.flavor or DEFAULT_FLAVOR,
            **image_fields(self.image),
            "labels": labels,
            **{name: value for name, value in optional.items() if value},
        }

    def _network(self) -> dict[str, Any] | None:
        if not self.network_group:
            return None
        aliases = {"aliases": list(self.network_alias)} if self.network_alias else {}
        return {"group": self.network_group, **aliases}

    def _own_name(
        self,
        environment: Mapping[str, str],
        secrets: Mapping[str, str],
        volumes: Sequence[Mapping[str, Any]],
        namespace: str,
    ) -> str:
        """The same for the same job, so that its runs are found together."""
        parts = [
            *(self.image, *self.command, self.flavor or DEFAULT_FLAVOR, self.timeout or "", namespace),
            *(self.network_group or "", str(self.attempts or "")),
            *(f"{name}={value}" for name, value in sorted(environment.items())),
            *(*sorted(secrets), *map(volume_text, volumes), *self.network_alias),
        ]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
        return f"{re.sub('[^A-Za-z0-9_-]', '-', self.stem)}-{digest[:8]}"


def image_stem(image: str) -> str:
    """``python`` of ``ghcr.io/them/python:3.12@sha256:…``."""
    return image.rstrip("/").rpartition("/")[2].partition("@")[0].partition(":")[0] or "job"


def job_fields(options: dict[str, Any]) -> dict[str, Any]:
    """The fields of a :class:`JobRequest` that the options of a command say."""
    wanted = WantedVariables(**{name: options.pop(name) for name in ("env", "secrets", "env_file", "secrets_file")})
    return {"wanted": wanted, **options}
