"""What the commands of ``hf endpoints`` have in common."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import Choice, FloatRange, IntRange, option, token_option

from hfcli_endpoints.image import ENGINES, ImageOptions
from hfcli_endpoints.spec import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


def namespace_option(function: F) -> F:
    return option(
        "--namespace", metavar="NAME", help="A user or an organization.  [default: who the token belongs to]"
    )(token_option(function))


def dry_run_option(function: F) -> F:
    return option("--dry-run", is_flag=True, help="Show what would be sent, and change nothing.")(function)


def spec_options(*, required: bool) -> Callable[[F], F]:
    """The options of ``deploy`` and ``update`` that say what runs where; :func:`wanted` takes them up."""
    count, positive = IntRange(min=0), IntRange(min=1)
    options = (
        option("--repo", metavar="REPO_ID", required=required, help="The model."),
        option("--framework", metavar="NAME", required=required, help="Such as pytorch, or custom with an image."),
        option("--revision", metavar="REVISION", help="A branch, tag or commit of the model.  [default: main]"),
        option("--task", metavar="TASK", help="Such as text-generation."),
        option("--accelerator", metavar="KIND", required=required, help="cpu, gpu or neuron."),
        option("--instance-type", metavar="TYPE", required=required, help="As `hf endpoints hardware` lists them."),
        option("--instance-size", metavar="SIZE", required=required, help="Such as x2."),
        option("--min-replica", type=count, metavar="N", help="0 lets it sleep."),
        option("--max-replica", type=positive, metavar="N", help="The most that run at the same time."),
        option(
            "--scale-to-zero-timeout", type=positive, metavar="MINUTES", help="Sleep after so long without a request."
        ),
        option(
            "--scaling-metric",
            type=Choice(["pendingRequests", "hardwareUsage"]),
            help="What decides on the number of replicas.",
        ),
        option("--scaling-threshold", type=FloatRange(min=0), metavar="X", help="One more replica from this value on."),
        option("--custom-image", "url", metavar="IMAGE", help="The container image to run."),
        option("--engine", metavar="NAME", help=f"What the image is: {', '.join(ENGINES)}.  [default: custom]"),
        option("--health-route", metavar="PATH", help="Where the image tells that it is well."),
        option("--port", type=IntRange(1, 65535), metavar="PORT", help="The port that the image listens on."),
        option("--tensor-parallel-size", type=positive, metavar="N", help="Accelerators for each copy of the model."),
        option("--data-parallel-size", type=positive, metavar="N", help="Copies of the model."),
        option("--container-command", metavar="WORDS", help='Instead of the image\'s own: "python serve.py".'),
        option("--container-args", metavar="WORDS", help='After the command: "--tp 8".'),
    )

    def decorate(function: F) -> F:
        for add in reversed(options):
            function = add(function)
        return function

    return decorate


def wanted(options: dict[str, Any], **variables: Any) -> Wanted:
    """The values of :func:`spec_options`, and of what else ``deploy`` has; ``variables``: ``env`` and ``secrets``."""
    names = {field.name for field in fields(ImageOptions)}
    image = ImageOptions(**{name: value for name, value in options.items() if name in names})
    return Wanted(image=image, **{name: value for name, value in options.items() if name not in names}, **variables)
