"""The log of a job: its events, which of them are new, following it to its end, and showing it."""
