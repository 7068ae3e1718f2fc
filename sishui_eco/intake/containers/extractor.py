"""RAR (and 7z without its library) through whichever extractor the machine has, in a bounded folder.

No free library unpacks RAR by itself. The extractor runs as a child without input, under a time
limit, in a temporary folder whose growth is watched; nothing it writes is followed through a link.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sishui_eco.intake.limits import MIB, Budget, ContainerFault
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.names import clean_path, decode_bytes
from sishui_eco.model.arrival import FileKind
from sishui_eco.zh import word

_PASSWORD_WORDS = ("password", "encrypted", "encryption", "passphrase")
_BROKEN_WORDS = ("truncated", "unexpected end", "crc failed", "data error", "corrupt", "checksum error", "crc error")
# A 7z built without the RAR codec lists such an archive, unpacks what is stored in it and says the first of these;
# libarchive says the others of solid archives, filters and RAR 5 in its old versions.
_UNABLE_WORDS = ("unsupported method", "support unavailable", "is unsupported", "unrecognized archive format")
_WINDOWS_FOLDERS = ("WinRAR", "7-Zip", "Bandizip", "360\\360zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """A program of the machine; `{archive}` and `{folder}` stand in its arguments."""

    program: str
    arguments: tuple[str, ...]
    kinds: frozenset[FileKind]
    only_windows: bool = False


_BOTH = frozenset({FileKind.RAR, FileKind.SEVEN_ZIP})
_RAR = frozenset({FileKind.RAR})
_SEVEN_ZIP_ARGUMENTS = ("x", "-y", "-p-", "-bd", "-o{folder}", "{archive}")
_UNRAR_ARGUMENTS = ("x", "-y", "-p-", "-o+", "-idq", "{archive}", "{folder}")
_NEXT_MAY_KNOW = ("A201", "A202", "A205")
EXTRACTORS: tuple[Extractor, ...] = (
    Extractor(program="unrar", arguments=_UNRAR_ARGUMENTS, kinds=_RAR),
    Extractor(program="unrar-free", arguments=_UNRAR_ARGUMENTS, kinds=_RAR),
    Extractor(program="7zz", arguments=_SEVEN_ZIP_ARGUMENTS, kinds=_BOTH),
    Extractor(program="7z", arguments=_SEVEN_ZIP_ARGUMENTS, kinds=_BOTH),
    Extractor(program="7za", arguments=_SEVEN_ZIP_ARGUMENTS, kinds=frozenset({FileKind.SEVEN_ZIP})),
    Extractor(program="bsdtar", arguments=("-x", "-f", "{archive}", "-C", "{folder}"), kinds=_BOTH),
    # From Windows 10 1803 on, tar.exe is bsdtar; GNU tar elsewhere reads neither format.
    Extractor(program="tar", arguments=("-x", "-f", "{archive}", "-C", "{folder}"), kinds=_BOTH, only_windows=True),
)


def available(kind: FileKind, environment: Mapping[str, str] | None = None) -> tuple[tuple[str, Extractor], ...]:
    """Return the programs of this machine that may know a kind, with their paths, in order of preference.

    Whether one truly does shows only when it opens a file: many a 7z is built without the RAR codec.
    """
    env = os.environ if environment is None else environment
    path = env.get("PATH", os.defpath)
    if os.name == "nt":
        roots = [env[key] for key in ("ProgramFiles", "ProgramFiles(x86)") if key in env]
        path = os.pathsep.join([path, *(f"{root}\\{name}" for root in roots for name in _WINDOWS_FOLDERS)])
    known = [item for item in EXTRACTORS if kind in item.kinds and (os.name == "nt" or not item.only_windows)]
    pairs = [(shutil.which(item.program, path=path), item) for item in known]
    return tuple((where, item) for where, item in pairs if where)


def open_by_extractor(
    content: bytes, kind: FileKind, budget: Budget, entries: int, environment: Mapping[str, str] | None = None
) -> Opened:
    """Return the files of an archive as the first extractor that manages it unpacks them.

    Findings: A102–A106, A201, A202, A205, A208 by way of ContainerFault; A205 when no extractor of the machine
              can: there is none, or each says that it lacks the method. What another knows of the file goes first.
    """
    fault = ContainerFault("A205", kind=kind.value)
    for program, extractor in available(kind, environment):
        with tempfile.TemporaryDirectory(prefix="eco_", ignore_cleanup_errors=True) as folder:
            try:
                return _extract(content, kind, program, extractor, Path(folder), budget, entries)
            except ContainerFault as own:
                if own.code not in _NEXT_MAY_KNOW:
                    raise
                fault = min(own, fault, key=lambda item: _NEXT_MAY_KNOW.index(item.code))
    raise fault


def _extract(
    content: bytes, kind: FileKind, program: str, extractor: Extractor, folder: Path, budget: Budget, entries: int
) -> Opened:
    archive, target = folder / f"archive.{kind.value}", folder / "out"
    archive.write_bytes(content)
    target.mkdir()
    words = [argument.format(archive=archive, folder=target) for argument in extractor.arguments]
    said, code = _run([program, *words], target, budget, entries, len(content))
    fault = _fault_said(said.lower(), code, kind)
    if fault:
        raise fault
    return _collect(target, budget, entries)


def _fault_said(said: str, code: int, kind: FileKind) -> ContainerFault | None:
    """Return what an extractor's words and exit code mean; names of members among them prove nothing on success."""
    if code != 0 and any(term in said for term in _PASSWORD_WORDS):
        return ContainerFault("A201")
    if any(term in said for term in _BROKEN_WORDS):
        return ContainerFault("A202")
    if code != 0 and any(term in said for term in _UNABLE_WORDS):
        return ContainerFault("A205", kind=kind.value)
    return ContainerFault("A202") if code != 0 else None


