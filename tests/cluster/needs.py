"""What the tests of this room need beside the package."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

NEEDS_DASK = pytest.mark.skipif(
    find_spec("distributed") is None, reason="Dask is the optional extra [cluster]; the extra [test] brings it too"
)
