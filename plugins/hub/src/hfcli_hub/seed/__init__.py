"""Demonstration content: repos that a fresh Hub can be filled with."""
