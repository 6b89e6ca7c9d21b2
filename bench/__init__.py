"""Benchmarks of `hf` beside the official client, curl and aria2c: `python3 dev.py bench --help`."""
