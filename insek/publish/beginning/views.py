"""The guide through setting up: an overview that says what is missing, and a page a step. It can be left at any step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import rules
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from insek.concept.models import Concept
from insek.concept.structures import STRUCTURES, FieldIdea
from insek.people.actors import actor_of, require
from insek.people.breadcrumbs import staff_breadcrumb
from insek.people.models import User
from insek.people.requests import posted
from insek.people.views.shared import save
from insek.places.level_words import levels_of
from insek.thread.setting_up import save_part
from insek.web.context import concept_of, concept_or_404

from . import services
from .forms import CityForm, FieldsForm, LawForm, LevelsForm, LinesForm
from .frame import step_page
from .steps import STEPS, StepState


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All steps with how far they are. Where there is no concept yet, the first step comes by itself."""
    actor = actor_of(request)
    require(actor, "concept.begin")
    concept = concept_of(request)
    if concept is None:
        return redirect("beginning-city")
    steps = [
        {"step": step, "state": state, "stand": stand,
         "url": step.url(concept) if rules.test_rule(step.rule, actor) else "",
         "is_for_others": not rules.test_rule(step.rule, actor)}
        for step in STEPS
        for state, stand in [step.stand(concept)]
    ]  # fmt: skip
    missing = sum(entry["state"] == StepState.MISSING for entry in steps)
    context = {
        "steps": steps,
        "missing": missing,
        "done": sum(entry["state"] == StepState.DONE for entry in steps),
        "next": next(
            (entry for entry in steps if entry["state"] == StepState.MISSING and entry["url"]), None
        ),
        "page_title": _("Ihre Stadt einrichten"),
        "page_lead": _(
            "Schritt für Schritt zu einem Rahmen, den Sie füllen können. Sie können jederzeit aufhören und hier weitermachen."
        ),
        "active_nav": "account",
        "breadcrumb": staff_breadcrumb((_("Ihre Stadt einrichten"), "")),
        "noindex": True,
    }
    return render(request, "publish/beginning/overview.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def city(request: HttpRequest) -> HttpResponse:
    """The first step: the city and its concept."""
    actor = actor_of(request)
    require(actor, "concept.begin")
    if concept_of(request) is not None:
        return redirect("beginning")
    form = CityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = request.user
        assert isinstance(user, User)
        made, _nothing = save(form, lambda: services.begin_concept(form.values(), user=user, actor=actor))
        if made is not None:
            messages.success(request, _("Das Konzept ist begonnen. Was jetzt noch fehlt, steht hier."))
            return redirect("beginning")
    return step_page(
        request, form, _("Wie heißt Ihre Stadt?"),
        _("Mit diesen Angaben beginnt das Konzept. Alle lassen sich später ändern."), _("Beginnen"), cancel="start",
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest) -> HttpResponse:
    """Fields of action and themes: a ready structure, own ones, or both."""
    actor = actor_of(request)
    require(actor, "concept.set_up")
    concept = concept_or_404(request)
    form = FieldsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ideas = [*(STRUCTURES[said["structure"]].fields if said["structure"] else ()),
                 *(FieldIdea(line.cells[0], line.cell(1), "", "") for line in said["lines"])]  # fmt: skip
        made, _nothing = save(
            form, lambda: services.add_structure(concept, ideas, said["themes"], actor=actor)
        )
        if made is not None:
            _tell(request, made)
            return redirect("beginning")
    return step_page(
        request, form, _("Welche Handlungsfelder hat Ihr Konzept?"),
        _("Was schon da ist, bleibt; gleiche Namen kommen nicht zweimal. Namen, Farben und Reihenfolge ändern Sie danach unter „Konzept einrichten“."),
        _("Anlegen"), there=[str(each) for each in (*concept.fields.all(), *concept.themes.all())],
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def levels(request: HttpRequest) -> HttpResponse:
    """What levels are called in this city."""
    actor = actor_of(request)
    require(actor, "concept.set_up")
    concept = concept_or_404(request)
    form = LevelsForm(posted(request), concept=concept)
    if request.method == "POST" and form.is_valid():
        made, _nothing = save(form, lambda: services.name_levels(concept, form.words(), actor=actor))
        if made is not None:
            messages.success(request, _("Die Wörter sind gespeichert."))
            return redirect("beginning")
    return step_page(
        request, form, _("Wie heißt es bei Ihnen?"),
        _("Nennen Sie nur, was bei Ihnen anders heißt. Englisch ist freiwillig."), _("Speichern"),
        template="publish/beginning/levels.html",
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def law(request: HttpRequest) -> HttpResponse:
    """Whether bodies of districts are heard, and the reference system."""
    actor = actor_of(request)
    require(actor, "concept.set_up")
    concept = concept_or_404(request)
    initial = {
        "version": concept.version,
        "hearing_norm": concept.hearing_norm,
        "metric_crs": concept.metric_crs,
    }
    form = LawForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {
            "hearing_norm": form.cleaned_data["hearing_norm"],
            "metric_crs": form.cleaned_data["metric_crs"],
        }
        row = Concept.objects.get(pk=concept.pk)
        made, _nothing = save(
            form,
            lambda: save_part(row, values=values, expected_version=form.cleaned_data["version"], actor=actor),
        )
        if made is not None:
            messages.success(request, _("Gespeichert."))
            return redirect("beginning")
    return step_page(
        request, form, _("Was gilt in Ihrem Land?"),
        _("INSEK nimmt nichts an, was nur in einem Land gilt. Was Sie hier eintragen, steht dort, wo es gebraucht wird."), _("Speichern"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def districts(request: HttpRequest) -> HttpResponse:
    """Districts by name, key, level and the one above."""
    concept = concept_or_404(request)
    return _lines(
        request, rule=("thread.create_item", "district"),
        form=lambda data: LinesForm(
            data, label=_("Räume, einer je Zeile"), most_cells=4, heads=("name", "stadtteil", "ortsteil", "ortsbezirk", "stadtbezirk", "raum"),
            help_text=_("Spalten, wie aus Excel eingefügt: Name, Schlüssel, Ebene (%(levels)s), liegt in. Nur der Name ist nötig.") % {"levels": ", ".join(word for _level, word in levels_of(concept)[1:])},
        ),
        act=lambda lines: services.add_districts(concept, lines, actor=actor_of(request)),
        title=_("Welche Stadtteile hat Ihre Stadt?"),
        lead=_("Haben Sie die Flächen als Kartendatei, lesen Sie diese ein: Räume und Flächen kommen dann zusammen, und die Fläche der Stadt entsteht aus ihren Teilen."),
        ways=_reading_in(request, "items.district", maps=True),
        there=lambda: [str(each.item) for each in services.District.objects.of(concept).select_related("item").order_by("item__sort_key")],
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """Units by name, abbreviation and the one above."""
    concept_or_404(request)
    return _lines(
        request, rule=("people.manage", None),
        form=lambda data: LinesForm(
            data, label=_("Einheiten, eine je Zeile"), most_cells=3, heads=("name", "einheit", "referat", "amt", "organisationseinheit"),
            help_text=_("Spalten, wie aus Excel eingefügt: Name, Kürzel oder Nummer, gehört zu. Nur der Name ist nötig."),
        ),
        act=lambda lines: services.add_units(lines, actor=actor_of(request)),
        title=_("Wie ist Ihre Verwaltung gegliedert?"),
        lead=_("Einheiten sind für Maßnahmen zuständig und berichten. Was schon da ist, bleibt."),
        there=lambda: [str(each) for each in services.Unit.objects.all()],
        ways=_reading_in(request, "units"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def bodies(request: HttpRequest) -> HttpResponse:
    """Bodies by name and kind."""
    concept_or_404(request)
    kinds = ", ".join(str(label) for label in services.Body.Kind.labels)
    return _lines(
        request, rule=("people.manage", None),
        form=lambda data: LinesForm(
            data, label=_("Gremien, eines je Zeile"), most_cells=2, heads=("name", "gremium"),
            help_text=_("Spalten: Name, Art (%(kinds)s). Die Art ist nur nötig, wo der Name sie nicht sagt.") % {"kinds": kinds},
        ),
        act=lambda lines: services.add_bodies(lines, actor=actor_of(request)),
        title=_("Wer berät und beschließt?"),
        lead=_("Gremien stehen auf dem Weg jeder Vorlage. Was schon da ist, bleibt."),
        there=lambda: [str(each) for each in services.Body.objects.all()],
        ways=_reading_in(request, "bodies"),
    )  # fmt: skip


def _lines(
    request: HttpRequest, *, rule: tuple[str, Any], form: Callable[[Any], LinesForm], act: Callable[[Any], list[Any]],
    title: str, lead: str, there: Callable[[], list[str]], ways: Sequence[tuple[str, Any]] = (),
) -> HttpResponse:  # fmt: skip
    """A page that takes a small table: all rows or none."""
    require(actor_of(request), *rule)
    filled = form(posted(request))
    if request.method == "POST" and filled.is_valid():
        made, _nothing = save(filled, lambda: act(filled.cleaned_data["lines"]))
        if made is not None:
            _tell(request, len(made))
            return redirect("beginning")
    return step_page(request, filled, title, lead, _("Anlegen"), there=there(), ways=ways)


def _reading_in(request: HttpRequest, target: str, *, maps: bool = False) -> list[tuple[str, Any]]:
    """The way to reading a whole table in, for whoever may."""
    if not rules.test_rule("intake.read_in", actor_of(request)):
        return []
    words = _("Eine Tabelle mit mehr Angaben Schritt für Schritt einlesen")
    if maps:
        words = _("Eine Kartendatei oder eine Tabelle mit mehr Angaben Schritt für Schritt einlesen")
    return [(reverse("intake-begin", args=[target]), words)]


def _tell(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(
            request,
            ngettext("%(count)s Eintrag ist angelegt.", "%(count)s Einträge sind angelegt.", count)
            % {"count": count},
        )
    else:
        messages.info(request, _("Alles davon ist schon da; nichts wurde angelegt."))
