"""Bounds that a worker process puts on itself, with what the system has.

POSIX has resource limits. Windows has none; there a process puts itself into a job object, which bounds its memory
and how many children it may have. In both an allocation beyond the bound fails inside the worker, as a MemoryError
or an abort.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

EXTENDED_LIMIT_INFORMATION = 9  # winnt.h: JobObjectExtendedLimitInformation
ACTIVE_PROCESS, PROCESS_MEMORY, DIE_ON_UNHANDLED_EXCEPTION, KILL_ON_CLOSE = 0x8, 0x100, 0x400, 0x2000
PROCESSES = 2  # the worker, and the extractor it may ask to unpack an archive


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of winnt.h."""

    _fields_ = (
        ("per_process_user_time_limit", ctypes.c_int64),
        ("per_job_user_time_limit", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set_size", ctypes.c_size_t),
        ("maximum_working_set_size", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h; the six counters are IO_COUNTERS."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("input_output_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory_used", ctypes.c_size_t),
        ("peak_job_memory_used", ctypes.c_size_t),
    )


def bound_memory(memory: int) -> None:
    """Bound the memory of this process for the rest of its life, and keep it from dumping core; 0 for no bound.

    Measure: bytes of address space (POSIX) or of committed memory (Windows).
    """
    if not memory:
        return
    if sys.platform == "win32":
        enter_job(ctypes.WinDLL("kernel32", use_last_error=True), memory)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def enter_job(kernel32: Any, memory: int) -> None:
    """Put this process into a job object of its own that bounds its memory; it lives as long as the process.

    Raises: OSError when Windows refuses; then nothing untrusted is read by this worker.
    """
    kernel32.CreateJobObjectW.restype = kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    limits = _ExtendedLimits()
    limits.basic.limit_flags = ACTIVE_PROCESS | PROCESS_MEMORY | DIE_ON_UNHANDLED_EXCEPTION | KILL_ON_CLOSE
    limits.basic.active_process_limit = PROCESSES
    limits.process_memory_limit = memory
    job = kernel32.CreateJobObjectW(None, None)
    entered = (
        job
        and kernel32.SetInformationJobObject(
            ctypes.c_void_p(job), EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        and kernel32.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(kernel32.GetCurrentProcess()))
    )
    if not entered:
        raise OSError(f"no job object: Windows error {getattr(ctypes, 'get_last_error', int)()}")
