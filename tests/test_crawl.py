"""Every way through the site leads somewhere: the whole city is walked as a visitor would, and as the project lead."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from insek.people.models import User
from insek.thread.models import Item
from tests.demo_city import loaded_demo

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HOST = "http://testserver"
PER_NAME = 2
"""Pages of one kind that are opened for each name of an address and each set of questions in it."""
PER_ADDRESS = 4
"""The same for each name of an address, whatever is asked of it."""
PARTS_OF_A_PAGE = {"/suche/vorschlaege/", "/en/suche/vorschlaege/"}
"""What a page fetches into itself: no title, no heading."""
GOOD = {200, 301, 302}
NOT_FOLLOWED = {"logout"}
SPEAKS_OF_KEYS = {"/api/", "/en/api/"}
"""The page for programmers names keys and values as they are."""
HEAVY = {
    "item-pdf": 1, "report-file": 1, "edition-package": 1,
    "concept-full": 1, "concept-short": 1, "edition-full": 1, "edition-short": 1,
}  # fmt: skip
VOID = {"script", "style", "code", "pre", "textarea", "template"}
RAW = (
    (re.compile(r"\{[{%#]|[%#}]\}"), "a piece of a template"),
    (re.compile(r"%\(\w+\)[sd]"), "a gap in a text"),
    (re.compile(r"<\w+ object|<QuerySet|__proxy__|\bdatetime\.|Decimal\("), "the name of an object"),
    (re.compile(r"(?<![\w./?=&@-])[a-z]+(?:_[a-z]+)+(?![\w.=-])"), "a raw key"),
    (re.compile(r"(?<!\w)(?:None|undefined|NaN)(?!\w)"), "an empty value"),
)


class Page(HTMLParser):
    """What of a page matters here: where it leads, its ids and what points to them, title, heading and words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.ids: list[str] = []
        self.pointed: list[tuple[str, str]] = []
        self.title = self.heading = ""
        self.words: list[str] = []
        self.asked: list[str] = []
        self._open: list[str] = []
        self._form: dict[str, Any] | None = None
        self._select: dict[str, Any] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in VOID | {"title", "h1"}:
            self._open.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("href", "src", "hx-get", "data-src"):
            if values.get(name) and not (tag == "form" and name == "hx-get"):
                self.links.append(values[name])
        for name in (
            "for",
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
            "list",
            "headers",
            "form",
        ):
            self.pointed += [(name, target) for target in values.get(name, "").split()]
        self._controls(tag, values)

    def _controls(self, tag: str, values: dict[str, str]) -> None:
        if tag == "form" and values.get("method", "get").lower() == "get":
            self._form = {"action": values.get("action", ""), "fields": {}, "choices": {}}
        form = self._form
        if form is None or "name" not in values:
            if form is not None and tag == "option" and self._select is not None:
                self._select["options"].append(values.get("value", ""))
                if "selected" in values:
                    self._select["value"] = values.get("value", "")
            return
        if tag == "input" and (
            values.get("type") not in {"checkbox", "radio", "submit"} or "checked" in values
        ):
            form["fields"][values["name"]] = values.get("value", "")
        if tag == "select":
            self._select = {"name": values["name"], "options": [], "value": ""}

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag == "select" and self._select is not None and self._form is not None:
            found, self._select = self._select, None
            self._form["fields"][found["name"]] = found["value"]
            self._form["choices"][found["name"]] = [option for option in found["options"] if option]
        if tag == "form" and self._form is not None:
            form, self._form = self._form, None
            asked = [form["fields"]]
            asked += [
                form["fields"] | {name: options[-1]} for name, options in form["choices"].items() if options
            ]
            address, mark, part = form["action"].partition("#")
            self.asked += [f"{address}?{urlencode(fields)}{mark}{part}" for fields in asked]

    def handle_data(self, data: str) -> None:
        within = self._open[-1] if self._open else ""
        if within == "script" and data.lstrip().startswith(("{", "[")):
            self.links += [
                address
                for address in _strings(json.loads(data))
                if re.match(r"/[a-z]", address) and "ITEM" not in address
            ]
        if within == "title":
            self.title += data
        elif within == "h1":
            self.heading += data
        if within not in VOID and data.strip():
            self.words.append(data)


