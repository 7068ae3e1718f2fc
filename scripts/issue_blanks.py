"""Double-click (or drop a task folder here): sishui-eco issue."""

import sys

from task_folder import run

if __name__ == "__main__":
    sys.exit(run("issue"))
