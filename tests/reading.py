"""Reading a page as a person does: its words without tags, its forms as what would be sent."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


def words(response: Any) -> str:
    """The text of the main part of a page, in reading order, with single spaces."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.area = self.select = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "main":
            self.inside = True
        if not self.inside:
            return
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            if given.get("type") in {"checkbox", "radio"}:
                if "checked" in given:
                    self.values.setdefault(name, []).append(given.get("value", "on"))
            else:
                self.values[name] = given.get("value", "")
        elif tag == "textarea" and name:
            self.area, self.values[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "main":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data.removeprefix("\n") if not self.values[self.area] else data


def form_values(response: Any) -> dict[str, Any]:
    """What the fields of a page hold, ready to be posted back."""
    reader = _Form()
    reader.feed(response.content.decode())
    return reader.values
