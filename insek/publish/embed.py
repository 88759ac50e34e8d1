"""A goal, an indicator or a place as a small page that the city's other sites may frame; off until origins are named.

What is framed is what any visitor sees, whoever is signed in: browsers send no sign-in into a foreign frame, and nothing here
asks for one. There is no script in it, and every picture has its sentence and its way to the whole page.
"""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from insek.concept.asker import Asker
from insek.concept.queries import current_concept
from insek.evidence import queries as evidence
from insek.evidence.pages import figure
from insek.items.pages import add_to_detail, additions, pages_of
from insek.people.actors import ANONYMOUS
from insek.places.models import District
from insek.places.still import Still, still_picture
from insek.steering.how_far import drawn_series
from insek.thread.models import Item
from insek.web.display import shown_source

KINDS = ("goal", "indicator", "measure", "feature")
"""Kinds of which something can be framed."""
HEIGHT = 520
"""Pixels that the frame is given in the code that is offered; whoever pastes it may change them."""


def offered(asker: Asker, item: Item) -> dict[str, Any]:
    """The code to paste, at the foot of the page of an item; nothing where no origin may frame it. No query."""
    if not settings.INSEK_EMBED_ORIGINS or item.visibility != "public":
        return {}
    address = f"{settings.INSEK_ORIGIN}{reverse('embed', args=[item.pk])}"
    return {"embed": {"address": address, "height": HEIGHT}, "closing_sections": ["publish/_embed.html"]}


@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """The small page. 404 where nothing may be framed, and for what is not public."""
    if not settings.INSEK_EMBED_ORIGINS:
        raise Http404
    framed = csp_replace({"frame-ancestors": settings.INSEK_EMBED_ORIGINS})(
        lambda asking: _embed(asking, item_id)
    )
    return framed(request)


def _embed(request: HttpRequest, item_id: str) -> HttpResponse:
    concept = current_concept()
    visible = Item.objects.visible_to(ANONYMOUS).filter(concept=concept, kind__in=KINDS)
    kind = get_object_or_404(visible.only("pk", "kind"), pk=item_id).kind
    item = get_object_or_404(pages_of(kind).select_for_detail(visible), pk=item_id)
    asker = Asker(ANONYMOUS, concept=concept, language=(get_language() or "de")[:2])
    context = {
        "item": item,
        "page_url": request.build_absolute_uri(item.url),
        "source": shown_source(item),
        **_shown(asker, item),
    }
    return render(request, "publish/embed.html", context)


def _shown(asker: Asker, item: Item) -> dict[str, Any]:
    """The picture of an item: its targets, its course, or where it lies; else its words stand alone."""
    if item.kind == "goal":
        added = additions(asker, item)
        return {"charts": [{**chart, "edit_url": "", "table": None} for chart in added.get("charts", ())]}
    if item.kind == "indicator":
        return _course(asker, item)
    location = getattr(item, "location", None)
    if location is None:
        return {}
    sign = {"colour": "#a4572b", "name": item.title}
    still = Still(signs=[(location.geometry, sign)], is_cropped=True)
    return {"picture": still_picture(asker, still)}


def _course(asker: Asker, item: Item) -> dict[str, Any]:
    """The latest figure of an indicator for the whole city, and its course as a drawing from four values on."""
    indicator = item.indicator
    indicator.item = item
    series = evidence.series_of(indicator, asker.actor)
    city = next((each for each in series if each.district.level == District.Level.CITY), None)
    if city is None or not city.points:
        return {}
    breaks = list(indicator.breaks.all())
    values = [evidence.CityValue(point.period, point.known, point.standard_error) for point in city.points]
    drawn = drawn_series(
        values, [entry.period for entry in breaks], indicator.decimals, unit=indicator.unit_text
    )
    return {
        "figure": figure(city.points, breaks, label=city.district.item.title),
        "charts": [{"id": "verlauf", "title": item.title, "drawn": drawn}] if drawn else [],
    }


for _kind in KINDS:
    add_to_detail(_kind, offered)
