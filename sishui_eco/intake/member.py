"""What an opener hands over: the members of one container."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sishui_eco.intake.limits import ContainerFault
from sishui_eco.model.arrival import FileKind, MailContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside a container.

    `path` is for display, cleaned, `/`-separated. `fault` says why this member alone could not be
    unpacked; `content` then holds its packed bytes. `kind` is set where the content cannot tell it.
    `inline` marks a small picture of a mail's signature. `mail` and `received` are set where the
    member belongs to a mail of its own.
    """

    path: str
    content: bytes = field(repr=False)
    fault: ContainerFault | None = None
    kind: FileKind | None = None
    inline: bool = False
    mail: MailContext | None = None
    received: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The members of a container in its own order, and what a mail says of itself.

    `notices` are findings about the container that do not stop it: code and parameters.
    """

    members: tuple[Member, ...] = ()
    mail: MailContext | None = None
    received: datetime | None = None
    notices: tuple[ContainerFault, ...] = ()


def without_clashes(paths: list[str]) -> list[str]:
    """Return the paths with a number put to those that came before: `a.xlsx`, `a (2).xlsx`."""
    taken: set[str] = set()
    result: list[str] = []
    for path in paths:
        stem, dot, ending = path.rpartition(".")
        if not dot or "/" in ending:
            stem, ending = path, ""
        name, number = path, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number}){dot if ending else ''}{ending}"
        taken.add(name.casefold())
        result.append(name)
    return result