@cache
def static_ids(path: str) -> frozenset[str]:
    """The ids in a static file."""
    text = (settings.STATIC_ROOT / path).read_text(encoding="utf-8")
    return frozenset(re.findall(r'\bid="([^"]+)"', text))


class Crawl:
    """Follows links of one client, breadth first, and notes what is wrong."""

    def __init__(self, client: Client, *starts: str, signed_in: bool = False) -> None:
        self.client = client
        self.signed_in = signed_in
        self.queue: deque[tuple[str, str]] = deque((start, "") for start in starts)
        self.seen: set[str] = set(starts)
        self.opened: Counter[Any] = Counter()
        self.names: set[str] = set()
        self.problems: list[str] = []
        self.ids: dict[str, set[str]] = {}
        self.fragments: dict[tuple[str, str], str] = {}
        self.kinds = dict(Item.objects.values_list("pk", "kind"))

    def walk(self) -> Crawl:
        """Until there is nothing new."""
        while self.queue:
            self.open(*self.queue.popleft())
        for (target, fragment), source in self.fragments.items():
            if target in self.ids and fragment not in self.ids[target]:
                self.problems.append(f"{source}: #{fragment} is not on {target}")
        return self

    def open(self, address: str, source: str) -> None:
        """One answer: its status, and what it says when it is a page."""
        try:
            response = self.client.get(address)
        except Exception as error:  # the walk goes on and tells all at its end
            self.problems.append(f"{address} (from {source}): {error!r}")
            return
        content = b"".join(response) if response.streaming else response.content
        if response.status_code not in GOOD:
            self.problems.append(f"{address} (from {source}): {response.status_code}")
            return
        if response.status_code != 200:
            target = response["Location"]
            if not self.signed_in and "/anmelden/" in target and "/anmelden/" not in address:
                self.problems.append(f"{address} (from {source}): asks to sign in")
            self.follow(target, address)
            return
        kind = response.get("Content-Type", "").split(";")[0]
        if kind == "text/html":
            self.read(address, content.decode())
        elif kind.endswith("json"):
            self.follow_all(address, _strings(json.loads(content)))
        elif kind.endswith("xml"):
            self.follow_all(address, re.findall(r'href="([^"]+)"', content.decode()))

    def read(self, address: str, text: str) -> None:
        """A page of ours."""
        if address.split("?")[0] in PARTS_OF_A_PAGE:
            assert "<html" not in text, address
            return
        page = Page(text)
        self.ids[address] = set(page.ids)
        if not page.title.strip() or not page.heading.strip():
            self.problems.append(f"{address}: no title or no heading")
        for name, count in Counter(page.ids).items():
            if count > 1:
                self.problems.append(f"{address}: id {name} stands {count} times")
        for attribute, target in page.pointed:
            if target not in self.ids[address]:
                self.problems.append(f"{address}: {attribute} points to {target}, which is not there")
        for words in page.words if address not in SPEAKS_OF_KEYS else ():
            for pattern, what in RAW:
                if found := pattern.search(words):
                    self.problems.append(f"{address}: {what}: {found[0]!r} in {words.strip()[:80]!r}")
        self.follow_all(address, page.links)
        if "?" not in address:  # a form of an answer would ask for every mixture of filters
            self.follow_all(address, page.asked)

    def follow_all(self, source: str, links: Any) -> None:
        for link in links:
            self.follow(link, source)

    def follow(self, link: str, source: str) -> None:
        """Note a link for later, unless enough of its kind were opened."""
        parts = urlsplit(urljoin(HOST + source, link))
        if f"{parts.scheme}://{parts.netloc}" != HOST:
            return
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.path.startswith(settings.STATIC_URL):
            self.look_up_static(parts.path.removeprefix(settings.STATIC_URL), parts.fragment, source)
            return
        if parts.fragment:
            self.fragments.setdefault((address, unquote(parts.fragment)), source)
        if address in self.seen:
            return
        self.seen.add(address)
        language = "en" if parts.path.startswith("/en/") else "de"
        try:
            with translation.override(language):
                match = resolve(unquote(parts.path))
        except Resolver404:
            self.problems.append(f"{source}: leads to {address}, which is nowhere")
            return
        name = match.url_name or ""
        if name in NOT_FOLLOWED or (name in HEAVY and self.opened[name] >= HEAVY[name]):
            return
        values = {key: value for key, value in match.kwargs.items() if key not in {"z", "x", "y", "token"}}
        item_kind = self.kinds.get(str(values.get("item_id", "")), "")
        asked = tuple(sorted(key for key, value in parse_qsl(parts.query) if value))
        key, whole = (language, name, item_kind, asked), (language, name, item_kind)
        few = language == "en" or self.signed_in
        if self.opened[key] >= (1 if few else PER_NAME) or (language == "en" and (asked or self.signed_in)):
            return
        if self.opened[whole] >= PER_ADDRESS:
            return
        self.opened.update([name, key, whole])
        self.names.add(name)
        self.queue.append((address, source))

    def look_up_static(self, path: str, fragment: str, source: str) -> None:
        """Static files are served before Django; here they must exist."""
        if not (settings.STATIC_ROOT / path).is_file():
            self.problems.append(f"{source}: {path} is not among the static files")
        elif fragment and fragment not in static_ids(path):
            self.problems.append(f"{source}: there is no sign {fragment} in {path}")


