"""7z archives, through py7zr when it is installed, else through an extractor of the machine."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from sishui_eco.intake.containers.extractor import open_by_extractor
from sishui_eco.intake.limits import MIB, Budget, ContainerFault
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.names import clean_path
from sishui_eco.model.arrival import FileKind
from sishui_eco.zh import word


def open_seven_zip(content: bytes, budget: Budget, entries: int) -> Opened:
    """Return the files of a 7z archive.

    Findings: A102–A107, A201, A202, A205, A208 by way of ContainerFault.
    """
    if find_spec("py7zr") is None:
        return open_by_extractor(content, FileKind.SEVEN_ZIP, budget, entries)
    return _open_with_library(content, budget, entries)


def _open_with_library(content: bytes, budget: Budget, entries: int) -> Opened:
    import py7zr  # optional: drags compiled parts, so it is loaded only when such a file comes

    sink = _Sink(budget, len(content))
    try:
        with py7zr.SevenZipFile(io.BytesIO(content)) as archive:
            if archive.needs_password():
                raise ContainerFault("A201")
            files = [item for item in archive.list() if not item.is_directory]
            _check_list(files, budget, entries)
            archive.extractall(factory=sink)
    except (ContainerFault, MemoryError):
        raise
    except py7zr.exceptions.PasswordRequired as fault:
        raise ContainerFault("A201") from fault
    except py7zr.exceptions.UnsupportedCompressionMethodError as fault:
        raise ContainerFault("A203", method="7z") from fault
    except Exception as fault:  # py7zr raises many kinds on broken archives
        if sink.fault:
            raise sink.fault from fault
        raise ContainerFault("A202") from fault
    names = [item.filename for item in files]
    paths = without_clashes(
        [clean_path(name, word("unnamed_member", "intake", number=at)) for at, name in enumerate(names, start=1)]
    )
    return Opened(
        members=tuple(Member(path=path, content=sink.content(name)) for name, path in zip(names, paths, strict=True))
    )


def _check_list(files: list[Any], budget: Budget, entries: int) -> None:
    """Refuse by the declared list what it admits itself; what it hides is met while unpacking."""
    if not files:
        raise ContainerFault("A208")
    if len(files) > entries:
        raise ContainerFault("A102", number=len(files), limit=entries)
    names = [item.filename.casefold() for item in files]
    clash = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if clash is not None:
        raise ContainerFault("A107", name=clean_path(clash))
    sizes = [int(item.uncompressed or 0) for item in files]
    if max(sizes) > budget.limits.entry_bytes:
        raise ContainerFault("A103", limit=budget.limits.entry_bytes // MIB)
    if sum(sizes) > budget.limits.archive_bytes:
        raise ContainerFault("A104", limit=budget.limits.archive_bytes // MIB)


class _Sink:
    """Collects unpacked files in memory and stops at the limits (py7zr's WriterFactory)."""

    def __init__(self, budget: Budget, packed: int) -> None:
        self.budget = budget
        self.packed = packed
        self.files: dict[str, _Target] = {}
        self.unpacked = 0
        self.fault: ContainerFault | None = None

    def create(self, filename: str) -> _Target:
        self.files[filename] = _Target(self)
        return self.files[filename]

    def count(self, number: int, whole: int) -> None:
        limits = self.budget.limits
        self.unpacked += number
        try:
            self.budget.spend(number)
            if whole > limits.entry_bytes:
                raise ContainerFault("A103", limit=limits.entry_bytes // MIB)
            if self.unpacked > max(limits.ratio_floor, self.packed * limits.ratio):
                raise ContainerFault("A106", limit=limits.ratio)
        except ContainerFault as fault:
            self.fault = fault
            raise

    def content(self, name: str) -> bytes:
        target = self.files.get(name)
        return target.stream.getvalue() if target else b""


class _Target:
    """One file being unpacked (py7zr's Py7zIO)."""

    def __init__(self, sink: _Sink) -> None:
        self.sink = sink
        self.stream = io.BytesIO()

    def write(self, data: bytes | bytearray) -> int:
        self.sink.count(len(data), self.stream.tell() + len(data))
        return self.stream.write(data)

    def read(self, size: int | None = None) -> bytes:
        return self.stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Keep the bytes: they are asked for after py7zr has closed its side."""

    def size(self) -> int:
        return len(self.stream.getvalue())
