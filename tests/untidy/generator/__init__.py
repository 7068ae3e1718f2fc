"""A generator of untidy returns with known truth. It imports nothing of the package under test."""

from tests.untidy.generator.files import make_file
from tests.untidy.generator.kinds import BY_NAME, KINDS, Kind, choose
from tests.untidy.generator.model import Claim, Line, Part, Sheet, Untidy

__all__ = ["BY_NAME", "KINDS", "Claim", "Kind", "Line", "Part", "Sheet", "Untidy", "choose", "make_file"]
