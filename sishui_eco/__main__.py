"""`python -m sishui_eco`, for machines where the script is not on the path; the script is this too."""

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from sishui_eco.cli import main


def run() -> NoReturn:
    """Run a command in a process of its own, and leave without tidying up its memory.

    No cycle of references is worth looking for, and letting a county's records go one by one takes a tenth of a
    second. Threads, exit handlers and streams have their end as ever.
    """
    gc.disable()
    code = main()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # there may be none, and nobody who reads on
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
