"""The sound files that mutation starts from: the sample returns and, where they lie beside the project, the corpora."""

from __future__ import annotations

import tempfile
import zipfile
from functools import cache
from pathlib import Path

from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import CONTAINER_KINDS, FileKind
from sishui_eco.sample import build_sample
from sishui_eco.sample.packages import encoded_word, mail
from sishui_eco.spec.settings import default_campaign
from sishui_eco.zh import word
from tests.corpora import CORPORA

LARGEST = 150_000
MAIL_KINDS = CONTAINER_KINDS - {FileKind.ZIP, FileKind.SEVEN_ZIP, FileKind.RAR}
# Every n-th corpora file of a kind: there are hundreds of old workbooks and only a few open documents.
_EVERY = {FileKind.XLS: 4, FileKind.XLSX: 4, FileKind.DOCX: 6, FileKind.DOC: 5}

Seed = tuple[str, FileKind, bytes]


@cache
def sample_files() -> dict[str, bytes]:
    """Return the sample returns by their path below the inbox."""
    with tempfile.TemporaryDirectory() as folder:
        build_sample(Path(folder), default_campaign())
        paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def corpora_files() -> list[Path]:
    """Return every file of the corpora but its README, sorted; none when they are absent."""
    if not CORPORA.is_dir():
        return []
    return sorted(path for path in CORPORA.rglob("*") if path.is_file() and path != CORPORA / "README.md")


@cache
def all_seeds() -> tuple[Seed, ...]:
    """Return (name, kind, content) of every seed, in a fixed order."""
    found = [(name, sniff(content, name), content) for name, content in sample_files().items()]
    seen: dict[FileKind, int] = {}
    for path in corpora_files():
        content = path.read_bytes()
        kind = sniff(content, path.name)
        seen[kind] = seen.get(kind, 0) + 1
        if len(content) <= LARGEST and seen[kind] % _EVERY.get(kind, 1) == 0:
            found.append((path.relative_to(CORPORA).as_posix(), kind, content))
    return (*(seed for seed in found if seed[2]), *_own_mails())


def _own_mails() -> list[Seed]:
    """Return mails that carry sample returns, so that mutations reach nested files and Chinese names."""
    from datetime import datetime

    files = sample_files()
    small = [name for name, content in files.items() if 0 < len(content) < 12_000 and "/" not in name]
    made: list[Seed] = []
    for number in range(0, len(small) - 2, 3):
        parts = [(name, files[name]) for name in small[number : number + 3]]
        headers = {
            "From": "a <a@example.invalid>",
            "To": "<b@example.invalid>",
            "Subject": encoded_word(word("settings", "folder")),
        }
        content = mail(headers, "see attached", parts, datetime(2023, 7, 20, 9, 0))
        made.append((f"own mail {number}", sniff(content), content))
    return made


def file_seeds() -> list[Seed]:
    return [seed for seed in all_seeds() if seed[1] not in MAIL_KINDS]


def mail_seeds() -> list[Seed]:
    return [seed for seed in all_seeds() if seed[1] in MAIL_KINDS]


def zip_parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package; empty when it is none, or one of its parts cannot be unpacked."""
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            small = [info for info in archive.infolist() if info.file_size < 2_000_000]
            return {info.filename: archive.read(info) for info in small}
    except Exception:
        return {}
