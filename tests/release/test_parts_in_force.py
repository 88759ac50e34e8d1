"""Fields of one's own and fields of action that everybody reads: changed knowingly, and not by who works for the next edition."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from insek.concept.models import Concept, Field
from insek.people.actors import PROGRAM
from insek.release.bundling import bundling
from insek.thread import own_acts
from insek.thread.models import FieldDefinition
from insek.thread.setting_up import save_part
from tests.factories import make_edition, make_item
from tests.reading import words
from tests.thread.test_own_fields import fill, make_field


def test_what_all_read_changes_only_after_a_yes(concept: Concept, as_role: Callable[..., Client]) -> None:
    field = make_field(concept, "short", "Vermerk", audience="public")
    item = fill(make_item("measure", concept=concept, title="Park"), field, "im Frühjahr")
    client, edit = as_role("project-lead"), reverse("own-field-edit", args=[field.pk])
    sent = {
        "name": "Vermerk",
        "type": "short",
        "audience": "public",
        "editors": "all",
        "version": field.version,
    }
    for change in ({"name": "Bemerkung"}, {"audience": "staff"}, {"group": "Weiteres"}):
        page = client.post(edit, {**sent, **change})
        assert page.status_code == 400, change
        assert "Das ändert sofort, was alle bei 1 öffentlichen Inhalten" in words(page)
    assert "Vermerk" in words(Client().get(item.url))
    assert client.post(edit, {**sent, "help": "Kurz."}).status_code == 302, (
        "the public does not read the help"
    )
    sent |= {"version": FieldDefinition.objects.get().version, "name": "Bemerkung", "confirmed": "on"}
    assert client.post(edit, sent).status_code == 302
    assert "Bemerkung" in words(Client().get(item.url))
    ending = words(client.get(reverse("own-field-end", args=[field.pk])))
    assert "Bei einem öffentlichen Inhalt verschwindet die Angabe sofort" in ending


def test_who_works_for_the_next_edition_changes_no_field_that_is_in_force(
    concept: Concept, as_role: Callable[..., Client]
) -> None:
    open_field = make_field(concept, "choice", "Topf", audience="public")
    closed = make_field(concept, "short", "Vermerk", audience="staff")
    fill(fill(make_item("measure", concept=concept), open_field, "land"), closed, "erst einmal nicht")
    edition = make_edition(concept, "zwei")
    with bundling(edition):
        for change in ({"name": "Mittel"}, {"audience": "staff"}, {"options": "eigen|Eigenmittel"}):
            with pytest.raises(ValidationError, match="arbeiten an der nächsten Ausgabe"):
                own_acts.change_field(open_field, values=change, expected_version=1, actor=PROGRAM)
            open_field.refresh_from_db()
        with pytest.raises(ValidationError, match="neues Feld"):
            own_acts.retire_field(open_field, expected_version=1, actor=PROGRAM)
        with pytest.raises(ValidationError, match="neues Feld"):
            own_acts.change_field(closed, values={"audience": "public"}, expected_version=1, actor=PROGRAM)
        for part in (open_field, closed):
            part.refresh_from_db()
        more = f"{open_field.options}\neu|EU"
        own_acts.change_field(open_field, values={"options": more}, expected_version=1, actor=PROGRAM)
        own_acts.change_field(closed, values={"name": "Notiz"}, expected_version=1, actor=PROGRAM)
    open_field.refresh_from_db()
    own_acts.retire_field(open_field, expected_version=2, actor=PROGRAM)


def test_who_works_for_the_next_edition_changes_no_field_of_action_that_is_in_force(concept: Concept) -> None:
    edition, [field] = make_edition(concept, "zwei"), concept.fields.filter(key="wohnen")
    with bundling(edition):
        with pytest.raises(ValidationError, match="neues Handlungsfeld"):
            save_part(field, values={"name": "Anders wohnen"}, expected_version=1, actor=PROGRAM)
        field.refresh_from_db()
        save_part(field, values={"colour": "#123456"}, expected_version=1, actor=PROGRAM)
        field.waits_for = "zwei"
        Field.objects.filter(pk=field.pk).update(waits_for="zwei")
        save_part(field, values={"name": "Anders wohnen"}, expected_version=2, actor=PROGRAM)
    Field.objects.filter(pk=field.pk).update(waits_for="")
    field.refresh_from_db()
    save_part(field, values={"aim": "Genug für alle."}, expected_version=3, actor=PROGRAM)
