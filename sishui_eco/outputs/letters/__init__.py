"""Official letters by GB/T 9704-2012: which unit gets which, and the Word files themselves."""

from sishui_eco.outputs.letters.choosing import LetterPlan, choose_joint_letters, choose_letters
from sishui_eco.outputs.letters.circular import write_circular
from sishui_eco.outputs.letters.joining import join_letters
from sishui_eco.outputs.letters.letter import headed, write_letter
from sishui_eco.outputs.letters.notice import write_notice
from sishui_eco.outputs.letters.outgoing import Correspondence, write_outgoing
from sishui_eco.outputs.letters.short import short_text, short_texts
from sishui_eco.outputs.letters.template_files import template_files

__all__ = [
    "Correspondence",
    "LetterPlan",
    "choose_joint_letters",
    "choose_letters",
    "headed",
    "join_letters",
    "short_text",
    "short_texts",
    "template_files",
    "write_circular",
    "write_letter",
    "write_notice",
    "write_outgoing",
]
