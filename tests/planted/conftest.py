"""Lets the tests of this folder import its helper modules, which are no test modules."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
