"""The unit in charge is asked before an appraisal becomes public: it waits until the unit answered or its time is over, and says so."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from insek.notices.models import Notice
from insek.notices.register import NoticeReader, Recipient
from insek.people.actors import ANONYMOUS, actor_for
from insek.people.models import User
from insek.plans import comment_notice
from insek.plans.commenting import answer, consulted_words, may_answer
from insek.plans.models import PlanComment
from insek.plans.rows import COMMENTS
from insek.plans.services import ask_and_propose, current_appraisal
from insek.release.models import Proposal
from insek.release.releases import release
from insek.thread.row_acts import change_row
from tests.factories import make_actor, make_item, make_unit, make_user
from tests.plans.test_appraisals import VALUES, posted

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.INSEK_DAY = date(2026, 11, 29)


@pytest.fixture
def unit(db):
    return make_unit("gruen")


@pytest.fixture
def item(concept):
    return make_item("plan", title="Grünkonzept", type="concept", status="adopted")


@pytest.fixture
def asked(item, unit):
    """What the lead proposed, with the unit asked about it."""
    lead = make_actor("project-lead")
    proposal = ask_and_propose(
        item.plan, expected_version=0, values=VALUES, unit=unit, due=DUE, question="Stimmt das?", actor=lead
    )
    return proposal, PlanComment.objects.get()


def of_unit(unit, role="department"):
    return actor_for(make_user(role, unit=unit))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_lead_asks_in_the_form_and_nothing_is_public_yet(concept, item, unit, as_role):
    lead = as_role("project-lead")
    address = reverse("plan-appraise", args=[item.pk])
    wrong = lead.post(address, posted(ask_unit=str(unit.pk), ask_due="2026-11-01"))
    assert wrong.status_code == 400 and "Die Frist liegt in der Vergangenheit." in wrong.content.decode()
    sent = lead.post(address, posted(ask_unit=str(unit.pk), ask_due="2026-12-10", ask_question="Stimmt das?"))
    assert sent["Location"] == Proposal.objects.get().url
    row = PlanComment.objects.get()
    assert (row.unit, row.due, row.about_version, row.stance) == (unit, DUE, 1, "")
    assert current_appraisal(item.plan) is None
    assert "Noch nicht bewertet." in Client().get(item.url).content.decode()
    page = lead.get(Proposal.objects.get().url).content.decode()
    assert "wenn die gefragte Stelle geantwortet hat" in page and 'value="release"' not in page


def test_it_is_not_released_before_the_answer_or_the_end_of_the_time(item, unit, asked, settings):
    proposal, _row = asked
    lead = make_actor("project-lead")
    with pytest.raises(ValidationError, match="wenn die gefragte Stelle geantwortet hat"):
        release(proposal, expected_version=1, actor=lead)
    settings.INSEK_DAY = DUE
    proposal = Proposal.objects.get()
    with pytest.raises(ValidationError, match="wenn die gefragte Stelle"):
        release(proposal, expected_version=proposal.version, actor=lead)
    settings.INSEK_DAY = date(2026, 12, 11)
    proposal = Proposal.objects.get()
    release(proposal, expected_version=proposal.version, actor=lead)
    now = current_appraisal(item.plan)
    assert now.consulted == f"{unit.name} war gefragt und hat sich bis 10. Dezember 2026 nicht geäußert."
    assert now.consulted in Client().get(item.url).content.decode()
    assert not may_answer(PlanComment.objects.get(), of_unit(unit)), (
        "it is public: the time to comment on it is over"
    )


def test_after_the_answer_it_is_released_and_says_what_came_of_it(item, unit, asked, client):
    proposal, row = asked
    answer(
        row, stance="disagrees", comment="Die Zahlen sind von 2012.", expected_version=1, actor=of_unit(unit)
    )
    release(proposal, expected_version=1, actor=make_actor("project-lead"))
    assert current_appraisal(item.plan).consulted == f"{unit.name}: stimmt nicht zu (29. November 2026)."
    public = Client().get(item.url).content.decode()
    assert "stimmt nicht zu" in public and "Die Zahlen sind von 2012." not in public
    insider = signed_in(make_user("auditor")).get(item.url).content.decode()
    assert "Die Zahlen sind von 2012." in insider


@pytest.mark.parametrize(
    "role", ["project-lead", "planner", "practice", "department", "auditor", "council", None]
)
def test_only_the_unit_that_was_asked_answers(item, unit, asked, role):
    _proposal, row = asked
    address = reverse("plan-comment", args=[item.pk, row.key])
    sent = {"stance": "agrees", "version": "1"}
    stranger = make_user(role, unit=make_unit("andere"))
    assert signed_in(stranger).post(address, sent).status_code in {403, 404}
    with pytest.raises(PermissionDenied):
        answer(row, stance="agrees", comment="", expected_version=1, actor=actor_for(stranger))
    assert PlanComment.objects.get().stance == ""
    member = make_user(role, unit=unit)
    sees = role not in {"council", None}
    assert signed_in(member).post(address, sent).status_code == (302 if sees else 404)
    assert PlanComment.objects.get().stance == ("agrees" if sees else "")


def test_the_public_never_gets_a_comment(item, unit, asked):
    _proposal, row = asked
    answer(row, stance="remarks", comment="Sehr geheim.", expected_version=1, actor=of_unit(unit))
    assert list(COMMENTS.visible_to(COMMENTS.of_item(item), ANONYMOUS)) == []
    assert Client().get(reverse("plan-comment", args=[item.pk, row.key])).status_code == 302
    for address in (item.url, f"/api/v1/planwerke/{item.pk}", f"/api/v1/items/{item.pk}"):
        assert "Sehr geheim" not in Client().get(address).content.decode()


def test_who_remarks_or_disagrees_says_what(item, unit, asked):
    _proposal, row = asked
    member = User.objects.get(pk=of_unit(unit).user_id)
    page = signed_in(member).post(
        reverse("plan-comment", args=[item.pk, row.key]), {"stance": "disagrees", "version": "1"}
    )
    assert page.status_code == 400 and "warum Sie nicht zustimmen" in page.content.decode()
    assert "Bewertung, die wartet" in page.content.decode() and "Von 2021." in page.content.decode()


def test_the_own_area_shows_it_as_a_task_until_it_is_done(item, unit, asked, settings):
    _proposal, row = asked
    member = make_user("department", unit=unit)
    home = reverse("home")
    body = signed_in(member).get(home).content.decode()
    assert (
        "Um Ihre Stellungnahme wird gebeten" in body
        and reverse("plan-comment", args=[item.pk, row.key]) in body
    )
    other = make_user("department", unit=make_unit("andere"))
    assert "Um Ihre Stellungnahme" not in signed_in(other).get(home).content.decode()
    answer(row, stance="agrees", comment="", expected_version=1, actor=actor_for(member))
    assert "Um Ihre Stellungnahme" not in signed_in(member).get(home).content.decode()


def test_what_was_asked_stays_once_it_was_answered(item, unit, asked):
    planner = make_actor("planner")
    change_row(
        COMMENTS, PlanComment.objects.get(), {"due": date(2026, 12, 20)}, expected_version=1, actor=planner
    )
    answer(PlanComment.objects.get(), stance="agrees", comment="", expected_version=2, actor=of_unit(unit))
    with pytest.raises(ValidationError, match="schon geantwortet"):
        change_row(
            COMMENTS, PlanComment.objects.get(), {"question": "Anderes?"}, expected_version=3, actor=planner
        )


def test_an_appraisal_without_a_question_waits_for_nobody(item, as_role):
    lead = as_role("project-lead")
    assert lead.post(reverse("plan-appraise", args=[item.pk]), posted())["Location"] == item.url
    assert current_appraisal(item.plan).consulted == ""
    assert consulted_words(item.plan, 1) == ""


def test_the_same_appraisal_can_be_laid_before_a_unit_later(item, unit, as_role):
    lead = as_role("project-lead")
    address = reverse("plan-appraise", args=[item.pk])
    assert lead.post(address, posted()).status_code == 302
    assert (
        lead.post(address, posted(version="1", ask_unit=str(unit.pk), ask_due="2026-12-10")).status_code
        == 302
    )
    row = PlanComment.objects.get()
    answer(row, stance="agrees", comment="", expected_version=1, actor=of_unit(unit))
    proposal = Proposal.objects.get()
    release(proposal, expected_version=proposal.version, actor=make_actor("project-lead"))
    assert current_appraisal(item.plan).consulted.endswith("stimmt zu (29. November 2026).")


def test_the_people_of_the_unit_are_told_once_and_once_more_before_the_end(item, unit, asked, settings):
    _proposal, row = asked
    member = make_user("department", unit=unit)
    make_user("department", unit=make_unit("andere"))
    [told] = comment_notice._asked(item.concept, date(2026, 11, 29))
    assert (told.to, told.subject) == (f"user:{member.pk}", item.pk)
    [again] = comment_notice._asked(item.concept, date(2026, 12, 8))
    assert (
        again.key != told.key
        and next(iter(comment_notice._asked(item.concept, date(2026, 12, 9)))).key == again.key
    )
    notice = Notice(concept=item.concept, kind=comment_notice.NAME, subject=item.pk, data=told.data)
    reader = NoticeReader(
        Recipient(told.to, "a@example.org", actor=actor_for(member)), {item.pk: item}, date(2026, 11, 29)
    )
    said = comment_notice._say(notice, reader)
    assert (said.path, said.note) == (
        reverse("plan-comment", args=[item.pk, row.key]),
        "bis 10. Dezember 2026",
    )
    stranger = Recipient("user:0", "b@example.org", actor=of_unit(make_unit("andere")))
    assert comment_notice._say(notice, NoticeReader(stranger, {item.pk: item}, date(2026, 11, 29))) is None
    answer(row, stance="agrees", comment="", expected_version=1, actor=actor_for(member))
    assert list(comment_notice._asked(item.concept, date(2026, 11, 29))) == []
    assert comment_notice._say(notice, reader) is None, "what was answered meanwhile is not asked for"
