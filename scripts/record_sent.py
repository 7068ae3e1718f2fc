"""Double-click (or drop a task folder here): sishui-eco sent --ask."""

import sys

from task_folder import run

if __name__ == "__main__":
    sys.exit(run("sent", "--ask"))
