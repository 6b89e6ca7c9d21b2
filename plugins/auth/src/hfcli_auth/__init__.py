"""Who you are on the Hub."""
