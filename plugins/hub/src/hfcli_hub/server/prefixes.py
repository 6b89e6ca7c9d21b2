"""Where repos of each kind are below the endpoint, for people, for git and for downloads."""

from __future__ import annotations

from collections.abc import Mapping

from ..store.names import Kind

# Models have none, so the others come first: `/datasets/squad/resolve/…` could also be a model of a user "datasets".
WEB_PREFIXES: Mapping[str, Kind] = {"/datasets": "dataset", "/spaces": "space", "": "model"}