def _run(command: list[str], target: Path, budget: Budget, entries: int, packed: int) -> tuple[str, int]:
    """Run an extractor and return what it said and its exit code; its output is watched while it runs."""
    log = target.parent / "log"
    deadline = time.monotonic() + budget.limits.extractor_seconds
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    with (
        log.open("wb") as stream,
        subprocess.Popen(  # noqa: S603 - a fixed program, no shell
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd=target, env=environment
        ) as process,
    ):
        try:
            while True:
                try:
                    code = process.wait(timeout=0.05)
                    break
                except subprocess.TimeoutExpired:
                    _check_growth(target, budget, entries, packed)
                    if time.monotonic() > deadline:
                        raise ContainerFault("A211", limit=budget.limits.extractor_seconds) from None
        except BaseException:
            process.kill()
            raise
    _check_growth(target, budget, entries, packed)
    return log.read_bytes()[:65_536].decode("utf-8", "replace"), code


def _files(target: Path) -> list[Path]:
    """Return the plain files below a folder, sorted; links are left out."""
    found: list[Path] = []
    for folder, folders, names in os.walk(os.fsencode(target)):
        folders.sort()
        found += [Path(os.fsdecode(os.path.join(folder, name))) for name in sorted(names)]  # noqa: PTH118 - bytes
    return [path for path in found if path.is_file() and not path.is_symlink()]


def _check_growth(target: Path, budget: Budget, entries: int, packed: int) -> None:
    limits = budget.limits
    files = _files(target)
    if len(files) > entries:
        raise ContainerFault("A102", number=len(files), limit=entries)
    sizes = [_size(path) for path in files]
    if max(sizes, default=0) > limits.entry_bytes:
        raise ContainerFault("A103", limit=limits.entry_bytes // MIB)
    if sum(sizes) > limits.archive_bytes:
        raise ContainerFault("A104", limit=limits.archive_bytes // MIB)
    if sum(sizes) > max(limits.ratio_floor, packed * limits.ratio):
        raise ContainerFault("A106", limit=limits.ratio)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # gone between two looks
        return 0


def _collect(target: Path, budget: Budget, entries: int) -> Opened:
    files = _files(target)
    if not files:
        raise ContainerFault("A208")
    names = [_shown(path.relative_to(target)) for path in files]
    paths = without_clashes(
        [clean_path(name, word("unnamed_member", "intake", number=at)) for at, name in enumerate(names, start=1)]
    )
    members = []
    for path, name in zip(files, paths, strict=True):
        content = path.read_bytes()
        budget.spend(len(content))
        members.append(Member(path=name, content=content))
    return Opened(members=tuple(members))


def _shown(path: Path) -> str:
    text = path.as_posix()
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return decode_bytes(os.fsencode(text))
    return text
