"""Repositories on the Hub."""
