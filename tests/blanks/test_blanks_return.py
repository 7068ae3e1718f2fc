"""A blank sent back is known for what it is: unfilled, or filled in to the cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pytest

from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.submission import RowClass, Understood
from sishui_eco.outputs.blanks import write_blank, write_generic_blank
from sishui_eco.reading import read
from sishui_eco.sample.drafts import make_draft
from sishui_eco.sample.filling import fill_blank
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.spec.settings import default_campaign
from sishui_eco.understanding import understand

MOMENT = datetime(2023, 7, 13, 9, 0)


def taken(content: bytes, campaign: Campaign, name: str = "附件.xlsx") -> Understood:
    arrival = Arrival(
        file=name,
        name=name,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        kind=FileKind.XLSX,
        received=datetime(2023, 7, 20, 9, 0),
    )
    return understand(arrival, read(content, arrival.kind, arrival.place), campaign)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return default_campaign()


@pytest.mark.parametrize("unit_id", ["U01", "U08", "U12", "U25"])
def test_unfilled_blank_is_a_blank_of_its_unit(campaign: Campaign, unit_id: str) -> None:
    unit = campaign.unit_by_id[unit_id]
    found = taken(write_blank(unit, campaign, MOMENT), campaign)
    assert (found.verdict, found.unit_id) == (ArrivalVerdict.BLANK, unit_id)


@pytest.mark.parametrize("form", ["annex2", "annex3", "annex4"])
def test_generic_blank_is_a_blank(campaign: Campaign, form: str) -> None:
    assert taken(write_generic_blank(form, campaign, MOMENT), campaign).verdict is ArrivalVerdict.BLANK


def filled(unit: Unit, campaign: Campaign) -> bytes:
    from random import Random

    drafts = tuple(make_draft(unit.unit_id, form, campaign, 1, Random(7), False) for form in unit.forms)
    return fill_blank(write_blank(unit, campaign, MOMENT), drafts, campaign).content


@pytest.mark.parametrize("unit_id", ["U08", "U10", "U12", "U13", "U26"])
def test_filled_blank_is_read_whole(campaign: Campaign, unit_id: str) -> None:
    unit = campaign.unit_by_id[unit_id]
    found = taken(filled(unit, campaign), campaign)
    assert found.verdict is ArrivalVerdict.READ
    assert {item.form: item.unit_id for item in found.submissions} == dict.fromkeys(unit.forms, unit_id)
    counts = {item.form: len(item.records) for item in found.submissions}
    if "annex2" in unit.forms:
        assert counts["annex2"] == len(campaign.indicators_of(unit_id))
        assert counts["annex3"] == len(campaign.materials_of(unit_id))
    samples = [row for sheet in found.rows for row in sheet.classes.values() if row is RowClass.SAMPLE]
    assert len(samples) == len(unit.forms)


def test_filled_blank_is_read_without_its_hidden_properties(campaign: Campaign) -> None:
    unit = campaign.unit_by_id["U12"]
    content = filled(unit, campaign)
    arrival = Arrival(file="a.xlsx", name="a.xlsx", sha256="0", size=1, kind=FileKind.XLSX, received=MOMENT)
    document = replace(read(content, arrival.kind, arrival.place), properties={})
    found = understand(arrival, document, campaign)
    assert {item.unit_id for item in found.submissions} == {"U12"}
    assert [item.form for item in found.submissions] == ["annex2", "annex3", "annex4"]
