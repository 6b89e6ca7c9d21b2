"""Values that are written on the command line: durations, labels, images, volumes, ports (surface.md §8.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError, parse_repo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 30 * 86400, "y": 365 * 86400}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(s|m|h|d|w|mo|y)?", re.ASCII)
_SPACE = re.compile(r"(?:https?://)?(?:huggingface\.co|hf\.co)/spaces/([^/\s]+/[^/\s]+)/?")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def parse_seconds(text: str, option: str = "--timeout") -> int:
    """``90``, ``1.5h``, ``30m``, ``2d`` as whole seconds, at least one."""
    found = _DURATION.fullmatch(text.strip().lower())
    seconds = int(float(found[1]) * _UNITS[found[2] or ""]) if found else 0
    if seconds < 1:
        raise UsageError(f"invalid value for '{option}': '{text}'", hint="write seconds, or 30m, 1.5h, 2d")
    return seconds


def image_fields(image: str) -> dict[str, str]:
    """The field of a job's description that says what it runs in: a Space, or an image of a registry."""
    found = _SPACE.fullmatch(image)
    return {"spaceId": found[1]} if found else {"dockerImage": image}


def parse_labels(texts: Iterable[str], name: str | None = None) -> dict[str, str]:
    """``key=value`` or ``key``; ``name`` is what ``--name`` said, which is the label of that key."""
    labels = {}
    for text in texts:
        key, _, value = text.partition("=")
        if not key:
            raise UsageError(f"label '{text}' is not of the form key=value")
        labels[key] = value
    if name is None:
        return labels
    if "name" in labels:
        raise UsageError("--name and --label name=… say the same thing", hint="give one of them")
    return {"name": name, **labels}


def parse_expose(ports: Sequence[int], public: Sequence[int]) -> dict[str, Any] | None:
    if not (ports or public):
        return None
    return {"ports": list(dict.fromkeys([*ports, *public])), "portsPublic": list(public)}


def parse_volume(text: str) -> dict[str, Any]:
    """``hf://[TYPE/]ID[@REVISION][/PATH]:/MOUNT[:ro|:rw]``. Repos can only be read; a bucket can be written too."""
    body, mode = text, None
    for word in ("ro", "rw"):
        if text.endswith(f":{word}"):
            body, mode = text.removesuffix(f":{word}"), word
    source, colon, mount = body.rpartition(":")
    if not colon or not mount.startswith("/"):
        raise UsageError(f"volume '{text}' does not say where to mount it", hint="write hf://datasets/me/data:/data")
    if not source.startswith("hf://"):
        raise UsageError(
            f"volume '{source}' is a folder of this machine, which the job does not have",
            hint="upload it (hf upload) and mount the repo: hf://datasets/me/data:/data",
        )
    volume: dict[str, Any] = {"mountPath": mount}
    if source.startswith("hf://buckets/"):
        namespace, name, *path = [*source.removeprefix("hf://buckets/").split("/"), ""]
        volume |= {"type": "bucket", "source": f"{namespace}/{name}"}
        if "/".join(path).strip("/"):
            volume["path"] = "/".join(path).strip("/")
        return volume | ({"readOnly": True} if mode == "ro" else {})
    if mode == "rw":
        raise UsageError(f"volume '{source}' is a repo, which a job can only read", hint="leave out :rw")
    target = parse_repo(source.replace("hf://models/", "hf://"))
    volume |= {"type": target.repo.type, "source": target.repo.id, "readOnly": True}
    return volume | {
        name: value for name, value in (("revision", target.revision), ("path", target.path)) if value is not None
    }


def parse_job_id(text: str, namespace: str | None) -> tuple[str | None, str]:
    """Namespace and id from ``ID``, ``NS/ID`` or the address of the job's page."""
    owner, _, job_id = text.strip().rstrip("/").removeprefix("jobs/").rpartition("/")
    owner = owner.rpartition("/")[2]
    if not _JOB_ID.fullmatch(job_id) or (owner and not re.fullmatch(r"\w[\w.-]*", owner, re.ASCII)):
        raise UsageError(f"'{text}' is no id of a job", hint="`hf jobs ps --all` lists them")
    if owner and namespace and owner != namespace:
        raise UsageError(f"'{text}' and --namespace {namespace} are of two namespaces")
    return owner or namespace, job_id


def volume_text(volume: Mapping[str, Any]) -> str:
    """A volume as it is written."""
    path = f"/{volume['path']}" if volume.get("path") else ""
    revision = f"@{volume['revision']}" if volume.get("revision") else ""
    mode = ":ro" if volume.get("readOnly") else ""
    return f"hf://{volume['type']}s/{volume['source']}{revision}{path}:{volume['mountPath']}{mode}"
