"""The framework under the ``hf`` command. Plugins import from :mod:`hfcli_core.api` only."""

__version__ = "0.1.0"

PLUGIN_API = 1
"""The plugin API that this core speaks; it also accepts the number before it."""