def _strings(value: Any) -> Iterator[str]:
    """All addresses in JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, str) and value.startswith(("/", HOST)) and not re.search(r"[{}\s]", value):
        yield value


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Kaiserslautern with the demo logins, loaded once for all walks and taken back afterwards."""
    with django_db_blocker.unblock(), loaded_demo():
        yield


def test_every_way_of_a_visitor_leads_somewhere(city):
    walk = Crawl(Client(), "/", "/en/").walk()
    assert not walk.problems, "\n".join(walk.problems)
    for name in (
        "item",
        "goal-list",
        "goal-table",
        "search",
        "feed",
        "city-map",
        "stops",
        "plan-overview",
        "edition",
    ):
        assert name in walk.names, f"a visitor does not come to {name}"


def test_every_way_of_the_project_lead_leads_somewhere(city):
    client = Client()
    client.force_login(
        User.objects.get(username="leitung"), backend="django.contrib.auth.backends.ModelBackend"
    )
    walk = Crawl(client, "/mein-bereich/", signed_in=True).walk()
    assert not walk.problems, "\n".join(walk.problems)
    for name in (
        "goal-create",
        "item-edit",
        "item-history",
        "gap-list",
        "round-list",
        "setup",
        "intake-begin",
    ):
        assert name in walk.names, f"the project lead does not come to {name}"


@pytest.mark.django_db
def test_a_walk_notices_what_is_wrong():
    broken = (
        '<title></title><h1>Da</h1><p id="a">not_found_key</p><p id="a">None</p><a href="/nirgends/">x</a>'
        '<label for="fehlt">y</label><a href="#weg">z</a><p>{{ leer }} %(name)s</p>'
        f'<img src="{settings.STATIC_URL}insek/fehlt.svg"><a href="https://example.org/nirgends/">fremd</a>'
    )
    walk = Crawl(Client())
    walk.seen.add("/")  # this page shall be read, not the real one
    walk.read("/", broken)
    walk.walk()
    told = "\n".join(walk.problems)
    for part in (
        "no title", "id a stands 2 times", "for points to fehlt", "not_found_key", "'None'", "/nirgends/, which is nowhere",
        "#weg is not on /", "piece of a template", "gap in a text", "insek/fehlt.svg",
    ):  # fmt: skip
        assert part in told, told
    assert "example.org" not in told
