"""Options that several commands of ``hf jobs`` have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import IntRange, option, secret_option, token_option

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

_PORT = IntRange(1, 65535)

_JOB = (
    option("-e", "--env", multiple=True, metavar="NAME=VALUE", help="A variable; a name alone has its value here."),
    secret_option(
        "-s",
        "--secrets",
        multiple=True,
        metavar="NAME",
        help="A secret variable, by its name here, or NAME=VALUE; HF_TOKEN is also taken from the login.",
    ),
    option("--env-file", metavar="FILE", help="Variables from a file of lines NAME=VALUE, - for standard input."),
    option("--secrets-file", metavar="FILE", help="Secrets from such a file."),
    option("--flavor", metavar="NAME", help="The machine, such as a10g-small.  [default: cpu-basic]"),
    option("--timeout", metavar="DURATION", help="How long it may run: seconds, or 30m, 1.5h, 2d."),
    option("--name", metavar="NAME", help="What to call it: the label 'name'.  [default: made of what it runs]"),
    option("-l", "--label", multiple=True, metavar="KEY=VALUE", help="A label, to find it by; may be repeated."),
    option(
        "-v",
        "--volume",
        multiple=True,
        metavar="HF://REPO:/MOUNT",
        help="A repo or a bucket as a folder of the job: hf://datasets/me/data:/data[:ro|:rw].",
    ),
    option("--attempts", type=IntRange(1), metavar="N", help="How often to try it before it has failed."),
    option("--expose", type=_PORT, multiple=True, metavar="PORT", help="A port to reach from outside."),
    option("--expose-public", type=_PORT, multiple=True, metavar="PORT", help="The same, for everybody."),
    option("--resource-group-id", metavar="ID", help="The organization's resource group that it belongs to."),
    option("--dry-run", is_flag=True, help="Only show what would be sent."),
)
_ONCE = (
    option("-d", "--detach", is_flag=True, help="Print the job's id and do not wait for it."),
    option("--raw", is_flag=True, help="Print what the job says as it is, control characters too."),
    option("--ssh", is_flag=True, help="Let you into the job by SSH."),
    option("--network-group", metavar="NAME", help="A network that it shares with other jobs of this group."),
    option("--network-alias", multiple=True, metavar="NAME", help="Its name in that network; may be repeated."),
)
_AGAIN = (
    option("--suspend/--no-suspend", default=None, help="Do not run it yet."),
    option("--concurrency/--no-concurrency", default=None, help="Run it also while an earlier run still goes on."),
)
_UV = (
    option("--image", metavar="IMAGE", help="An image that has uv.  [default: one of uv with Python 3.12]"),
    option("--repo", metavar="REPO", help="The dataset repo for a local script.  [default: a private one]"),
    option(
        "--with", "dependencies", multiple=True, metavar="PACKAGE", help="A package to have beside; may be repeated."
    ),
    option("-p", "--python", metavar="VERSION", help="The Python to run it with."),
)


def _all(*groups: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for one in reversed([one for group in groups for one in group]):
            function = one(function)
        return function

    return decorate


def namespace_option(function: F) -> F:
    """``--namespace``: None for that of the token."""
    return option("--namespace", metavar="NAME", help="The user or organization whose it is.  [default: you]")(function)


def account_options(function: F) -> F:
    """``--namespace`` and ``--token``."""
    return namespace_option(token_option(function))


job_options = _all(_JOB, _ONCE)
"""Those of ``hf jobs run``; given to :func:`~hfcli_jobs.request.job_fields` as they are."""

schedule_options = _all(_AGAIN, _JOB)
uv_options = _all(_UV)


def option_names(ctx: Any) -> list[str]:
    """The names of all options of the running command."""
    return [name for one in ctx.command.params for name in (*one.opts, *one.secondary_opts)]
