"""From files on this machine to one commit of a repository."""
