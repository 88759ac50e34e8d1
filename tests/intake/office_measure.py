"""How far a list of an office is read as a person would: columns, rows and values, after taking every proposal."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from insek.intake import readings
from insek.intake.models import Batch
from insek.thread.models import Item, Link
from tests.intake.office_lists import OfficeList
from tests.intake.reading import begin, sent_by, write

MEANS = {
    "number": {"number"}, "title": {"title"}, "text": {"text"}, "fields": {"fields_of_action"}, "unit": {"responsible"},
    "partners": {"partners", "rows.taking_part"}, "costs": {"rows.cost_line"}, "yearly_costs": {"rows.cost_line"},
    "funding": {"rows.funding_line"}, "programme": {"rows.funding_line"}, "grant": {"rows.funding_grant"},
    "own_share": {"rows.funding_own"}, "funding_rate": {"rows.funding_rate"}, "start": {"start_year"}, "end": {"end_year"},
    "period": {"years"}, "priority": {"priority"}, "state": {"entry_state"}, "depends": {"link.prerequisite_of.measure.source"},
    "remark": {"note"}, "left": {""}, "part": {"", "note"}, "places": {"link.located_in.district.target", "note"}, "goals": {"link.implemented_by.goal.source"},
}  # fmt: skip
"""What a person would choose for a column that means this."""


@dataclass
class Measured:
    """What was right, and what was wrong."""

    columns: int = 0
    columns_right: int = 0
    rows: int = 0
    rows_right: int = 0
    values: int = 0
    values_right: int = 0
    wrong: list[str] = field(default_factory=list)

    def column(self, right: bool, words: str) -> None:
        self.columns += 1
        self.columns_right += right
        if not right:
            self.wrong.append(words)

    def value(self, right: bool, words: str) -> None:
        self.values += 1
        self.values_right += right
        if not right:
            self.wrong.append(words)


def measure(client: Client, concept: object, office: OfficeList) -> Measured:
    """Read a list in with all that is proposed, and compare it with what a person reads in it."""
    found = Measured()
    batch = begin(client, "items.measure", office.data, office.file_name or f"{office.name}.xlsx")
    address = reverse("reading-table", args=[batch.pk])
    answer = client.post(address, {**sent_by(client.get(address)), "weiter": "1"})
    batch.refresh_from_db()
    page = client.get(answer["Location"])
    sent = sent_by(page)
    batch.refresh_from_db()
    compare_columns(found, batch, sent, office.columns)
    answer = client.post(answer["Location"], sent)
    if answer.status_code != 302:
        found.wrong.append("columns refused: " + answer.content.decode()[:200])
        return found
    for _time in range(9):
        if not answer["Location"].endswith("/woerter"):
            break
        answer = client.post(answer["Location"], sent_by(client.get(answer["Location"])))
    write(client, batch)
    _compare_rows(found, office)
    return found


def compare_columns(
    found: Measured,
    batch: Batch,
    sent: dict[str, str],
    columns: dict[str, str],
    means: dict[str, set[str]] = MEANS,
) -> None:
    """Compare what is proposed for each column with what a person would choose."""
    table = readings.table_of(batch)
    assert table is not None
    heads = {" ".join(column.head.replace(" · ", " ").split()): column.index for column in table.columns}
    for head, meaning in columns.items():
        index = heads.get(head)
        if index is None:
            index = (
                next((place for shown, place in heads.items() if head.split()[0] in shown), None)
                if len(head.split()) == 1
                else None
            )
        said = sent.get(f"spalte.{index}", "?")
        left_out = meaning == "left" and index is None
        found.column(
            left_out or said in means[meaning],
            f"column {head}: {said} instead of {meaning} ({list(heads) if said == '?' else ''})",
        )


def _compare_rows(found: Measured, office: OfficeList) -> None:
    items = {
        item.title: item
        for item in Item.objects.filter(kind="measure")
        .select_related("measure__responsible")
        .prefetch_related("fields")
    }
    by_number = {item.number: item for item in items.values()}
    found.rows = max(len(office.rows), len(items))
    for row in office.rows:
        item = by_number.get(str(row.get("number", "-"))) or items.get(str(row["title"]))
        if item is None:
            found.wrong.append(f"row {row['title']} is missing among {list(items)[:9]}")
            found.values += len(row) - 1
            continue
        found.rows_right += 1
        for name, value in row.items():
            _compare(found, item, name, value)
    extra = set(items) - {str(row["title"]) for row in office.rows}
    found.wrong += [f"row too much or otherwise called: {title}" for title in sorted(extra)]


def _compare(found: Measured, item: Item, name: str, value: object) -> None:
    measure = item.measure
    lines = list(measure.cost_lines.order_by("pk"))
    funding = list(measure.funding_lines.order_by("pk"))
    is_: object
    match name:
        case "number" | "title":
            is_ = getattr(item, name)
        case "field":
            is_ = ", ".join(each.name for each in item.fields.all())
        case "unit":
            is_ = measure.responsible.name if measure.responsible else ""
        case "partners":
            texts = [
                part
                for part in measure.partners.replace(";", ",").replace("\n", ",").split(",")
                if part.strip()
            ]
            is_ = measure.units_taking_part.count() + len(texts)
        case "cost":
            once = [
                line for line in lines if not line.is_follow_up and (line.rhythm == "once" or len(lines) == 1)
            ]
            is_ = [(line.amount_eur, line.up_to_eur or line.amount_eur) for line in once]
            value = [value]
        case "yearly":
            is_ = {line.rhythm for line in lines} == {"yearly"}
        case "yearly_cost":
            is_ = next((line.amount_eur for line in lines if line.rhythm == "yearly"), None)
        case "by_year":
            is_ = {line.from_year: line.amount_eur for line in lines}
        case "funding":
            is_ = [
                (
                    line.source,
                    line.amount_eur,
                    None if line.share_percent is None else float(line.share_percent),
                )
                for line in funding
                if line.source
            ]
            value = [
                (source, amount, None if rate is None else float(rate)) for source, amount, rate in value
            ]  # type: ignore[attr-defined]
        case "own":
            is_ = sum(line.own_share_eur or 0 for line in funding)
        case "grant":
            is_ = sum(line.amount_eur or 0 for line in funding)
        case "years":
            is_ = (measure.start_year, measure.end_year)
        case "state":  # a colour may say in brackets what the legend calls it
            is_ = measure.entry_state.split(" (")[0]
        case "depends":
            is_ = sorted(
                Link.objects.filter(kind="prerequisite_of", target=item).values_list(
                    "source__number", flat=True
                )
            )
        case "priority":
            is_ = measure.priority
        case "horizon":
            is_ = value if f"{value}fristig" in item.text else item.text
        case _:
            raise AssertionError(name)
    found.value(is_ == value, f"{item.number} {item.title[:20]} {name}: {is_!r} instead of {value!r}")
