"""A small concept that has one of everything a package can hold, made through the real services."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.core.files.base import ContentFile
from shapely.geometry.base import BaseGeometry

from insek.concept.models import Concept, Edition, LevelName, Milestone, Theme
from insek.council.edition_items import Amendment, Deviation
from insek.evidence.models import ImportBatch, Observation, SeriesBreak
from insek.package import Files, edition_files, package_files, package_hash, zip_bytes
from insek.people.actors import PROGRAM
from insek.places.outlines import canonical
from insek.steering.budget_models import BudgetLine, BudgetMatch, BudgetPlan
from insek.strategy.models import CostLine, FundingLine, GoalEffect, TakingPart
from insek.thread.models import EditionNumber, Item, Round
from insek.thread.services import delete_item
from tests import factories
from tests.factories import make_body, make_concept, make_link, make_unit

CITY, BEZIRK, STADTTEIL = "cccc2345", "bezerk23", "stadt234"
INDICATOR, FINDING, VISION, GUIDELINE = "zahnen23", "fund2345", "vzzzn234", "gaaade23"
GOAL, SUBGOAL, MEASURE, SECRET, SHARED = "gzaaa234", "gzaab234", "maaaa234", "maaab234", "maaac234"
PAPER, RESOLUTION, EXAMPLE_RESOLUTION, GONE = "paaaa234", "raaaa234", "raaab234", "xaaaa234"
SOURCE = {
    "standing": "fact",
    "source_title": "Statistisches Landesamt",
    "source_url": "https://example.org/zahl",
}


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    return canonical(shapely.box(west, south, east, north))


def make_item(kind: str, *, item_id: str, **values: Any) -> Item:
    """An item with the same title in every run."""
    return factories.make_item(kind, item_id=item_id, **{"title": f"{kind} {item_id}", **values})


def make_small_concept() -> Concept:
    """One of everything, with texts that CSV has to quote."""
    concept = make_concept(
        key="musterstadt", ags="07312000", horizon_from=2025, horizon_to=2040, licence="dl-de/by-2-0",
        introduction="Was das ist.\n\nEin Absatz mit „Anführung“, Komma.", introduction_en="What this is.",
    )  # fmt: skip
    concept.fields.filter(key="wohnen").update(
        perspective="So wird man wohnen.", perspective_standing="example"
    )
    Theme.objects.create(concept=concept, key="klimaschutz", position=1, name="Klimaschutz")
    LevelName.objects.create(
        concept=concept, level="goal", singular="Ziel", plural="Ziele", singular_en="Goal", plural_en="Goals"
    )
    Milestone.objects.create(
        concept=concept, key="auftakt", date=date(2021, 11, 1), date_precision="month", title="Auftakt",
        kind="event", people=150, standing="fact", source_url="https://example.org/auftakt",
    )  # fmt: skip
    make_unit("bauen", parent=make_unit("stadtentwicklung"))
    make_body("ortsbeirat-nord", kind="ortsbeirat", name="Ortsbeirat Nord")
    _make_places(concept)
    _make_evidence(concept)
    _make_strategy(concept)
    _make_council(concept)
    _freeze(concept)
    return concept


def _make_places(concept: Concept) -> None:
    city = make_item(
        "district", item_id=CITY, number="O 0", title="Musterstadt", level="city", code="", schematic=False,
        geometry=_box(7.6, 49.3, 7.9, 49.5), centre_lon=Decimal("7.75"), centre_lat=Decimal("49.4"),
    )  # fmt: skip
    north = make_item(
        "district", item_id=BEZIRK, number="O 1", title="Nord", level="ortsbezirk", code="01", parent=city.district,
        has_ortsbeirat=True, ortsbeirat=make_body("ortsbeirat-nord"), valid_from=date(1974, 6, 10), schematic=False,
        geometry=_box(7.6, 49.4, 7.9, 49.5), centre_lon=Decimal("7.7123456"), centre_lat=Decimal("49.45"),
    )  # fmt: skip
    make_item(
        "district",
        item_id=STADTTEIL,
        number="O 2",
        title="Ohne Fläche",
        level="stadtteil",
        parent=north.district,
    )


def _make_evidence(concept: Concept) -> None:
    indicator = make_item(
        "indicator", item_id=INDICATOR, number="I 1", title="Einwohnerinnen und Einwohner", unit="Personen",
        decimals=0, direction="none", method="Fortschreibung", **SOURCE,
    ).indicator  # fmt: skip
    city = Item.objects.get(pk=CITY).district
    batch = ImportBatch.objects.create(label="Test")
    source = {"source_title": "Statistisches Landesamt", "confidence": "high", "batch": batch}
    for period, value in (("2022-12-31", "101900"), ("2023-12-31", "102345.5")):
        Observation.objects.create(
            indicator=indicator, district=city, period=period, value=Decimal(value), **source
        )
    right = Observation.objects.get(period="2023-12-31")
    Observation.objects.create(
        indicator=indicator,
        district=city,
        period="2023-12-31",
        value=Decimal("9"),
        superseded_by=right,
        **source,
    )
    SeriesBreak.objects.create(indicator=indicator, period="2022-12-31", reason="Zensus 2022")


def _make_strategy(concept: Concept) -> None:
    fields = list(concept.fields.all())
    finding = make_item(
        "finding",
        item_id=FINDING,
        number="F 1",
        type="weakness",
        fields=fields,
        themes=list(Theme.objects.all()),
    )
    make_item("vision", item_id=VISION, number="L 1", standing="example")
    guideline = make_item("guideline", item_id=GUIDELINE, number="LL 1", standing="example")
    goal = make_item(
        "goal", item_id=GOAL, number="Z 1", title='Mit "Anführung", Komma und =1+1', text="Zeile eins\nZeile zwei ä",
        horizon_year=2040, fields=fields, standing="example",
    )  # fmt: skip
    make_item("goal", item_id=SUBGOAL, number="Z 1.1", parent=goal.goal, standing="example")
    measure = make_item(
        "measure", item_id=MEASURE, number="M 1", type="investive", is_lighthouse=True, responsible=make_unit("bauen"),
        priority=1, start_year=2026, end_year=2028,
    )  # fmt: skip
    for is_internal in (False, True):
        CostLine.objects.create(
            key=f"kosten-{int(is_internal)}", measure=measure.measure, amount_eur=1_500_000, up_to_eur=2_000_000, price_year=2025, basis="gross", is_internal=is_internal,
        )  # fmt: skip
    FundingLine.objects.create(
        key="geld-1", measure=measure.measure, source="Land", share_percent=Decimal("66.7")
    )
    for number, is_public in enumerate((True, False)):
        plan = BudgetPlan.objects.create(
            concept=concept, key=f"plan-{number}", title=f"Haushalt 203{number}", first_year=2030 + number, last_year=2031, stage="adopted",
            as_of=date(2030, 1, 2), is_public=is_public, note="Mit „Anführung“, Komma",
        )  # fmt: skip
        line = BudgetLine.objects.create(
            budget_plan=plan, key=f"zeile-{number}", title="Brücke; bauen", product="5.4.1", investment=f"I{number}", budget="financial",
            amounts={"2030": 1_500_000, "2031": -20}, commitments={"2031": 7}, total_eur=9, identity="abc", duty="voluntary",
        )  # fmt: skip
        BudgetMatch.objects.create(
            key=f"zu-{number}", line=line, measure=measure.measure, is_released=is_public, confirmed_on=date(2030, 2, 3),
        )  # fmt: skip
    TakingPart.objects.create(key="mit-1", measure=measure.measure, unit=make_unit("stadtentwicklung"))
    GoalEffect.objects.create(
        key="wirk-1", measure=measure.measure, goal=goal.goal, direction="supports", strength="strong"
    )
    secret = make_item("measure", item_id=SECRET, number="M 2", title="Geheimvorhaben", visibility="internal")
    audience = Round.objects.create(concept=concept, name="Lenkungskreis")
    make_item(
        "measure", item_id=SHARED, number="M 3", title="Rundenvorhaben", visibility="round", round=audience
    )
    make_link(Item.objects.get(pk=INDICATOR), finding, "evidences")
    make_link(finding, goal, "justifies", reason="")
    make_link(guideline, goal, "guides")
    make_link(goal, measure, "implemented_by")
    make_link(goal, secret, "implemented_by", reason="Geheimer Grund")
    gone = make_item("measure", item_id=GONE, number="M 9")
    delete_item(gone, expected_version=1, actor=PROGRAM)


def _make_council(concept: Concept) -> None:
    paper = make_item("paper", item_id=PAPER, number="V 1", reference="0466/2020", date=date(2020, 8, 1))
    edition = Edition.objects.create(
        concept=concept, key="insek-2025", title="INSEK 2025", status="adopted", date=date(2025, 10, 6), standing="fact",
        note="Am 6. Oktober 2025 beschlossen.",
    )  # fmt: skip
    Edition.objects.create(concept=concept, key="entwurf", title="Entwurf")
    make_item(
        "resolution", item_id=RESOLUTION, number="B 1", reference="12/2025", date=date(2025, 10, 6), paper=paper.paper,
        outcome="adopted", votes_yes=40, votes_no=2, votes_abstain=1, unanimous=False, edition=edition,
        adopted_fields=list(concept.fields.all()), **SOURCE,
    )  # fmt: skip
    example = make_item("resolution", item_id=EXAMPLE_RESOLUTION, number="B 2", standing="example")
    make_link(Item.objects.get(pk=GOAL), example, "adopted_by")
    make_link(Item.objects.get(pk=MEASURE), Item.objects.get(pk=RESOLUTION), "decided_by")


def _freeze(concept: Concept) -> None:
    edition = concept.editions.get(key="insek-2025")
    as_of_old = package_files(concept, profile="public", with_archives=False)  # as version 0.1 froze it
    edition.sha256 = package_hash(as_of_old)
    edition.archive.save(
        f"{concept.key}-{edition.key}-{edition.sha256[:12]}.zip", ContentFile(zip_bytes(as_of_old))
    )
    filed = concept.editions.get(key="entwurf")
    files = edition_files(concept, parts=lambda items: items.exclude(standing="example"))
    filed.filed_sha256, filed.filed_on, filed.status = package_hash(files), date(2026, 1, 15), "filed"
    filed.filed_archive.save(
        f"{concept.key}-entwurf-{filed.filed_sha256[:12]}.zip", ContentFile(zip_bytes(files))
    )
    Amendment.objects.create(
        edition=edition, table="measures", key=MEASURE, text="In M 1 werden die Kosten genannt."
    )
    resolution = Item.objects.get(pk=RESOLUTION).resolution
    Deviation.objects.create(
        edition=edition, table="measures", key=MEASURE, day=date(2026, 2, 1), nature="resolution", reason="Vom Rat so beschlossen.",
        resolution=resolution,
    )  # fmt: skip
    for number, item_id in (("M 1", MEASURE), ("M 9", GONE), ("M 2", SECRET)):
        EditionNumber.objects.create(edition=edition, number=number, item_id=item_id)


def rows_of(files: Files, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def line_of(files: Files, name: str, key: str) -> int:
    """The line in which the row with this first cell begins."""
    reader = csv.reader(io.StringIO(files[name].decode(), newline=""))
    line = 1
    for row in reader:
        if row[0] == key:
            return line
        line = reader.line_num + 1
    raise KeyError(key)


def with_rows(files: Files, name: str, rows: list[dict[str, str]]) -> Files:
    """The files with other rows in one table."""
    header = files[name].decode().split("\n", 1)[0].split(",")
    target = io.StringIO(newline="")
    returns = any(
        "\r" in value for row in rows for value in row.values()
    )  # the csv module leaves them unquoted
    quoting = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(target, header, lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return {**files, name: target.getvalue().encode()}


def with_cell(files: Files, name: str, key: str, column: str, value: str) -> Files:
    """The files with another value in the row with this first cell."""
    rows = rows_of(files, name)
    for row in rows:
        if next(iter(row.values())) == key:
            row[column] = value
    return with_rows(files, name, rows)


def with_row(files: Files, name: str, key: str, /, **changes: str) -> Files:
    """The files with a copy of a row at the end, changed."""
    rows = rows_of(files, name)
    original = next(row for row in rows if next(iter(row.values())) == key)
    return with_rows(files, name, [*rows, {**original, **changes}])


def without_column(files: Files, name: str, column: str) -> Files:
    """The files as an older package had them, before a table got a column."""
    rows = list(csv.reader(io.StringIO(files[name].decode(), newline="")))
    at = rows[0].index(column)
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(row[:at] + row[at + 1 :] for row in rows)
    return {**files, name: target.getvalue().encode()}


def without_file(files: Files, name: str) -> Files:
    """The files without one, as if the package had never had it."""
    described = json.loads(files["datapackage.json"])
    described["resources"] = [each for each in described["resources"] if each["path"] != name]
    left = {path: content for path, content in files.items() if path != name}
    return {**left, "datapackage.json": json.dumps(described).encode()}
