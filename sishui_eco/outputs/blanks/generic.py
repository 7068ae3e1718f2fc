"""The generic blanks kept in `workbooks/`, one file a form; run `python -m sishui_eco.outputs.blanks.generic DIR`."""

from __future__ import annotations

import sys
from datetime import datetime, time
from pathlib import Path

from sishui_eco.outputs.blanks.workbook import write_generic_blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign


def generic_blanks(campaign: Campaign) -> dict[str, bytes]:
    """Return the generic blanks by file name; they bear the date of the notice, so that they stay the same."""
    moment = datetime.combine(campaign.notice_date, time(9))
    return {f"blank_{form.key}.xlsx": write_generic_blank(form.key, campaign, moment) for form in campaign.forms}


def main(folder: Path) -> None:
    for name, content in generic_blanks(default_campaign()).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
