"""The sample task: returned files as untidy as life, and the truth about them.

`build_sample` writes the files of three rounds of mail into an inbox and returns the Plan: what each
file is, whose, how many records it holds, what a good part of its cells say, what faults were planted.
Nothing in the inbox betrays the truth; everybody in it is visibly synthetic.
"""

from sishui_eco.sample.build import build_sample
from sishui_eco.sample.plan import ExpectedAnswer, FilePlan, Plan, Planted, SheetPlan, SubmissionPlan

__all__ = ["ExpectedAnswer", "FilePlan", "Plan", "Planted", "SheetPlan", "SubmissionPlan", "build_sample"]
