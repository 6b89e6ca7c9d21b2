"""``hf hub trust add``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_hub.cli.options import FILE, data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("add")
@argument("resource")
@option("--issuer", required=True, metavar="URL", help="Who signs the identities: their claim `iss`.")
@option("--keys", required=True, type=FILE, help="Its public keys: a JSON Web Key Set (RS256).")
@option("--claim", "claims", multiple=True, required=True, metavar="NAME=VALUE", help="What they must say; repeat.")
@option("--user", required=True, help="The user as whom the jobs act.")
@data_option
@pass_app
def add_command(
    app: App, *, resource: str, issuer: str, keys: Path, claims: tuple[str, ...], user: str, data: Path
) -> None:
    """Trust CI jobs to act on RESOURCE, a repo (`alice/model`, `datasets/alice/data`) or a user's name."""
    from hfcli_hub.administration import trust_jobs
    from hfcli_hub.home import HubHome

    with HubHome(data).open() as hub:
        named = trust_jobs(hub, resource, user, issuer=issuer, claims=claims, keys=keys)
    text = f"Jobs of {issuer} may act on {resource} as {user}"
    app.output.result(text, {"resource": resource, "issuer": issuer, "user": user, "claims": named}, quiet=resource)
