"""Which backend of all plugins stores large files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import HfError

if TYPE_CHECKING:
    from hfcli_core.api import App, BackendContext, WriteBackend


def load_writer(app: App, context: BackendContext) -> WriteBackend:
    """The usable backend of the highest priority. A broken one is left out, as another may do."""
    for loaded in app.plugins.storage_backends():
        if not loaded.spec.writes:
            continue
        try:
            backend: WriteBackend = loaded.load()(context)
        except Exception as error:  # whatever ails a plugin's backend, another can do its work
            app.output.warn(f"not using the storage backend {loaded.spec.name} of {loaded.distribution}: {error}")
        else:
            return backend
    raise HfError("no storage backend can store large files", hint="see hf plugins ls")
