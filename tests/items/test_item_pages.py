"""The staff pages of items: create, change, delete, history."""

import pytest

from insek.people.actors import PROGRAM
from insek.thread.kinds import all_kinds
from insek.thread.models import Change, Item, Tombstone
from insek.thread.services import link_items, update_item
from tests.factories import make_item, make_link, make_unit
from tests.reading import form_values, words

pytestmark = pytest.mark.django_db


def changed(item, **values):
    """What somebody else does meanwhile."""
    current = Item.objects.get(pk=item.pk)
    return update_item(current, expected_version=current.version, values=values, actor=PROGRAM)


# --- create ---


def test_a_new_item_gets_a_page_and_says_so(concept, as_role):
    client = as_role("planner")
    page = client.get("/ziele/neu")
    sent = {
        **form_values(page),
        "number": "Z 9",
        "title": "Kurze Wege für alle",
        "text": "Zu Fuß zum Bäcker.",
    }
    answer = client.post("/ziele/neu", sent, follow=True)
    item = Item.objects.get()
    assert answer.redirect_chain == [(f"/k/{item.pk}", 302)]
    assert "„Z 9 Kurze Wege für alle“ ist angelegt." in answer.content.decode()
    assert (item.standing, item.visibility, item.created_by.username[:7]) == (
        "working",
        "internal",
        "planner",
    )


def test_the_field_of_a_gap_is_chosen_beforehand(concept, as_role):
    page = as_role("planner").get("/ziele/neu?feld=klima")
    assert form_values(page)["fields_of_action"] == [str(concept.fields.get(key="klima").pk)]


def test_a_refused_form_keeps_everything_that_was_typed(concept, as_role):
    client = as_role("planner")
    wohnen, klima = concept.fields.all()
    sent = {
        "number": "Z 1", "title": "", "text": "Ein langer Text\nmit Zeilen", "standing": "official", "horizon_year": "2040",
        "source_url": "kein link", "fields_of_action": [wohnen.pk, klima.pk], "visibility": "internal",
    }  # fmt: skip
    answer = client.post("/ziele/neu", sent)
    assert answer.status_code == 400
    text = words(answer)
    assert "Das lässt sich so noch nicht speichern" in text
    assert "Titel: Dieses Feld ist zwingend erforderlich." in text
    kept = form_values(answer)
    assert kept["text"] == "Ein langer Text\nmit Zeilen"
    assert kept["fields_of_action"] == [str(wohnen.pk), str(klima.pk)]
    assert (kept["standing"], kept["horizon_year"], kept["source_url"]) == ("official", "2040", "kein link")
    assert not Item.objects.exists()


def test_what_the_service_refuses_stands_at_the_field_or_above(concept, as_role):
    make_item("goal", number="Z 1")
    client = as_role("planner")
    sent = {**form_values(client.get("/ziele/neu")), "number": "Z 1", "title": "Doppelt"}
    assert "Diese Nummer ist schon vergeben." in words(client.post("/ziele/neu", sent))
    sent |= {"number": "Z 2", "standing": "fact"}
    answer = client.post("/ziele/neu", sent)
    assert answer.status_code == 400
    assert "„Mit Quelle“ braucht eine Quelle" in words(answer)


def test_errors_are_listed_in_the_order_of_the_page_and_a_choice_is_asked_for(concept, as_role):
    client = as_role("planner")
    for kind in all_kinds():
        form = client.get(f"/{kind.list_path}/neu").context["form"]
        shown = [field.name for section in form.sections() for field in section["fields"]]
        assert [name for name in form.fields if name in shown] == shown, kind.name
        for field in form.fields.values():
            words_of_empty = [str(label) for value, label in getattr(field, "choices", ()) if value == ""]
            assert words_of_empty in ([], ["Bitte wählen" if field.required else "ohne Angabe"]), field.label
    answer = words(client.post("/befunde/neu", {"visibility": "internal", "standing": "working"}))
    assert answer.index("Titel: Dieses Feld") < answer.index("Art: Dieses Feld")


def test_forms_speak_german(concept, as_role):
    client = as_role("project-lead")
    for kind in all_kinds():
        text = words(client.get(f"/{kind.list_path}/neu"))
        assert "---------" not in text
        for english in ("Official key", "Why now", "Price year", "Drawn by hand"):
            assert english not in text


