"""Jobs that run for real: what is kept of them, how they are started and supervised, and when schedules fire."""
