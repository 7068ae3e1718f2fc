"""`python -m sishui_eco`, for machines where the script is not on the path; the script is this too."""

import gc
import sys

from sishui_eco.cli import main


def run() -> int:
    """Run a command in a process of its own: it ends soon, so no cycle of references is worth looking for."""
    gc.disable()
    return main()


if __name__ == "__main__":
    sys.exit(run())
