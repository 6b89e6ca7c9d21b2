"""What the cache on this machine holds."""
