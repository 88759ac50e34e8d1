"""English pages are English: no German text of the program is left outside what is marked as German content.

The German texts come from the catalogue, so a text that is not marked for translation, is translated too early (at import)
or never reaches the catalogue's English is found wherever it stands as a whole text or label.
"""

from __future__ import annotations

import gettext
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from insek.concept.models import Concept, Edition
from insek.council.edition_items import Amendment, Deviation
from insek.evidence.models import Indicator
from insek.package import import_package
from insek.people.models import Body, Unit
from insek.people.services import ensure_roles
from insek.thread.gaps import all_gaps
from insek.thread.kinds import all_kinds
from insek.thread.models import Item, Link
from insek.web.assets import compile_catalogues
from tests.factories import make_user
from tools import messages

CITY = Path(__file__).resolve().parents[2] / "insek" / "cities" / "kaiserslautern"
SHORT = 6
"""Shorter words are often the same in both languages, or names."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
READ_OUT = ("aria-label", "title", "placeholder", "alt", "data-label", "content")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
COUNTS = {"%(count)s", "%(n)s", "%(count)d", "%(n)d"}
"""Placeholders of numbers; "28 Maßnahmen" is a text of the program, the title "Umfrage zu den Maßnahmen" is none."""


class Visible(HTMLParser):
    """The texts of a page, and the labels that are read out, outside elements marked as German."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def _german(self) -> bool:
        return next((lang for _tag, lang in reversed(self.open) if lang), "").startswith("de")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", "")
        if tag == "html":
            self.language = language
        if not (language.startswith("de") if language else self._german()):
            self.texts += [given[name] for name in READ_OUT if name in given]
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._german() and self.open and self.open[-1][0] != "script" and data.strip():
            self.texts.append(" ".join(data.split()))


def read(response) -> Visible:
    """The visible texts of an answer."""
    page = Visible()
    page.feed(response.content.decode())
    return page


def longest_words(text: str) -> int:
    """Letters of the longest piece between placeholders: "%(a)s bis %(b)s" would match half of all German sentences."""
    return max(len(piece.strip()) for piece in PLACEHOLDER.split(text))


@pytest.fixture(scope="module")
def german():
    """A pattern of every German text whose English differs; a placeholder stands for anything, one of a count for a number."""
    found = set()
    for entry in messages.current():
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        english = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        for text in ids:
            if longest_words(text) > SHORT and text not in english:
                whole = " ".join(text.split())
                parts = [re.escape(part.replace("%%", "%")) for part in PLACEHOLDER.split(whole)]
                gaps = [r"[\d.,]+" if name in COUNTS else ".+" for name in PLACEHOLDER.findall(whole)]
                found.add("".join(part + gap for part, gap in zip(parts, [*gaps, ""], strict=True)))
    assert len(found) > 500
    return re.compile("|".join(sorted(found, key=len, reverse=True)))


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """The English of the catalogue as it is now, not of the last build."""
    if compile_catalogues():
        gettext._translations.clear()
        trans_real._translations.clear()


@pytest.fixture
def city(db):
    """The shipped city: every kind, long and short, with sources, values, links and editions."""
    import_package(CITY)
    return Concept.objects.get()


def public_addresses() -> list[str]:
    """One page of every kind that visitors see."""
    pages = [
        reverse(name)
        for name in ("start", "field-list", "process", "about", "login", "edition-list", "search")
    ]
    pages += [
        f"{reverse('search')}?q=Rad",
        f"{reverse('search')}?q=qqqqq",
        "/en/gibt-es-nicht/",
        "/en/k/aaaaaaaa",
    ]
    for kind in all_kinds():
        pages += [reverse(kind.list_name), f"{reverse(kind.list_name)}?q=qqqqq"]
        for standing in ("fact", "working", "example"):
            item = Item.objects.filter(kind=kind.name, visibility="public", standing=standing).first()
            pages += [item.url] if item else []
    busiest = Indicator.objects.filter(item__title="Bevölkerung").first()
    pages += [busiest.item.url] if busiest else []
    pages += [reverse("edition", args=[key]) for key in Edition.objects.values_list("key", flat=True)]
    for key in [
        *Amendment.objects.values_list("key", flat=True),
        *Deviation.objects.values_list("key", flat=True),
    ]:
        pages += [reverse("edition-item", args=["beispiel", key]), reverse("public-history", args=[key])]
        pages.append(reverse("item", args=[key]))
    pages.append(reverse("field", args=[Concept.objects.get().fields.all()[0].key]))
    return pages


