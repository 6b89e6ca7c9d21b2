"""The commands of ``hf hub``, one in each module."""
