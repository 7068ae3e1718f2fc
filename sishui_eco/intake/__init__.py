"""A folder, a mail, an archive -> arrivals; never trusting a name, a size or a type."""

from sishui_eco.intake.limits import Limits, limits_of
from sishui_eco.intake.receive import InboxFile, Received, expand, list_inbox, open_single
from sishui_eco.intake.sniffing import sniff

__all__ = ["InboxFile", "Limits", "Received", "expand", "limits_of", "list_inbox", "open_single", "sniff"]