def staff_addresses() -> list[str]:
    """One page of every kind that the project lead sees."""
    pages = [reverse(name) for name in ("home", "gap-list", "round-list", "round-create", "password_change")]
    pages += [reverse("gap", args=[gap.name]) for gap in all_gaps()]
    for kind in all_kinds():
        item = Item.objects.filter(kind=kind.name, visibility="public").first()
        pages.append(reverse(f"{kind.name}-create"))
        pages += [
            reverse(name, args=[item.pk])
            for name in ("item", "item-edit", "item-link", "item-history", "item-delete")
            if item is not None  # of plan statements the city has none yet
            and (kind.name, name) != ("concept_check", "item-delete")  # those of the city are finished
        ]
    link = Link.objects.order_by("pk")[0]
    pages += [reverse("link-edit", args=[link.pk]), reverse("link-delete", args=[link.pk])]
    indicator = Indicator.objects.order_by("pk")[0]
    pages.append(reverse("observation-create", args=[indicator.pk]))
    Edition.objects.create(
        concept=Concept.objects.get(), key="neu", title="Neu", title_en="New", standing="example"
    )
    acts = {"neu": ("edition-file", "edition-adopt"), "beispiel-2027": ("edition-adopt", "edition-withdraw")}
    pages += [reverse(name, args=[key]) for key, names in acts.items() for name in names]
    pages.append(
        reverse("deviation-edit", args=["beispiel", Deviation.objects.values_list("key", flat=True)[0]])
    )
    return pages


def people_addresses(person) -> list[str]:
    """One page of every kind that the administration of people sees."""
    pages = [reverse(name) for name in ("home", "person-list", "person-create", "role-list")]
    pages += [reverse(name) for name in ("unit-list", "unit-create", "body-list", "body-create")]
    pages += [reverse(name, args=[person.pk]) for name in ("person", "person-link", "role-give")]
    membership = person.memberships.get()
    pages += [reverse(name, args=[membership.pk]) for name in ("role-change", "role-end")]
    return [
        *pages, reverse("unit", args=[Unit.objects.order_by("key")[0].key]),
        reverse("body", args=[Body.objects.order_by("key")[0].key]),
    ]  # fmt: skip


def left_over(client, addresses, german):
    """German texts by address, and the addresses that are not English at all or not there."""
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code in {200, 403, 404}, (address, response.status_code)
        page = read(response)
        assert page.language == "en", address
        assert page.texts, address
        if left := sorted({text for text in page.texts if german.fullmatch(text)}):
            found[address] = left
    return found


@pytest.mark.slow
def test_no_german_text_is_left_on_public_pages(city, german):
    with translation.override("en"):
        addresses = public_addresses()
    assert all(address.startswith("/en/") for address in addresses)
    assert left_over(Client(), addresses, german) == {}


@pytest.mark.slow
def test_no_german_text_is_left_on_staff_pages(city, as_role, german):
    with translation.override("en"):
        addresses = staff_addresses()
    assert left_over(as_role("project-lead"), addresses, german) == {}


def test_no_german_text_is_left_on_pages_about_people(city, as_role, german):
    ensure_roles()
    person = make_user("planner")
    with translation.override("en"):
        addresses = people_addresses(person)
    assert left_over(as_role("administrator"), addresses, german) == {}


def test_refused_forms_answer_in_english(city, as_role, german):
    client = as_role("project-lead")
    for kind in all_kinds():
        with translation.override("en"):
            address = reverse(f"{kind.name}-create")
        response = client.post(
            address, {"standing": "official", "visibility": "round", "source_date": "gestern"}
        )
        page = read(response)
        assert (response.status_code, page.language) == (400, "en")
        assert [text for text in page.texts if german.fullmatch(text)] == [], kind.name


def test_the_search_for_german_texts_finds_them(city, german):
    page = read(Client().get("/"))
    assert page.language == "de"
    page = Visible()
    page.feed(Client().get("/").content.decode().replace('lang="de"', 'lang="en"'))
    found = {text for text in page.texts if german.fullmatch(text)}
    assert {"Die Handlungsfelder", "Im Konzept suchen", "Zum Inhalt springen", "Beschlüsse"} <= found
    assert len(found) > 20


def test_dates_numbers_and_nouns_are_written_the_british_way(city):
    client = Client()
    start = " ".join(read(client.get("/en/")).texts)
    assert "Adopted on 6 October 2025" in start
    assert "99,684" in " ".join(read(client.get("/en/zahlen/")).texts)
    assert " 28 measures " in f" {' '.join(read(client.get('/en/massnahmen/')).texts)} "
    assert "28 Maßnahmen" in " ".join(client.get("/massnahmen/").content.decode().split())


def test_the_mark_and_a_lost_page_lead_on_in_english(city):
    assert 'class="brand" href="/en/"' in Client().get("/en/").content.decode()
    lost = Client().get("/en/nirgends/").content.decode()
    assert 'href="/en/suche/"><span class="kern-label">Search the concept' in lost
