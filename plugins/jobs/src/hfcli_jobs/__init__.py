"""Programs that run on the Hub."""