# --- change ---


def test_an_edit_is_kept_and_seen(concept, as_role):
    item = make_item("goal", title="Alt", visibility="internal")
    client = as_role("planner")
    sent = {**form_values(client.get(f"/k/{item.pk}/bearbeiten")), "title": "Neu"}
    answer = client.post(f"/k/{item.pk}/bearbeiten", sent, follow=True)
    assert "„Neu“ ist gespeichert." in answer.content.decode()
    assert Item.objects.get().title == "Neu"


def test_a_conflict_shows_word_by_word_what_others_did_and_keeps_what_was_typed(concept, as_role):
    item = make_item("goal", title="Ziel", text="Mehr Grün in der Stadt.", visibility="internal")
    client = as_role("planner")
    sent = form_values(client.get(f"/k/{item.pk}/bearbeiten"))
    changed(item, text="Mehr Grün und Wasser in der Stadt.", source_title="Klimabericht")
    answer = client.post(f"/k/{item.pk}/bearbeiten", {**sent, "text": "Viel mehr Grün in der Stadt."})
    assert answer.status_code == 409
    assert "Mehr Grün eingefügt: und Wasser in der Stadt." in words(answer)
    assert "auch von Ihnen geändert" in words(answer)
    kept = form_values(answer)
    assert kept["text"] == "Viel mehr Grün in der Stadt."
    assert kept["source_title"] == "Klimabericht", "a field that was left alone must not be taken back"
    assert "Quelle." in words(answer)
    answer = client.post(f"/k/{item.pk}/bearbeiten", kept)
    assert answer.status_code == 302
    item = Item.objects.get()
    assert (item.text, item.source_title) == ("Viel mehr Grün in der Stadt.", "Klimabericht")


def test_a_conflict_about_choices_and_fields_takes_nothing_back(concept, as_role):
    unit = make_unit("tiefbau", name="Tiefbau")
    item = make_item(
        "measure", is_lighthouse=False, fields=[concept.fields.get(key="klima")], visibility="internal"
    )
    client = as_role("planner")
    sent = form_values(client.get(f"/k/{item.pk}/bearbeiten"))
    current = Item.objects.get()
    update_item(
        current, expected_version=1, values={"responsible": unit, "is_lighthouse": True}, actor=PROGRAM,
        fields=concept.fields.all(),
    )  # fmt: skip
    answer = client.post(f"/k/{item.pk}/bearbeiten", {**sent, "next_step": "Ausschreiben"})
    assert answer.status_code == 409
    assert "Nichts davon widerspricht Ihren Eingaben" in words(answer)
    assert client.post(f"/k/{item.pk}/bearbeiten", form_values(answer)).status_code == 302
    item = Item.objects.get()
    assert (item.measure.responsible, item.measure.is_lighthouse, item.measure.next_step) == (
        unit, True, "Ausschreiben",
    )  # fmt: skip
    assert item.fields.count() == 2


def test_a_department_changes_only_what_it_may_of_its_own_measures(concept, as_role):
    unit = make_unit("tiefbau")
    own, other = make_item("measure", responsible=unit, visibility="internal"), make_item("measure")
    client = as_role("department", unit=unit)
    page = client.get(f"/k/{own.pk}/bearbeiten")
    values = form_values(page)
    assert set(values) == {
        "version",
        "text",
        "text_en",
        "occasion",
        "partners",
        "next_step",
        "start_year",
        "end_year",
        "planning_law",
        "ownership",
    }
    answer = client.post(
        f"/k/{own.pk}/bearbeiten",
        {**values, "next_step": "Bau ab Mai", "title": "Gekapert", "visibility": "internal"},
    )
    assert answer.status_code == 302
    kept = Item.objects.get(pk=own.pk)
    assert (kept.measure.next_step, kept.title, kept.visibility) == (
        "Bau ab Mai", own.title, "internal",
    )  # fmt: skip
    assert client.get(f"/k/{other.pk}/bearbeiten").status_code == 403


