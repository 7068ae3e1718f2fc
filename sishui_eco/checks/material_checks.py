"""C3xx: annex 3, one material."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from sishui_eco.checks.examined import Examined
from sishui_eco.checks.facts import asked
from sishui_eco.checks.saying import filled
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.remembered import LONGEST
from sishui_eco.model.submission import Blank, Record
from sishui_eco.spec.campaign import Material

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def material_of(examined: Examined, record: Record) -> Material | None:
    """Return the catalogue's material a record is about, None for one it does not ask for."""
    return examined.facts(record).material


def indicator_name(examined: Examined, record: Record) -> str:
    """Return the catalogue name of the indicator a material is for, "" when the catalogue has none of this name."""
    known = asked(examined.campaign).indicator_names
    named = record.key.partition(words()["key_joint"])[0]
    return known.get(bare(named), "") or known.get(bare(record.raw("indicator")), "")


def indicator_of_material_unknown(examined: Examined, record: Record) -> Iterator[Finding]:
    """C301: tell a material for an indicator that the catalogue does not have."""
    if material_of(examined, record) or not filled(record, "indicator") or examined.mentioned(record, "indicator"):
        return
    if not indicator_name(examined, record):
        yield examined.fault("C301", record, "indicator")


def material_not_asked_for(examined: Examined, record: Record) -> Iterator[Finding]:
    """C302: doubt a material that is none of those asked for but nearly named as one that has no row.

    Any other addition is welcome: our blank has room for it.
    """
    meant = likely_meant(examined, record)
    if meant is not None and record.key not in examined.told_records:
        yield examined.fault("C302", record, "material", expected=meant.name)


def likely_meant(examined: Examined, record: Record) -> Material | None:
    """Return the material without a row that an unknown one is nearly named as, None when there is none."""
    written = record.raw("material")
    name = "" if material_of(examined, record) or len(written) > LONGEST else indicator_name(examined, record)
    if not name:
        return None
    rows = examined.keys
    owed = [item for item in examined.campaign.materials if item.indicator == name and bare(item.key) not in rows]
    near = difflib.get_close_matches(written, [item.name for item in owed], n=1, cutoff=0.5)
    return next((item for item in owed if near and item.name == near[0]), None)


def provided_without_file(examined: Examined, record: Record) -> Iterator[Finding]:
    """C303: tell a material said to be provided without a file name or number."""
    answer = record.answers.get("file_ref")
    if not examined.facts(record).owes or record.value("provided") != "yes" or examined.mentioned(record, "file_ref"):
        return
    if answer is None or answer.blank in (Blank.EMPTY, Blank.NONE, Blank.PENDING, Blank.NOT_APPLICABLE):
        yield examined.fault("C303", record, "file_ref")


def owed_not_provided(examined: Examined, record: Record) -> Iterator[Finding]:
    """C304: tell a material the unit owes and says it does not provide; with a file named it is C309's business."""
    material = material_of(examined, record)
    if filled(record, "file_ref"):
        return
    if material and material.provider == examined.unit_id and record.value("provided") == "no":
        yield examined.fault("C304", record, "provided")


def years_not_covered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C305: doubt a material whose stated years leave out one that is asked for.

    The years may stand in the years column or in the file name.
    """
    material = material_of(examined, record)
    if material is None or not material.years or record.value("provided") != "yes":
        return
    stated = stated_years(record, examined.campaign.years)
    missing = [str(year) for year in material.years if year not in stated]
    if stated and missing and not examined.mentioned(record, "years"):
        yield examined.fault("C305", record, "years", missing=words()["joint"].join(missing))


def stated_years(record: Record, years: tuple[int, ...]) -> set[int]:
    """Return the years a material says it covers: single years, spans, or words for every year."""
    text = f"{record.value('years')} {record.raw('years')}"
    if any(word in text for word in words()["years"]["every"]):
        return set(years)
    found = {int(year) for year in _YEAR.findall(text)}
    if len(found) == 2 and re.search(words()["years"]["span"], text):
        found = set(range(min(found), max(found) + 1))
    return found


def copies_zero(examined: Examined, record: Record) -> Iterator[Finding]:
    """C306: doubt a provided material of which there are no copies."""
    answer = filled(record, "copies")
    amount = answer.amount if answer else None
    if amount is not None and amount <= 0 and record.value("provided") == "yes":
        yield examined.fault("C306", record, "copies")


def copies_not_whole(examined: Examined, record: Record) -> Iterator[Finding]:
    """C307: doubt a number of copies that is no whole number."""
    answer = filled(record, "copies")
    amount = answer.amount if answer else None
    if amount is not None and amount > 0 and amount != amount.to_integral_value():
        yield examined.fault("C307", record, "copies")


def provider_differs(examined: Examined, record: Record) -> Iterator[Finding]:
    """C308: doubt a provider other than the one the list names."""
    material, named = material_of(examined, record), record.value("provider")
    if material and named and material.provider not in named.split(";"):
        yield examined.fault("C308", record, "provider", expected=examined.campaign.unit_name(material.provider))


def file_without_providing(examined: Examined, record: Record) -> Iterator[Finding]:
    """C309: doubt a material said not to be provided for which a file is named."""
    if filled(record, "file_ref") and record.value("provided") == "no":
        yield examined.fault("C309", record, "file_ref")


def medium_differs(examined: Examined, record: Record) -> Iterator[Finding]:
    """C310: note a medium other than the one asked for."""
    material, answer = material_of(examined, record), filled(record, "medium")
    if material and material.medium and answer and record.value("provided") == "yes":
        given = answer.value or answer.raw
        if bare(given) != bare(material.medium) and not examined.mentioned(record, "medium"):
            yield examined.fault("C310", record, "medium", expected=material.medium)


def not_this_units_material(examined: Examined, record: Record) -> Iterator[Finding]:
    """C311: doubt a material answered by a unit that the list does not make provide it."""
    material = material_of(examined, record)
    if material is None or not examined.unit_id or material.provider == examined.unit_id:
        return
    if not examined.facts(record).unanswered:
        yield examined.fault(
            "C311", record, "material", raw=material.name, expected=examined.campaign.unit_name(material.provider)
        )


CHECKS = (
    indicator_of_material_unknown,
    material_not_asked_for,
    provided_without_file,
    owed_not_provided,
    years_not_covered,
    copies_zero,
    copies_not_whole,
    provider_differs,
    file_without_providing,
    medium_differs,
    not_this_units_material,
)
