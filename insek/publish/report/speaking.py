"""In which language a report says what an item says: in English where somebody wrote it, else German and marked as such."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db.models import CharField, TextField
from django.utils.translation import gettext as _

from insek.engines.report.blocks import German, run
from insek.thread.models import Item
from insek.web.display import page_words


def spoken(item: Item, language: str) -> Item:
    """The item with its words in the language of the report. Costs no query: what was not read stays unread."""
    if language == "de":
        return item
    for name in ("title", "text"):
        if name in item.__dict__:
            english = str(item.__dict__.get(f"{name}_en") or "") if language == "en" else ""
            setattr(item, name, english or German(item.__dict__[name]))
    row = item._state.fields_cache.get(item.kind)
    if row is not None:
        for field in row._meta.concrete_fields:
            said = row.__dict__.get(field.attname)
            if (
                isinstance(field, CharField | TextField)
                and not field.choices
                and isinstance(said, str)
                and said
            ):
                setattr(row, field.attname, German(said))
    return item


def source_runs(shown: dict[str, str]) -> list[dict[str, Any]]:
    """A source as a line: title with its address, document, page, date."""
    host = urlsplit(shown.get("source_url", "")).netloc
    runs = [
        run(_("Quelle: ")),
        run(shown.get("source_title") or host or shown.get("document"), href=shown.get("source_url", "")),
    ]
    rest = []
    if shown.get("document") and shown.get("source_title"):
        rest.append(shown["document"])
    if shown.get("page"):
        rest.append(page_words(shown["page"]))
    if shown.get("source_date_label"):
        rest.append(_("Stand %(date)s") % {"date": shown["source_date_label"]})
    return [*runs, run("".join(f", {part}" for part in rest))]
