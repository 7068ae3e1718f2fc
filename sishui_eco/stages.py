"""What a whole run needs and a run that changes nothing does not: loaded at once, while the workers load theirs."""

from sishui_eco.concluding import conclude
from sishui_eco.corresponding import correspondence
from sishui_eco.outputs.compose import compose_outputs
from sishui_eco.outputs.sendback.writing import Sendback
from sishui_eco.receiving import receive
from sishui_eco.running.recall import Pieces
from sishui_eco.surveying import examine, recollect

__all__ = [
    "Pieces",
    "Sendback",
    "compose_outputs",
    "conclude",
    "correspondence",
    "examine",
    "receive",
    "recollect",
]
