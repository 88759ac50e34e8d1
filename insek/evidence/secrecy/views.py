"""The page of those who may see hidden values: the rule, what the last calculation did, and the values."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insek.items.views.items import item_breadcrumb, visible_item
from insek.people.actors import actor_of, require
from insek.people.requests import posted
from insek.thread.models import Item
from insek.web.csv_tables import csv_answer
from insek.web.number_fields import WholeNumberField

from .models import LEAST, MOST, SmallCounts
from .pages import HEAD, across_words, hidden_cells, hidden_rows, hidden_table, outcome_words
from .settings import set_small_counts


class SmallCountsForm(forms.Form):
    """From which number on counts are shown, and what becomes of smaller ones."""

    rule = forms.ChoiceField(
        choices=[("", gettext_lazy("keine Schwelle")), *SmallCounts.Rule.choices],
        required=False,
        label=gettext_lazy("Kleine Anzahlen"),
        help_text=gettext_lazy(
            "Ablehnen: Die liefernde Stelle hat schon gesperrt, und wer kleine Zahlen einträgt, hat sich vertan. Aufbewahren: INSEK verbirgt sie, und dazu alles, woraus sie sich errechnen ließen."
        ),
    )
    below = WholeNumberField(
        min_value=LEAST,
        max_value=MOST,
        required=False,
        label=gettext_lazy("Schwelle"),
        help_text=gettext_lazy(
            "Anzahlen über 0 und unter dieser Zahl sind klein. 3 schützt Einsen und Zweien."
        ),
    )


def _of_indicator(request: HttpRequest, item_id: str) -> Item:
    item, _pages = visible_item(request, item_id)
    if item.kind != "indicator":
        raise Http404
    require(actor_of(request), "evidence.see_protected")
    item.indicator.item = item
    return item


@login_required
@require_http_methods(["GET", "POST"])
def small_counts(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show the hidden values and the rule, and change it."""
    item = _of_indicator(request, item_id)
    rule = SmallCounts.objects.filter(pk=item.pk).first()
    begin = {"rule": rule.rule, "below": rule.below} if rule else {"below": 3}
    form = SmallCountsForm(posted(request), initial=begin)
    if request.method == "POST" and form.is_valid():
        try:
            set_small_counts(item.indicator, actor=actor_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Gespeichert. Was gezeigt wird, wird jetzt neu berechnet."))
            return redirect("small-counts", item.pk)
    _item, pages = visible_item(request, item_id)
    table = hidden_table(item.indicator)
    context = {
        "item": item,
        "form": form,
        "table": table if table["rows"] else None,
        "outcome": outcome_words(rule),
        "across": across_words(item.indicator),
        "page_title": _("Kleine Zahlen"),
        "page_lead": str(item),
        "active_nav": "indicator",
        "submit_label": _("Speichern"),
        "cancel_url": item.url,
        "breadcrumb": item_breadcrumb(
            request, pages, (item.number or item.title, item.url), (_("Kleine Zahlen"), "")
        ),
        "noindex": True,
    }
    return render(request, "evidence/small_counts.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def small_counts_table(request: HttpRequest, item_id: str) -> HttpResponse:
    """The hidden values as CSV."""
    item = _of_indicator(request, item_id)
    return csv_answer(
        f"{item.pk}-verborgen", list(HEAD), [hidden_cells(row) for row in hidden_rows(item.indicator)]
    )
