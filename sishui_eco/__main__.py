"""`python -m sishui_eco`, for machines where the script is not on the path."""

import sys

from sishui_eco.cli import main

if __name__ == "__main__":
    sys.exit(main())
