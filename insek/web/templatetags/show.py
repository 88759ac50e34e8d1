"""Tags that show small things often: badges, icons, dots and rich text.

Badges and icons are rendered from their components once for each language and kept; a list of 25 cards would otherwise
spend half of its time on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.people.addresses import address_of

from .. import display
from ..display import noun_inside
from ..richtext import plain_text, rich_html

register = template.Library()


@register.simple_tag
def address(name: str, *args: Any) -> str:
    """Where a page is that a room above has (``people.addresses``)."""
    return address_of(name, *args)


@register.filter
def rich(text: str, top: int = 2) -> SafeString:
    """Markdown as HTML whose highest headings are h2, or what ``top`` says."""
    return rich_html(text or "", top)


@register.filter
def plain(text: str, length: int = 180) -> str:
    """The beginning of a Markdown text without its signs."""
    return plain_text(text or "", length)


@register.filter
def breakable(value: Any) -> Any:
    """A name that may break behind its slashes, as in Erzhütten/Wiesenthalerhof; whatever else as it is."""
    if not isinstance(value, str) or "/" not in value or "<" in value:
        return value
    return mark_safe(str(conditional_escape(value)).replace("/", "/<wbr>"))  # noqa: S308  (escaped just before)


@register.filter
def page_words(page: str) -> str:
    """Where it stands in a document, in words."""
    return display.page_words(page)


@register.filter
def inside(name: str) -> str:
    """The name of a kind inside a sentence of the page's language."""
    return noun_inside(name)


@register.filter
def kind_icon(kind: str) -> str:
    """The name of the sign of a kind of item."""
    return f"kind-{kind}"


@lru_cache(maxsize=256)
def _component(name: str, language: str, *values: tuple[str, Any]) -> SafeString:
    return SafeString(render_to_string(f"web/components/{name}.html", dict(values)).strip())


@lru_cache(maxsize=64)
def _kept(name: str, language: str) -> SafeString:
    return SafeString(render_to_string(name))


@register.simple_tag
def kept(name: str) -> SafeString:
    """A template that shows nothing of the page: rendered once for each language."""
    return _kept(name, get_language() or "de")


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    """The main menu, rendered once for each page it leads to and each name that it shows."""
    entries = tuple(
        (*_link(entry), tuple(_link(link) for link in entry["links"]))
        for entry in context.get("main_nav") or ()
    )
    if not entries:
        return SafeString("")
    request = context.get("request")
    path = request.path if request else ""
    leads = {url for *_words, url, links in entries for url in (url, *(link[2] for link in links))}
    active = context.get("active_nav") or ""
    return _navigation(entries, active, path if path in leads else "", get_language() or "de")


def _link(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["key"], entry["label"], entry["url"]


@lru_cache(maxsize=256)
def _navigation(entries: tuple[tuple[Any, ...], ...], active: str, path: str, language: str) -> SafeString:
    def shown(key: str, label: str, url: str) -> dict[str, Any]:
        return {"key": key, "label": label, "url": url}

    menu = [
        {**shown(*entry[:3]), "links": [shown(*link) for link in entry[3]],
         "holds": {link[0] for link in entry[3]} or {entry[0]}}
        for entry in entries
    ]  # fmt: skip
    found = {"entries": menu, "active_nav": active, "path": path}
    return SafeString(render_to_string("web/_navigation.html", found))


@register.simple_tag(takes_context=True)
def foot(context: Context) -> SafeString:
    """The foot of the page, rendered once for each name of the city."""
    links = tuple((link["label"], link["url"]) for link in context.get("footer_links") or ())
    return _foot(str(context.get("city") or ""), links, get_language() or "de")


@lru_cache(maxsize=64)
def _foot(city: str, links: tuple[tuple[str, str], ...], language: str) -> SafeString:
    shown = [{"label": label, "url": url} for label, url in links]
    return SafeString(render_to_string("web/_footer.html", {"city": city, "footer_links": shown}))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign beside a word."""
    return _component("icon", "", ("name", name))


@register.simple_tag
def badges(item: Any, large: bool = False) -> SafeString:
    """How far one may rely on an item, and who may see it."""
    if isinstance(item, dict):
        standing, visibility = item["standing"], item["visibility"]
    else:
        standing, visibility = item.standing, item.visibility
    return _badges(standing, visibility, bool(large), get_language() or "de")


@register.simple_tag
def signs(item: Any) -> SafeString:
    """The same in a row of a list, where to have a source is normal: only what is an example, official, worked on or not public."""
    standing, visibility = item.standing, item.visibility
    return _badges("" if standing == "fact" else standing, visibility, False, get_language() or "de")


@lru_cache(maxsize=256)
def _badges(standing: str, visibility: str, large: bool, language: str) -> SafeString:
    item = {"standing": standing, "visibility": visibility}
    pieces = [
        render_to_string(f"web/components/{name}.html", {"item": item, "large": large}).strip()
        for name in ("badge_standing", "badge_visibility")
    ]
    return SafeString("".join(pieces))


@register.simple_tag
def examples(share: str) -> SafeString:
    """How many of a number are examples (``display.example_share``): the sign alone where all are, with the words for whoever
    listens or points and on paper; else the words."""
    if not share:
        return SafeString("")
    if share not in {_("Beispiel"), _("alle Beispiel")}:
        return format_html('<span class="quiet">({})</span>', share)
    return format_html(
        '<span class="badge badge--example" title="{0}">{1}<span class="badge__word">{0}</span></span>',
        share,
        icon("example"),
    )


@register.simple_tag
def options(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """The options of a select: a filter bar has hundreds, and a template takes its time for each."""
    made = (
        f'<option value="{escape(str(choice["value"]))}"{" selected" if choice["selected"] else ""}>'
        f"{escape(str(choice['label']))}</option>"
        for choice in choices
    )
    return SafeString("".join(made))


@register.simple_tag
def dots(fields: list[Any]) -> SafeString:
    """The fields of an item as dots; their names for screen readers and on hover."""
    if not fields:
        return SafeString("")
    return _dots(tuple((field.colour, field.name) for field in fields), get_language() or "de")


@lru_cache(maxsize=1024)
def _dots(fields: tuple[tuple[str, str], ...], language: str) -> SafeString:
    inner = format_html_join(
        "",
        '<li title="{1}"><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false"><circle cx="6" cy="6" r="6"'
        ' fill="{0}"/></svg><span class="visually-hidden">{1}</span></li>',
        fields,
    )
    return format_html('<ul class="dots" role="list" aria-label="{}">{}</ul>', _("Handlungsfelder"), inner)


@register.simple_tag
def field_marks(fields: Iterable[Any] | None) -> SafeString:
    """The signs of an item's fields of action, small; their names for screen readers and on hover."""
    if not fields:
        return SafeString("")
    return _field_marks(
        tuple((field.colour, field.icon, field.name) for field in fields), get_language() or "de"
    )


@lru_cache(maxsize=1024)
def _field_marks(fields: tuple[tuple[str, str, str], ...], language: str) -> SafeString:
    signs = static("insek/icons.svg")
    inner = format_html_join(
        "",
        '<li title="{2}"><svg class="field-mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><rect width="48" height="48"'
        ' rx="12" fill="{0}"/><use href="{3}#{1}" x="9" y="9" width="30" height="30"/></svg><span class="visually-hidden">{2}</span></li>',
        ((colour, icon or "thread", name, signs) for colour, icon, name in fields),
    )
    return format_html(
        '<ul class="field-marks" role="list" aria-label="{}">{}</ul>', _("Handlungsfelder"), inner
    )
