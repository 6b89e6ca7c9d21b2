"""Content-Disposition (RFC 6266) for names of any alphabet."""

from __future__ import annotations

import re
from urllib.parse import quote


def content_disposition(name: str, *, attachment: bool) -> str:
    """``name`` without folders, as ASCII for old clients and in full."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return f"{'attachment' if attachment else 'inline'}; filename*=UTF-8''{quote(name, safe='')}; filename=\"{plain}\";"
