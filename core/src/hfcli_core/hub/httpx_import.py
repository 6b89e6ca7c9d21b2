"""httpx without its command line: importing that drags in rich, pygments and click, 40–60 ms for nothing.

Everything in the core that needs httpx takes it from here, and imports this module only when a request needs it.
"""

from __future__ import annotations

import sys

__all__ = ["httpx"]

_BLOCKED = "httpx._main"

if "httpx" in sys.modules or _BLOCKED in sys.modules:
    import httpx
else:
    sys.modules[_BLOCKED] = None  # type: ignore[assignment]  # None makes an import fail, which httpx allows for
    try:
        import httpx
    finally:
        del sys.modules[_BLOCKED]
