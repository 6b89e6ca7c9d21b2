"""Endpoints by subject; each module lists its `routes`."""
