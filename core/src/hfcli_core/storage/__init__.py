"""Blobs on disk: identities, the backend protocol, the official layouts, and publishing that is never half done."""
