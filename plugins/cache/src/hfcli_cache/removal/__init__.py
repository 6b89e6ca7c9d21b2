"""Taking things out of a cache: what goes, what that frees, and in which order."""
