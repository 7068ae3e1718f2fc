"""Grid -> submission: which form, whose, where the header is, which rows are records; raw text -> answers."""

from sishui_eco.understanding.adopt import Learned, learn_form, learn_forms
from sishui_eco.understanding.corrections import read_correction
from sishui_eco.understanding.understand import understand
from sishui_eco.understanding.unreadable import understand_unreadable

__all__ = ["Learned", "learn_form", "learn_forms", "read_correction", "understand", "understand_unreadable"]
