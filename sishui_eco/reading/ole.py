"""Old compound files, opened only after their chains were followed once under limits."""

from __future__ import annotations

import io

import olefile

from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable


def open_compound(content: bytes, limits: ReadLimits) -> olefile.OleFileIO:
    """Return an opened compound file. Raises: Unreadable R102, OverLimit R207."""
    if len(content) > limits.file_bytes:
        megabytes = 1024 * 1024
        raise OverLimit("R207", size=f"{len(content) // megabytes} MB", limit=f"{limits.file_bytes // megabytes} MB")
    try:
        return olefile.OleFileIO(io.BytesIO(content))
    except RecursionError:
        raise Unreadable("R102") from None
    except Exception:  # olefile raises OSError, struct.error, IndexError, TypeError … on mangled files
        raise Unreadable("R102") from None


def stream(compound: olefile.OleFileIO, *names: str) -> bytes | None:
    """Return the first stream that exists under one of the names, None when there is none.

    Raises: Unreadable R102 when its chain is cyclic or broken.
    """
    for name in names:
        try:
            if compound.exists(name):
                return bytes(compound.openstream(name).read())
        except Exception:  # as above
            raise Unreadable("R102") from None
    return None
