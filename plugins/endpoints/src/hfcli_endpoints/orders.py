"""Orders that change something: the price first, then the order, or only what would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import Aborted, ConflictError, HfError, UsageError, register_secret

from hfcli_endpoints.costs import known_hardware, price_of, tell_price
from hfcli_endpoints.hardware import DEFAULT_PLACE, choose_place
from hfcli_endpoints.image import new_image, with_sizes
from hfcli_endpoints.service import checked, part, quoted_repo, state_of
from hfcli_endpoints.spec import create_body, masked, update_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.api import Output

    from hfcli_endpoints.hardware import Hardware
    from hfcli_endpoints.service import Endpoint, Service
    from hfcli_endpoints.spec import Wanted


def deploy(output: Output, service: Service, name: str, wanted: Wanted, *, dry_run: bool) -> Endpoint | None:
    """The new endpoint; None after a rehearsal."""
    if wanted.image.password:
        register_secret(wanted.image.password)
    new_image(wanted.image)  # a mistake in the options is told before anything is asked
    hardware = known_hardware(service)
    body = create_body(checked(name, "NAME"), wanted, _place(output, hardware, wanted))
    price = price_of(hardware, body)
    tell_price(output, price, body)
    if dry_run:
        show_request(output, "POST", f"{service.session.endpoint}/endpoint/{service.namespace}", body, price=price)
        return None
    return service.create(body)


def update(output: Output, service: Service, name: str, wanted: Wanted, *, dry_run: bool) -> Endpoint | None:
    """The changed endpoint; None after a rehearsal."""
    current: Endpoint | None = None
    if wanted.image.only_sizes:
        current = service.get(name)
        image: Mapping[str, Any] | None = with_sizes(_current_image(current), wanted.image)
    else:
        image = new_image(wanted.image)
    body = update_body(wanted, image)
    price = None
    if "compute" in body:
        after = _merged(current or service.get(name), body)
        price = price_of(known_hardware(service), after)
        tell_price(output, price, after)
    if dry_run:
        show_request(output, "PUT", f"{service.session.endpoint}/{service.path(name)}", body, price=price)
        return None
    return service.update(name, body)


def turn(output: Output, service: Service, name: str, action: str, *, dry_run: bool) -> Endpoint | None:
    """Pause or scale to zero, which costs nothing."""
    if dry_run:
        _rehearse_turn(output, service, name, action)
        return None
    return service.turn(name, action)


def resume(output: Output, service: Service, name: str, *, strict: bool, dry_run: bool) -> Endpoint | None:
    """Start it again. One that runs already is shown as it is, unless that is to be an error (``strict``)."""
    current = service.get(name)
    price = price_of(known_hardware(service), current)
    tell_price(output, price, current)
    if dry_run:
        _rehearse_turn(output, service, name, "resume", price=price)
        return None
    try:
        return service.turn(name, "resume")
    except HfError as error:
        if error.details.get("status") != 400 or "already running" not in error.message:
            raise
        now = service.get(name)
        if strict:
            raise ConflictError(f"Endpoint '{name}' is {state_of(now)} already") from error
        output.note(f"Endpoint '{name}' is {state_of(now)} already")
        return now


def delete(output: Output, service: Service, name: str, *, sure: bool, dry_run: bool) -> None:
    """Delete it, once its name has been typed or ``sure`` says that it need not be. Raises :class:`Aborted`."""
    if dry_run:
        show_request(output, "DELETE", f"{service.session.endpoint}/{service.path(name)}")
        return
    if not sure and output.ask(f"Delete endpoint '{name}'? Type the name to confirm.", flag="--yes") != name:
        raise Aborted
    service.delete(name)
    output.result(f"Deleted '{name}'.", {"name": name, "namespace": service.namespace, "deleted": True}, quiet=name)


def deploy_from_catalog(
    output: Output,
    service: Service,
    *,
    repo: str | None,
    recipe: str | None,
    name: str | None,
    accelerator: str | None,
    gguf_file: str | None,
    dry_run: bool,
) -> Endpoint | None:
    if (repo is None) == (recipe is None):
        raise UsageError("give either --repo or --recipe", hint="`hf endpoints catalog ls` lists both")
    if recipe is not None and (accelerator or gguf_file):
        raise UsageError("--accelerator and --gguf-file choose a recipe of --repo; --recipe is one already")
    path = f"recipe/{checked(recipe, '--recipe')}/deploy" if recipe else f"model/{quoted_repo(repo or '')}/deploy"
    body: dict[str, Any] = {"namespace": service.namespace}
    if name is not None:
        body["config"] = {"name": checked(name, "--name")}
    chosen = {"accelerator": accelerator, "ggufFile": gguf_file}
    body |= {key: value for key, value in chosen.items() if value is not None}
    if dry_run:
        show_request(output, "POST", f"{service.catalog.endpoint}/{path}", body)
        return None
    output.note("The price depends on the recipe's hardware, which the service tells with the endpoint.")
    made = service.deploy_from_catalog(path, body)
    tell_price(output, price_of(known_hardware(service), made), made)
    return made


def show_request(
    output: Output, method: str, url: str, body: Mapping[str, Any] | None = None, *, price: float | None = None
) -> None:
    """What would be sent, without values of secrets."""
    request = {"method": method, "url": url, "body": masked(body)}
    if price is not None:
        request["price_per_hour"] = price
    output.note("Nothing was changed; this is what would be sent.")
    output.document({"dry_run": True, **request})


def _rehearse_turn(output: Output, service: Service, name: str, action: str, *, price: float | None = None) -> None:
    show_request(output, "POST", f"{service.session.endpoint}/{service.path(name)}/{action}", price=price)


def _place(output: Output, hardware: Sequence[Hardware] | None, wanted: Wanted) -> tuple[str, str]:
    """Vendor and region as they were given, or else the cheapest that has the hardware, which is told."""
    vendor, region = wanted.vendor, wanted.region
    if vendor and region:
        return vendor, region
    if hardware is None:
        place, why = (vendor or DEFAULT_PLACE[0], region or DEFAULT_PLACE[1]), "the default"
    else:
        found = choose_place(hardware, vendor=vendor, region=region, **wanted.hardware)
        place, why = (found.vendor, found.region), "the cheapest that has this hardware"
    output.note(f"Vendor {place[0]}, region {place[1]}: {why}; --vendor and --region choose another")
    return place


def _current_image(current: Endpoint) -> Mapping[str, Any]:
    image = part(current, "model", "image")
    if not isinstance(image, dict) or len(image) != 1 or not isinstance(next(iter(image.values())), dict):
        raise UsageError("the service does not say which image runs", hint="give it with --custom-image and --engine")
    if part(image, next(iter(image)), "credentials"):
        # The service masks them; sending the mask back would replace the real ones.
        raise UsageError("the image needs registry credentials, which would be lost", hint="give the whole image anew")
    return image


def _merged(current: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """``current`` with ``change`` in it, object by object."""
    merged = dict(current)
    for key, value in change.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged
