"""Sources of tokens beside the environment and the token file, which are the core's."""
