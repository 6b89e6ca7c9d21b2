"""Everything that the embedded Hub keeps: accounts and settings in SQLite, files in git, large files by content."""
