"""The Hub over HTTP."""
