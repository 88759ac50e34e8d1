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
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insek.people.addresses import address_of

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


@lru_cache(maxsize=256)
def _badges(standing: str, visibility: str, large: bool, language: str) -> SafeString:
    item = {"standing": standing, "visibility": visibility}
    pieces = [
        render_to_string(f"web/components/{name}.html", {"item": item, "large": large}).strip()
        for name in ("badge_standing", "badge_visibility")
    ]
    return SafeString("".join(pieces))


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
