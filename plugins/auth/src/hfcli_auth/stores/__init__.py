"""Where a login keeps tokens: the official files, or the system keyring."""
