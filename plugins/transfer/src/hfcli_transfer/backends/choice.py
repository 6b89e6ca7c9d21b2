"""Which backends of all plugins are used: to read, in which order they are asked for a blob; to write, the one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hfcli_core.api import HF_HOME, BackendContext, HfError, NetworkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from hfcli_core.api import (
        App,
        BlobRef,
        HubSession,
        LoadedSpec,
        Offer,
        ReadBackend,
        StorageBackendSpec,
        WriteBackend,
    )


ANY_TRANSPORT = "auto"
"""Every backend that can read, in the place of the name of one."""


class Source(NamedTuple):
    """A backend that offers a blob."""

    name: str
    backend: ReadBackend
    offer: Offer


class Sources:
    """The read backends of one run; safe for threads once :meth:`load` is done."""

    def __init__(
        self, backends: Sequence[tuple[str, ReadBackend]], warn: Callable[[str], None], transport: str = ANY_TRANSPORT
    ) -> None:
        self._backends = backends
        self._warn = warn
        self._transport = transport

    @classmethod
    def load(cls, app: App, context: BackendContext, transport: str = ANY_TRANSPORT) -> Sources:
        """Every usable one by priority, or the one named ``transport`` alone."""
        return cls(list(_usable(readers(app, transport), app, context)), app.output.warn, transport)

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
                raise self._nobody_has(ref)
            sources.sort(key=lambda source: source.offer.cost)
        return found

    def _nobody_has(self, ref: BlobRef) -> NetworkError:
        if self._transport == ANY_TRANSPORT:
            return NetworkError(f"no storage backend can fetch {ref.path}", hint="see hf plugins ls")
        return NetworkError(
            f"the storage backend {self._transport} cannot fetch {ref.path}", hint="leave out --transport to use others"
        )


def readers(app: App, transport: str) -> list[LoadedSpec[StorageBackendSpec]]:
    """The backends that read, by priority, or the one named ``transport`` alone; none is loaded.

    Those whose setting is empty are left out, unless they are named.

    Raises ``UsageError`` where there is no such backend, or what keeps it from being used.
    """
    found = [loaded for loaded in app.plugins.storage_backends() if loaded.spec.reads]
    if transport == ANY_TRANSPORT:
        return [loaded for loaded in found if _is_configured(app, loaded.spec)]
    chosen = [loaded for loaded in found if loaded.spec.name == transport]
    if not chosen:
        names = ", ".join([ANY_TRANSPORT, *(loaded.spec.name for loaded in found)])
        raise app.plugins.explain_backend(transport) or UsageError(
            f"no storage backend to read with is named '{transport}'", hint=f"--transport is one of {names}"
        )
    return chosen


def _is_configured(app: App, spec: StorageBackendSpec) -> bool:
    return spec.setting is None or bool(app.settings[app.settings.by_name(spec.setting)])


def load_writer(app: App, context: BackendContext) -> WriteBackend:
    """The usable backend of the highest priority that stores large files."""
    specs = [loaded for loaded in app.plugins.storage_backends() if loaded.spec.writes]
    backend: WriteBackend
    for _, backend in _usable(specs, app, context):
        return backend
    raise HfError("no storage backend can store large files", hint="see hf plugins ls")


def backend_context(
    app: App,
    session: HubSession,
    advance: Callable[[int], None],
    *,
    revision: str | None = None,
    connections: int | None = None,
) -> BackendContext:
    """What the backends of one run get; ``revision`` and ``connections`` are those of :class:`BackendContext`."""
    return BackendContext(
        session=session,
        cancelled=session.cancelled,
        advance=advance,
        log=app.output.verbose,
        settings={spec.name: app.settings[app.settings.by_name(spec.name)] for spec in app.plugins.settings()},
        revision=revision,
        connections=connections,
        memory=app.settings[HF_HOME] / "hfcli" / "uploads",
    )


def _usable(
    specs: Iterable[LoadedSpec[StorageBackendSpec]], app: App, context: BackendContext
) -> Iterator[tuple[str, Any]]:
    """Name and backend of each that loads. A broken one is left out with a warning, as another may do."""
    for loaded in specs:
        try:
            backend = loaded.load()(context)
        except Exception as error:  # whatever ails a plugin's backend, another can do its work
            app.output.warn(f"not using the storage backend {loaded.spec.name} of {loaded.distribution}: {error}")
        else:
            yield loaded.spec.name, backend
