"""One small Dask cluster of two worker processes for all tests of this room."""

from __future__ import annotations

import pytest

from sishui_eco.running.cluster import open_cluster


@pytest.fixture(scope="session")
def two_workers():
    with open_cluster("local", workers=2) as cluster:
        yield cluster
