"""`python -m runware_sync`: the command line."""

import sys

from runware_sync.cli import main

if __name__ == "__main__":
    sys.exit(main())
