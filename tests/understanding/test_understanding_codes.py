"""Every finding code of this room is raised by a test of this room."""

from __future__ import annotations

import re
from pathlib import Path

from sishui_eco.zh import finding_catalogue


def test_every_structure_code_is_named_in_a_test() -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(Path(__file__).parent.glob("test_*.py"))
        if path.name != Path(__file__).name
    )
    own = {code for code in finding_catalogue() if re.fullmatch(r"I[123]\d\d", code)}
    assert len(own) == 27
    assert own - set(re.findall(r"I\d{3}", text)) == set()
