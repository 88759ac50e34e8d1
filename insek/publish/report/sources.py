"""The chapter of sources: every address once, under who published it, with what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insek.engines.report import blocks
from insek.engines.report.blocks import Block, Run, run
from insek.engines.text import sort_key
from insek.evidence.models import Observation
from insek.web.display import period_words, shown_source
from insek.web.reports import Chapter, register_chapter

from .reading import Reader

LONGEST = 54
"""Letters of an address that are printed; the link leads to all of it."""
NAMED = 12
"""Items that are named beside a source."""


@dataclass
class CitedSource:
    """One place to look: who published it, where, as of when, and which items rest on it."""

    title: str
    url: str
    days: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


def sources(reader: Reader) -> list[Block]:
    """A table by publisher; each address once."""
    found: dict[tuple[str, str], CitedSource] = {}

    def note(title: str, url: str, day: str, item: str) -> None:
        title = title or urlsplit(url).netloc.removeprefix("www.")
        source = found.setdefault((title, url), CitedSource(title, url))
        source.used.add(item)
        if day:
            source.days.add(day)

    for item in reader.known.values():
        if shown := shown_source(item):
            day = shown.get("source_date_label", "")
            note(shown["source_title"] or shown["document"], shown["source_url"], day, item.pk)
    values = (
        Observation.objects.current()
        .filter(indicator__in=[item.pk for item in reader.items("indicator")])
        .filter(district__in=[row.pk for row in reader.places])
        .order_by()
        .values_list("source_title", "source_url", "source_date", "indicator")
        .distinct()
    )
    for title, url, day, indicator in values:
        if title or url:
            note(title, url, period_words(day), str(indicator))
    if not found:
        return []
    _named_alike(found.values())
    rows: list[list[list[Run]]] = []
    before = ""
    for source in sorted(found.values(), key=lambda each: (sort_key(each.title), each.title, each.url)):
        items = [reader.known[pk] for pk in source.used if pk in reader.known]
        named = sorted(items, key=lambda item: (item.sort_key, item.pk))[:NAMED]
        more = [run(f" {_('und weitere')}")] if len(items) > NAMED else []
        rows.append(
            [
                [run(source.title if source.title != before else "", bold=True)],
                [run(_address(source.url), href=source.url)],
                [run(", ".join(sorted(source.days)) or "–")],
                [*reader.numbers_of(named), *more],
            ]
        )
        before = source.title
    columns = [
        {"label": _("Herausgeber"), "share": 2.2}, {"label": _("Fundstelle"), "share": 4},
        {"label": _("Stand"), "share": 1.4}, {"label": _("Verwendet bei"), "share": 1.8},
    ]  # fmt: skip
    return [blocks.table(columns, rows)]


def _named_alike(found: Iterable[CitedSource]) -> None:
    """A publisher that is given by name and by address is called by its name."""
    names: dict[str, str] = {}
    for source in found:
        host = _host(source.url)
        if host and not source.title.casefold().removeprefix("www.").startswith(host):
            names[host] = min(names.get(host, source.title), source.title, key=lambda name: (len(name), name))
    for source in found:
        host = _host(source.url)
        if source.title.casefold() in {host, f"www.{host}"}:
            source.title = names.get(host, source.title)


def _host(url: str) -> str:
    return urlsplit(url).netloc.casefold().removeprefix("www.")


def _address(url: str) -> str:
    """An address as it is read: without scheme, cut in the middle of a long path."""
    parts = urlsplit(url)
    asked = f"?{parts.query}" if parts.query else ""
    shown = f"{parts.netloc.removeprefix('www.')}{unquote(parts.path).rstrip('/')}{asked}"
    if len(shown) > LONGEST:
        shown = f"{shown[: LONGEST - 18]}…{shown[-16:]}"
    return shown


register_chapter(
    Chapter(
        "quellen",
        gettext_lazy("Quellen"),
        80,
        sources,
        gettext_lazy(
            "Worauf sich Befunde, Zahlen und Beschlüsse stützen, und wofür jede Quelle gebraucht wird."
        ),
    )
)