def test_publishing_takes_a_release_that_history_names(concept, as_role):
    client = as_role("planner")
    item = make_item("goal", visibility="internal", title="Kühle Stadt")
    sent = form_values(client.get(f"/k/{item.pk}/bearbeiten"))
    answer = client.post(f"/k/{item.pk}/bearbeiten", {**sent, "visibility": "public"}, follow=True)
    assert "bleibt intern, bis die Veröffentlichung freigegeben ist" in answer.content.decode()
    address = answer.redirect_chain[0][0]
    assert Item.objects.get().visibility == "internal"
    lead = as_role("project-lead")
    lead.post(address, {**form_values(lead.get(address)), "act": "release"})
    assert Item.objects.get().visibility == "public"
    assert "freigegeben von" in words(lead.get(f"/k/{item.pk}/verlauf"))


# --- delete ---


def test_deleting_says_what_goes_and_leaves_410(concept, as_role):
    goal, measure = make_item("goal", number="Z 1"), make_item("measure", number="M 7")
    make_link(goal, measure, "implemented_by")
    client = as_role("project-lead")
    page = client.get(f"/k/{goal.pk}/loeschen")
    text = words(page)
    assert "Der Inhalt selbst und eine Verknüpfung." in text
    assert "umgesetzt durch M 7" in text
    answer = client.post(f"/k/{goal.pk}/loeschen", form_values(page), follow=True)
    assert "ist gelöscht." in answer.content.decode()
    assert client.get(f"/k/{goal.pk}").status_code == 410
    assert Tombstone.objects.get().number == "Z 1"
    assert Item.objects.get() == measure


def test_deleting_what_changed_meanwhile_or_carries_others_is_refused(concept, as_role):
    goal = make_item("goal")
    client = as_role("project-lead")
    sent = form_values(client.get(f"/k/{goal.pk}/loeschen"))
    changed(goal, title="Anders")
    answer = client.post(f"/k/{goal.pk}/loeschen", sent)
    assert answer.status_code == 409
    assert "Bitte sehen Sie ihn noch einmal an." in words(answer)
    make_item("goal", parent=goal.goal)
    answer = client.post(f"/k/{goal.pk}/loeschen", form_values(answer))
    assert answer.status_code == 409
    assert "Andere Inhalte beruhen darauf" in words(answer)
    assert Item.objects.count() == 2


# --- history ---


def test_history_names_people_values_and_the_other_end_of_links(concept, as_role):
    unit = make_unit("tiefbau", name="Referat Tiefbau")
    measure, goal = make_item("measure", number="M 1"), make_item("goal", number="Z 1", title="Kühle Stadt")
    changed(measure, responsible=unit, is_lighthouse=True, standing="example")
    link_items(goal, measure, kind="implemented_by", reason="Bäume kühlen.", actor=PROGRAM)
    client = as_role("auditor")
    page = client.get(f"/k/{measure.pk}/verlauf")
    text = words(page)
    assert "Zuständig eingefügt: Referat Tiefbau" in text
    assert "Verlässlichkeit gestrichen: Arbeitsstand eingefügt: Beispiel" in text
    assert "Leuchtturmprojekt gestrichen: nein eingefügt: ja" in text
    assert f'<a href="/k/{goal.pk}">Z 1 Kühle Stadt</a>' in page.content.decode()
    assert "Bäume kühlen." in text
    assert text.index("verknüpft") < text.index("geändert") < text.index("angelegt"), "newest first"


def test_history_comes_in_pages_with_a_constant_number_of_queries(
    concept, as_role, django_assert_max_num_queries
):
    item = make_item("goal")
    for number in range(30):
        item = changed(item, title=f"Fassung {number}")
    client = as_role("auditor")
    with django_assert_max_num_queries(12):
        first = client.get(f"/k/{item.pk}/verlauf")
    assert "29" in words(first)
    assert words(first).count("geändert") == 25
    following = client.get(f"/k/{item.pk}/verlauf" + first.context["next_url"])
    assert words(following).count("geändert") == 5
    assert client.get(f"/k/{item.pk}/verlauf?nach=unsinn").status_code == 404


def test_history_is_not_for_everybody(concept, as_role):
    item = make_item("goal")
    assert as_role("council").get(f"/k/{item.pk}/verlauf").status_code == 403
    assert Change.objects.count() == 1
