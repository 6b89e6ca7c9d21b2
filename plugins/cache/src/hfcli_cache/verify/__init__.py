"""Comparing files on this machine with the hashes that the Hub lists."""
