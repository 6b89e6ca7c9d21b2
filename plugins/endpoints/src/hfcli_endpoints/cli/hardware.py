"""``hf endpoints hardware``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, option, pass_app

from hfcli_endpoints.cli.options import namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("hardware")
@option("--vendor", metavar="NAME", help="Only of this cloud, such as aws.")
@option("--region", metavar="NAME", help="Only in this region, such as us-east-1.")
@option("--accelerator", metavar="KIND", help="Only with this accelerator: cpu, gpu, neuron.")
@option("--instance-type", metavar="TYPE", help="Only this type, such as nvidia-l4.")
@option("-a", "--all", "everything", is_flag=True, help="Also what cannot be had now.")
@namespace_option
@pass_app
def hardware_command(
    app: App,
    *,
    vendor: str | None,
    region: str | None,
    accelerator: str | None,
    instance_type: str | None,
    everything: bool,
    namespace: str | None,
    token: str | None,
) -> None:
    """List what an endpoint can run on, its price in dollars an hour for each replica, and the quota in use."""
    from ..service import Service
    from ..tables import show_hardware

    filters = {"vendor": vendor, "region": region, "accelerator": accelerator, "instance_type": instance_type}
    hardware = Service(app, token=token, namespace=namespace).hardware()
    show_hardware(app.output, hardware, filters, everything=everything)
