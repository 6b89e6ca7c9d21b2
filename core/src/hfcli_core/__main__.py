"""``python -m hfcli_core`` is ``hf``."""

import sys

from hfcli_core.main import main

if __name__ == "__main__":
    sys.exit(main())
