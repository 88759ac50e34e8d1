"""A line break counts once, as in the browser: forms, services, the package and the counter of the page agree."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse

from insek.package import table_named
from insek.package.columns import WrongCell
from insek.participation.moderation import LONGEST_REASON, reject
from insek.people.actors import PROGRAM
from insek.people.requests import posted
from insek.release.models import Proposal
from insek.steering.models import StatusReport
from insek.steering.services import report_status
from tests.factories import make_item, make_link

LIMIT = 2000
STATIC = Path(__file__).parents[2] / "insek" / "web" / "static" / "insek"


def text(length, end="\r\n"):
    """A text of so many signs as the browser counts, with a line break in every tenth place."""
    return "".join(end if place % 10 == 9 else "x" for place in range(length - 1)) + "x"


def test_what_is_posted_has_one_sign_for_a_line_break():
    request = RequestFactory().post("/", {"text": ["a\r\nb", "c\rd"], "other": "e"})
    assert dict(posted(request).lists()) == {"text": ["a\nb", "c\nd"], "other": ["e"]}
    assert posted(RequestFactory().get("/")) is None


def test_the_counter_of_the_page_counts_signs_and_one_for_a_line_break():
    assert "[...field.value].length" in (STATIC / "limit.js").read_text("utf-8")


@pytest.mark.parametrize(("length", "kept"), [(LIMIT, 1), (LIMIT + 1, 0)])
def test_a_report_may_be_as_long_as_the_counter_says(concept, as_role, length, kept):
    item = make_item("measure")
    answer = as_role("project-lead").post(
        reverse("report-create", args=[item.pk]), {"state": "on_track", "happened": text(length)}
    )
    assert StatusReport.objects.count() == kept
    assert [len(report.happened) for report in StatusReport.objects.all()] == [LIMIT] * kept
    assert kept or "2000" in answer.content.decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_services_and_package_count_alike(concept, end):
    measure = make_item("measure").measure
    values = {"state": "on_track", "next_step": "", "obstacles": "", "is_internal": False}
    report_status(measure, {**values, "happened": text(LIMIT, end)}, actor=PROGRAM)
    with pytest.raises(ValidationError, match="höchstens 2000 Zeichen"):
        report_status(measure, {**values, "happened": text(LIMIT + 1, end)}, actor=PROGRAM)
    table = table_named("status_reports")
    column = table.column("happened")
    assert len(column.parse(text(LIMIT, end), table.model_field(column))) == LIMIT
    with pytest.raises(WrongCell):
        column.parse(text(LIMIT + 1, end), table.model_field(column))


def test_a_reason_may_be_as_long_as_the_counter_says(concept):
    item = make_item("contribution", state="new", visibility="internal")
    reject(item, reason=text(LONGEST_REASON), expected_version=item.version, actor=PROGRAM)
    item.refresh_from_db()
    assert len(item.contribution.rejection_reason) == LONGEST_REASON


def test_a_reason_to_take_a_link_away_is_refused_and_kept_not_cut(concept, as_role):
    link = make_link(make_item("finding"), make_item("goal"), "justifies")
    client, said = as_role("planner"), "y" * 2000 + "Das Ende."
    answer = client.post(reverse("link-delete", args=[link.pk]), {"note": said})
    assert answer.status_code == 400
    assert "höchstens 2000" in answer.content.decode() and "Das Ende." in answer.content.decode()
    client.post(reverse("link-delete", args=[link.pk]), {"note": said[:2000]})
    assert Proposal.objects.get().note == said[:2000]
