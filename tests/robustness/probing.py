"""What happens to one file on the whole way through the workers, as data: its leaves, its time, and any fault of ours."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any
from unittest import mock

from sishui_eco import examining
from sishui_eco.examining import READ_IN_WORKERS, examine_arrival, examine_unread
from sishui_eco.intake.limits import ContainerFault, limits_of
from sishui_eco.intake.receive import Received, expand
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Document
from sishui_eco.reading import read
from sishui_eco.reading.limits import Unreadable
from sishui_eco.spec.campaign import Campaign

MOMENT = datetime(2023, 7, 20, 9, 0)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf arrival: what it is, how it ended, and what was read in it."""

    member: str
    kind: str
    verdict: str
    code: str
    reader: str = ""
    grids: int = 0
    cells: int = 0
    notices: str = ""


@dataclass(slots=True)
class Probe:
    """One file: its leaves, seconds, faults that a safety net caught, and tracebacks that none caught."""

    leaves: list[Leaf] = field(default_factory=list)
    seconds: float = 0.0
    netted: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def signature(fault: BaseException) -> str:
    """Return the kind of an exception and the innermost place of ours: no text of the library."""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "sishui_eco" in frame.filename]
    where = f"{frames[-1].filename.partition('sishui_eco')[2][1:]}:{frames[-1].name}" if frames else "?"
    return f"{type(fault).__name__} {where}"


@contextmanager
def _watching(probe: Probe) -> Iterator[None]:
    """Note every unforeseen exception that the last `except Exception` of intake or reading would swallow."""

    def watched(inner: Callable[..., Any], known: tuple[type[BaseException], ...]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                return inner(*arguments)
            except known:
                raise
            except Exception as fault:
                probe.netted.append(signature(fault))
                raise

        return call

    opening, reading = import_module("sishui_eco.intake.receive"), import_module("sishui_eco.reading.read")
    with (
        mock.patch.object(opening, "_opened", watched(opening._opened, (ContainerFault,))),
        mock.patch.object(reading, "_read", watched(reading._read, (Unreadable, Refused))),
    ):
        yield


def probe_file(item: tuple[str, bytes], campaign: Campaign) -> Probe:
    """Take one file through receiving and examining as a run would, and return what came (worker task)."""
    name, content = item
    probe = Probe()
    started = time.perf_counter()
    with _watching(probe):
        try:
            for received in expand(name, content, MOMENT, limits_of(campaign)):
                probe.leaves.append(_leaf(received, campaign))
        except MemoryError:
            raise
        except Exception as fault:
            probe.raised.append(signature(fault))
    probe.seconds = time.perf_counter() - started
    return probe


def _leaf(received: Received, campaign: Campaign) -> Leaf:
    arrival = received.arrival
    documents: list[Document] = []

    def remember(*arguments: Any) -> Document:
        documents.append(read(*arguments))
        return documents[-1]

    if received.refusal is None and arrival.kind in READ_IN_WORKERS:
        with mock.patch.object(examining, "read", remember):
            understood = examine_arrival(arrival, campaign)
    else:
        understood = examine_unread(received, campaign)
    for finding in understood.findings:
        assert finding.message and finding.remedy
    document = documents[0] if documents else None
    return Leaf(
        member=arrival.member,
        kind=str(arrival.kind),
        verdict=str(understood.verdict),
        code=understood.code,
        reader=document.reader if document else "",
        grids=len(document.grids) if document else 0,
        cells=sum(len(grid.cells) + len(grid.covered) for grid in document.grids) if document else 0,
        notices=";".join(sorted({notice.code for notice in document.notices})) if document else "",
    )
