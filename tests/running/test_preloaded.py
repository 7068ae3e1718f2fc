"""What workers are forked from has practised on every form, so that no worker begins by making its words and patterns."""

from __future__ import annotations

import subprocess
import sys

from sishui_eco import preloaded
from sishui_eco.running.forking import PER_FILE
from sishui_eco.spec.settings import default_campaign


def test_every_form_of_the_campaign_is_practised():
    assert preloaded.__name__ == PER_FILE
    assert preloaded.practise() >= len(default_campaign().forms)


def test_whoever_loads_it_has_readers_and_patterns_at_hand():
    code = (
        f"import re, sys, {PER_FILE}\n"
        "print('sishui_eco.reading.xlsx' in sys.modules, len(re._cache) > 50, 'sishui_eco.outputs' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "False"]
