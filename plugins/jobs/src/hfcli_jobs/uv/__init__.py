"""Python scripts as jobs: which words are whose, what a script says of itself, and how it gets there."""
