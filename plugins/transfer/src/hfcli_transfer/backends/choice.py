"""Which backends of all plugins may read, and in which order they are asked for a blob."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hfcli_core.api import App, BackendContext, BlobRef, Offer, ReadBackend


class Source(NamedTuple):
    """A backend that offers a blob."""

    name: str
    backend: ReadBackend
    offer: Offer


class Sources:
    """The read backends of one run; safe for threads once :meth:`load` is done."""

    def __init__(self, backends: Sequence[tuple[str, ReadBackend]], warn: Callable[[str], None]) -> None:
        self._backends = backends
        self._warn = warn

    @classmethod
    def load(cls, app: App, context: BackendContext) -> Sources:
        """Every usable backend by priority. A broken one is left out, as another may do."""
        backends: list[tuple[str, ReadBackend]] = []
        for loaded in app.plugins.storage_backends():
            spec = loaded.spec
            if not spec.reads:
                continue
            try:
                backends.append((spec.name, loaded.load()(context)))
            except Exception as error:  # whatever ails a plugin's backend, another can do its work
                app.output.warn(f"not using the storage backend {spec.name} of {loaded.distribution}: {error}")
        return cls(backends, app.output.warn)

    def offers(self, refs: Sequence[BlobRef]) -> Mapping[BlobRef, Sequence[Source]]:
        """For each blob who could serve it, the cheapest first, then by priority. Raises where nobody can."""
        found: dict[BlobRef, list[Source]] = {ref: [] for ref in refs}
        for name, backend in self._backends:
            try:
                offers = backend.offers(refs)
            except Exception as error:  # as above
                self._warn(f"the storage backend {name} cannot say what it has: {error}")
                continue
            for ref in found.keys() & offers.keys():
                found[ref].append(Source(name, backend, offers[ref]))
        for ref, sources in found.items():
            if not sources:
                raise NetworkError(f"no storage backend can fetch {ref.path}", hint="see hf plugins ls")
            sources.sort(key=lambda source: source.offer.cost)
        return found


def plugin_settings(app: App) -> dict[str, object]:
    """The values of the settings that plugins declare, as backends get them."""
    return {spec.name: app.settings[app.settings.by_name(spec.name)] for spec in app.plugins.settings()}
