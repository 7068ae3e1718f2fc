"""What a worker asks of Windows for its memory; asked of a stand-in, for Windows is not here."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from sishui_eco.running import bounds


class Kernel:
    """Stands for kernel32: remembers what was asked, and agrees or not."""

    def __init__(self, refuses: str = "") -> None:
        self.asked: list[tuple[object, ...]] = []
        self.limits = bounds._ExtendedLimits()
        for name, answer in (
            ("CreateJobObjectW", 77),
            ("GetCurrentProcess", 2**64 - 1),
            ("AssignProcessToJobObject", 1),
        ):
            setattr(self, name, self._call(name, 0 if name == refuses else answer))
        self.SetInformationJobObject = self._call(
            "SetInformationJobObject", 0 if refuses == "SetInformationJobObject" else 1
        )

    def _call(self, name: str, answer: int) -> object:
        def called(*given: object) -> int:
            self.asked.append((name, *[getattr(item, "value", item) for item in given[:2]]))
            if name == "SetInformationJobObject":
                ctypes.memmove(ctypes.byref(self.limits), given[2], given[3])
            return answer

        return type("Function", (SimpleNamespace,), {"__call__": lambda self, *given: called(*given)})()


def test_the_structures_have_the_sizes_of_the_system_header() -> None:
    assert (ctypes.sizeof(bounds._BasicLimits), ctypes.sizeof(bounds._ExtendedLimits)) == (64, 144)
    assert bounds._ExtendedLimits.process_memory_limit.offset == 112


def test_a_worker_enters_a_job_that_bounds_its_memory_and_its_children() -> None:
    kernel = Kernel()
    bounds.enter_job(kernel, 5 * 1024**3)
    assert [name for name, *_ in kernel.asked] == [
        "CreateJobObjectW", "SetInformationJobObject", "GetCurrentProcess", "AssignProcessToJobObject",
    ]  # fmt: skip
    assert kernel.asked[-1] == ("AssignProcessToJobObject", 77, 2**64 - 1)
    assert kernel.limits.process_memory_limit == 5 * 1024**3
    assert kernel.limits.basic.active_process_limit == 2
    assert kernel.limits.basic.limit_flags == 0x8 | 0x100 | 0x400 | 0x2000


@pytest.mark.parametrize("name", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"])
def test_a_worker_that_gets_no_bound_reads_nothing(name: str) -> None:
    with pytest.raises(OSError, match="no job object"):
        bounds.enter_job(Kernel(refuses=name), 1024**3)
