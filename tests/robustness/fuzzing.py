"""Mutated files and mails through the real worker path; what hurt is made small and kept under finds/."""

from __future__ import annotations

import csv
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sishui_eco.running.workers import Death, WorkLimits, run_tasks
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from tests.robustness.mutating import mutant
from tests.robustness.probing import Probe, probe_file
from tests.robustness.seeds import Seed, file_seeds, mail_seeds

FINDS = Path(__file__).parent / "finds"
TABLE = FINDS / "finds.csv"
SLOW = 5.0
LIMITS = WorkLimits()


@dataclass(slots=True)
class Tally:
    """What a stream of mutants came to."""

    stream: str
    mutants: int = 0
    leaves: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    netted: Counter[str] = field(default_factory=Counter)
    finds: dict[str, tuple[int, str]] = field(default_factory=dict)  # what happened -> mutant, name

    def lines(self) -> list[str]:
        """Return the tally as a few lines for people."""
        told = [
            f"{self.stream}: {self.mutants} mutants, {self.leaves} leaves, {self.seconds:.0f} s, slowest {self.slowest:.2f} s",
            f"  verdicts: {dict(sorted(self.verdicts.items()))}",
            f"  hangs {self.deaths[Death.TIMEOUT]}, out of memory {self.deaths[Death.MEMORY]}, "
            f"dead workers {self.deaths[Death.CRASH]}, tracebacks {self.raised.total()}, caught by the last net {self.netted.total()}",
        ]
        return told + [f"  {what} (mutant {number} of {name})" for what, (number, name) in sorted(self.finds.items())]


def _probe_mutant(item: tuple[str, int, int], shared: tuple[Campaign, list[Seed]]) -> tuple[str, Probe]:
    """Make one mutant in the worker and probe it there (worker task)."""
    campaign, seeds = shared
    name, content = mutant(*item, seeds)
    return name, probe_file((name, content), campaign)


def fuzz(stream: str, count: int, seed: int, workers: int, told: Callable[[str], None]) -> Tally:
    """Probe `count` mutants of a stream and return what came of them."""
    tally = Tally(stream)
    items = [(stream, seed, number) for number in range(count)]
    started = time.perf_counter()
    shared = (default_campaign(), file_seeds() if stream == "files" else mail_seeds())
    for done in run_tasks(_probe_mutant, items, shared, workers=workers, limits=LIMITS, chunk=25):
        tally.mutants += 1
        _count(tally, done.item[2], *(done.result or ("?", None)), death=done.death)
        if tally.mutants % 1000 == 0:
            tally.seconds = time.perf_counter() - started
            told("\n".join(tally.lines()))
    tally.seconds = time.perf_counter() - started
    return tally


def _count(tally: Tally, number: int, name: str, probe: Probe | None, *, death: Death | None) -> None:
    if probe is None:
        tally.deaths[str(death)] += 1
        tally.finds.setdefault(f"death {death} {number}", (number, name))
        return
    tally.leaves += len(probe.leaves)
    tally.slowest = max(tally.slowest, probe.seconds)
    tally.verdicts.update(leaf.verdict + (f" {leaf.code}" if leaf.code else "") for leaf in probe.leaves)
    tally.raised.update(probe.raised)
    tally.netted.update(probe.netted)
    told = [f"traceback {what}" for what in probe.raised] + [f"net {what}" for what in probe.netted]
    if probe.seconds > SLOW:
        told.append(f"slow {number}")
    for what in told:
        tally.finds.setdefault(what, (number, name))


def keep_finds(tally: Tally, seed: int) -> None:
    """Make every find of a tally as small as a few hundred tries allow and store it with what it did."""
    FINDS.mkdir(exist_ok=True)
    seeds = file_seeds() if tally.stream == "files" else mail_seeds()
    rows = known_finds()
    for what, (number, _) in sorted(tally.finds.items()):
        name, content = mutant(tally.stream, seed, number, seeds)
        symptom = " ".join(what.split()[:1]) if what.startswith(("death", "slow")) else what
        if any(row["what"] == symptom and not what.startswith(("death", "slow")) for row in rows):
            continue
        small = minimised(name, content, symptom)
        file = hashlib.sha256(small).hexdigest()[:12] + "." + name.rpartition(".")[2]
        (FINDS / file).write_bytes(small)
        rows.append({"file": file, "name": name, "what": symptom, "mutant": f"{tally.stream}/{seed}/{number}"})
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, ["file", "name", "what", "mutant"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["file"]))


def known_finds() -> list[dict[str, str]]:
    """Return the rows of the table of finds."""
    if not TABLE.is_file():
        return []
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def symptoms(name: str, contents: list[bytes]) -> list[set[str]]:
    """Return what each of some files does wrong, asked in workers."""
    items = [(name, content) for content in contents]
    found: list[set[str]] = []
    for done in run_tasks(probe_file, items, default_campaign(), workers=2, limits=LIMITS, chunk=1):
        probe = done.result
        if probe is None:
            found.append({"death"})
            continue
        slow = {"slow"} if probe.seconds > SLOW else set()
        found.append({f"traceback {what}" for what in probe.raised} | {f"net {what}" for what in probe.netted} | slow)
    return found


def minimised(name: str, content: bytes, symptom: str, rounds: int = 12) -> bytes:
    """Return a smaller file with the same symptom: halves, quarters … left out while it stays."""
    step = len(content) // 2
    for _ in range(rounds):
        if step < 1:
            break
        shorter = list(_without(content, step))[:64]
        hits = [item for item, found in zip(shorter, symptoms(name, shorter), strict=True) if symptom in found]
        if hits:
            content = min(hits, key=len)
        else:
            step //= 2
    return content


def _without(content: bytes, step: int) -> Iterator[bytes]:
    for start in range(0, len(content), step):
        yield content[:start] + content[start + step :]
