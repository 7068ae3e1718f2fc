"""A folder -> files; a file -> leaf arrivals. Nothing is lost: what cannot be opened is listed and refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sishui_eco.intake.containers.extractor import open_by_extractor
from sishui_eco.intake.containers.mail import open_eml, open_mbox
from sishui_eco.intake.containers.msg import open_msg
from sishui_eco.intake.containers.seven_zip import open_seven_zip
from sishui_eco.intake.containers.tnef import open_tnef
from sishui_eco.intake.containers.zip import open_zip
from sishui_eco.intake.limits import MIB, Budget, ContainerFault, Limits
from sishui_eco.intake.listing import county_moment, shown_path
from sishui_eco.intake.member import Member, Opened
from sishui_eco.intake.names import clean_name
from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import CONTAINER_KINDS, Arrival, FileKind, MailContext
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place

_ARCHIVES = frozenset({FileKind.ZIP, FileKind.RAR, FileKind.SEVEN_ZIP})
_MAILS = frozenset({FileKind.EML, FileKind.MSG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A leaf arrival with what intake says of it.

    `refusal` is set when it could not be opened; `findings` never stop anything: a task for the clerk
    (A301), a remark. A picture of a mail's signature has the kind TEMPORARY and so is ignored, listed.
    """

    arrival: Arrival
    refusal: Finding | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A file on its way to being a leaf: where it lies, and what encloses it."""

    file: str
    member: str
    name: str
    content: bytes
    received: datetime
    kind: FileKind
    mail: MailContext | None = None
    archives: int = 0
    mails: int = 0


def expand(file: str, content: bytes, received: datetime, limits: Limits | None = None) -> tuple[Received, ...]:
    """Return the leaf arrivals of one top-level file, in the order of its members.

    Never raises for bad input: a container that cannot be opened gives an arrival of its own with a
    refusal, as does a file above the size limit. A mail's time and sender pass to all it contains;
    a loose archive's members take the time given.

    Findings: A101–A112, A201–A210 as refusals; A301, A302, A303 beside an arrival.
    """
    bounds = limits or Limits()
    name = clean_name(file.rpartition("/")[2], fallback=file)
    root = _Node(
        file=file,
        member="",
        name=name,
        content=content,
        received=received,
        kind=sniff(content, file),
    )
    if len(content) > bounds.file_bytes:
        return (_refused(root, ContainerFault("A101", size=len(content) // MIB, limit=bounds.file_bytes // MIB)),)
    return tuple(_leaves(root, Budget(bounds)))


def _leaves(node: _Node, budget: Budget) -> Iterator[Received]:
    """Yield a plain file as it is, the leaves of a container, or the container itself refused."""
    if node.kind not in CONTAINER_KINDS:
        yield Received(arrival=_arrival(node))
        return
    try:
        opened = _opened(node, budget)
    except ContainerFault as fault:
        yield _refused(node, fault)
        return
    except MemoryError:
        yield _refused(node, ContainerFault("A104", limit=budget.limits.archive_bytes // MIB))
        return
    except Exception:  # a library stumbling on a broken file must not cost the other files
        yield _refused(node, ContainerFault("A210"))
        return
    if node.kind is FileKind.TNEF and not opened.members:  # Outlook's formatting of the text, nothing else
        yield Received(arrival=_arrival(replace(node, kind=FileKind.TEMPORARY)))
    yield from _with_notices(node, opened, budget)


def _opened(node: _Node, budget: Budget) -> Opened:
    """Open one container. Raises: ContainerFault, and whatever a library raises on broken bytes."""
    limits = budget.limits
    if node.kind in _ARCHIVES and node.archives >= limits.archive_depth:
        raise ContainerFault("A109", limit=limits.archive_depth)
    if node.kind in _MAILS and node.mails >= limits.mail_depth:
        raise ContainerFault("A111", limit=limits.mail_depth)
    budget.start_archive()
    entries = limits.nested_entries if node.archives else limits.entries
    openers: Mapping[FileKind, Callable[[], Opened]] = {
        FileKind.ZIP: lambda: open_zip(node.content, budget, entries),
        FileKind.SEVEN_ZIP: lambda: open_seven_zip(node.content, budget, entries),
        FileKind.RAR: lambda: open_by_extractor(node.content, node.kind, budget, entries),
        FileKind.EML: lambda: open_eml(node.content, budget),
        FileKind.MBOX: lambda: open_mbox(node.content, budget),
        FileKind.MSG: lambda: open_msg(node.content, budget),
        FileKind.TNEF: lambda: open_tnef(node.content, budget),
    }
    return openers[node.kind]()


def _with_notices(node: _Node, opened: Opened, budget: Budget) -> Iterator[Received]:
    """Yield the leaves of an opened container; its notices go with the first of them."""
    findings = tuple(_finding(fault, Place(file=node.file, member=node.member)) for fault in opened.notices)
    if node.kind in _MAILS and all(member.inline for member in opened.members):
        mail = opened.mail or node.mail
        own = _arrival(node, mail=mail, received=opened.received or node.received)
        yield Received(arrival=own, findings=(make_finding("A302", own.place), *findings))
        findings = ()
    for member in opened.members:
        for leaf in _member_leaves(node, opened, member, budget):
            yield Received(arrival=leaf.arrival, refusal=leaf.refusal, findings=(*findings, *leaf.findings))
            findings = ()


def _member_leaves(node: _Node, opened: Opened, member: Member, budget: Budget) -> Iterator[Received]:
    path = f"{node.member}/{member.path}" if node.member else member.path
    child = _Node(
        file=node.file,
        member=path,
        name=member.path.rpartition("/")[2],
        content=member.content,
        received=member.received or opened.received or node.received,
        kind=_member_kind(member),
        mail=member.mail or opened.mail or node.mail,
        archives=node.archives + (node.kind in _ARCHIVES),
        mails=node.mails + (node.kind in _MAILS),
    )
    if member.fault:
        yield _refused(child, member.fault)
    elif member.inline:
        arrival = _arrival(child)
        yield Received(arrival=arrival, findings=(make_finding("A303", arrival.place, name=arrival.name),))
    else:
        yield from _leaves(child, budget)


def _member_kind(member: Member) -> FileKind:
    if member.fault:
        return FileKind.UNKNOWN
    return FileKind.TEMPORARY if member.inline else member.kind or sniff(member.content, member.path)


def _arrival(node: _Node, *, mail: MailContext | None = None, received: datetime | None = None) -> Arrival:
    return Arrival(
        file=node.file,
        member=node.member,
        name=node.name,
        sha256=hashlib.sha256(node.content).hexdigest(),
        size=len(node.content),
        kind=node.kind,
        received=received or node.received,
        mail=mail or node.mail,
        content=node.content,
    )


def _refused(node: _Node, fault: ContainerFault) -> Received:
    arrival = _arrival(node)
    return Received(arrival=arrival, refusal=_finding(fault, arrival.place))


def _finding(fault: ContainerFault, place: Place) -> Finding:
    parameters: dict[str, Any] = dict(fault.parameters)
    raw = str(parameters.pop("raw", ""))
    name = str(parameters.pop("name", "")) or (place.member or place.file).rpartition("/")[2]
    return make_finding(fault.code, place, raw=raw, name=name, **parameters)


def open_single(path: Path, limits: Limits | None = None) -> Arrival:
    """Return one file of the disk as an arrival, or the only table inside it when it is a container.

    For looking at a single file (`adopt`): the first leaf that is neither ignored nor refused counts,
    else the first. Raises: OSError when it cannot be read.
    """
    stamp = path.stat().st_mtime
    leaves = expand(shown_path(path.name), path.read_bytes(), county_moment(stamp), limits)
    good = [leaf for leaf in leaves if leaf.refusal is None and leaf.arrival.kind is not FileKind.TEMPORARY]
    return (good or list(leaves))[0].arrival
