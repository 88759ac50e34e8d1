"""The forms of a measure's steps, reports and state, and of a goal's targets: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from insek.items.pages import ItemPages
from insek.items.views.items import item_breadcrumb, visible_item
from insek.items.views.revising import can_revise
from insek.items.views.saving import answer_saved
from insek.people.actors import Actor, actor_of, require
from insek.people.locking import Conflict
from insek.people.requests import posted
from insek.release.revising import revised_values
from insek.release.row_proposals import waits, waits_for
from insek.thread.models import Item

from . import services
from .forms import OverrideForm, RemoveForm, ReportForm, TakeBackForm, TargetForm, TaskForm
from .models import MeasureTask, StatusOverride, StatusReport, Target
from .rows import override_words, target_words


def _item(request: HttpRequest, item_id: str, kind: str, permission: str) -> tuple[Item, ItemPages, Actor]:
    """The item behind the gate, for whoever may do this with it. Raises Http404, PermissionDenied."""
    item, pages = visible_item(request, item_id)
    if item.kind != kind:
        raise Http404
    actor = actor_of(request)
    require(actor, permission, item)
    pages.spec.row(item).item = item
    return item, pages, actor


def _answer(
    request: HttpRequest,
    item: Item,
    pages: ItemPages,
    form: Any,
    act: Callable[[Any], object],
    *,
    does: str,
    title: str,
    submit: str,
    done: str,
    **more: Any,
) -> HttpResponse:
    """One form, one act of the name ``does``: back to the item when it is done, the form with what was typed when it is refused."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                saved = act(form)
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as error:
                status = 409
                form.add_error(None, _outdated(error))
            else:
                return answer_saved(request, saved, done=done, to=f"{item.url}#umsetzung")
    context = {
        "form": form,
        "item": item,
        "page_title": title,
        "page_lead": str(item),
        "active_nav": item.kind,
        "submit_label": submit,
        "cancel_url": f"{item.url}#umsetzung",
        "waits_for_release": waits_for(item, does, actor_of(request)),
        "breadcrumb": item_breadcrumb(request, pages, (item.number or item.title, item.url), (title, "")),
        "noindex": True,
        **more,
    }
    return render(request, "items/row_form.html", context, status=status)


def _outdated(error: Conflict) -> str:
    if error.current is None:
        return _("Jemand anderes war schneller: Was Sie ändern wollten, gibt es nicht mehr.")
    return _(
        "Jemand anderes war schneller. Jetzt steht dort: „%(now)s“. Ihre Eingaben sind noch im Formular; laden Sie die "
        "Seite neu, um vom neuen Stand aus weiterzuarbeiten."
    ) % {"now": error.current}


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("status_report_add")
def report_create(request: HttpRequest, item_id: str) -> HttpResponse:
    """Report on a measure."""
    item, pages, actor = _item(request, item_id, "measure", "steering.report")
    form = ReportForm(posted(request), item=item, waits=waits(item, actor))
    form.initial = {**form.initial, **revised_values(StatusReport, "status_report_add", item)}
    return _answer(
        request, item, pages, form,
        lambda form: services.report_status(item.measure, form.cleaned_data, actor=actor),
        does="status_report_add", title=_("Bericht geben"), submit=_("Bericht abgeben"), done=_("Der Bericht ist abgegeben."),
        intro=_("Ein Bericht im Jahr genügt, öfter ist willkommen. Ein abgegebener Bericht bleibt stehen; wer etwas berichtigen will, berichtet neu."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("measure_task_add")
def task_create(request: HttpRequest, item_id: str) -> HttpResponse:
    """Plan a step."""
    item, pages, actor = _item(request, item_id, "measure", "steering.plan_steps")
    form = TaskForm(posted(request), initial={"unit": item.measure.responsible_id, "position": None})
    form.initial["position"] = None
    form.initial = {**form.initial, **revised_values(MeasureTask, "measure_task_add", item)}
    return _answer(
        request, item, pages, form,
        lambda form: services.add_task(item.measure, _values(form), actor=actor),
        does="measure_task_add", title=_("Schritt anlegen"), submit=_("Schritt anlegen"), done=_("Der Schritt ist angelegt."),
    )  # fmt: skip


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _task(item: Item, key: str) -> MeasureTask:
    task = get_object_or_404(MeasureTask.objects.select_related("unit"), measure=item.pk, key=key)
    task.measure = item.measure
    return task


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("measure_task_change")
def task_edit(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Change a step, or say that it is done."""
    item, pages, actor = _item(request, item_id, "measure", "steering.plan_steps")
    task = _task(item, key)
    form = TaskForm(posted(request), instance=task)
    form.initial = {**form.initial, **revised_values(MeasureTask, "measure_task_change", item)}
    return _answer(
        request, item, pages, form,
        lambda form: services.change_task(
            _task(item, key), _values(form), expected_version=form.cleaned_data["version"], actor=actor
        ),
        does="measure_task_change", title=_("Schritt ändern"), submit=_("Speichern"), done=_("Der Schritt ist gespeichert."),
        remove_url=reverse("task-delete", args=[item.pk, key]), remove_label=_("Schritt löschen"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def task_delete(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Take a step out of the plan."""
    item, pages, actor = _item(request, item_id, "measure", "steering.plan_steps")
    task = _task(item, key)
    return _answer(
        request, item, pages, RemoveForm(posted(request), initial={"version": task.version}),
        lambda form: services.remove_task(task, expected_version=form.cleaned_data["version"], actor=actor),
        does="measure_task_remove", title=_("Schritt löschen"), submit=_("Schritt löschen"), done=_("Der Schritt ist gelöscht."), danger=True,
        intro=_("Gelöscht wird: „%(task)s“. Im Verlauf der Maßnahme bleibt er nachlesbar.") % {"task": task},
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def status_override(request: HttpRequest, item_id: str) -> HttpResponse:
    """Set the state by hand."""
    item, pages, actor = _item(request, item_id, "measure", "steering.override_status")
    current = StatusOverride.objects.filter(measure=item.pk, taken_back_on=None).first()
    return _answer(
        request, item, pages, OverrideForm(posted(request), initial={"expected": current.key if current else ""}),
        lambda form: services.override_status(item.measure, **form.cleaned_data, actor=actor),
        does="status_override_add", title=_("Stand von Hand setzen"), submit=_("Stand setzen"), done=_("Der Stand ist gesetzt."),
        intro=_("Der Stand folgt sonst aus Berichten und Schritten. Was Sie hier setzen, gilt, bis es jemand zurücknimmt."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def status_take_back(request: HttpRequest, item_id: str) -> HttpResponse:
    """Let the rules decide again."""
    item, pages, actor = _item(request, item_id, "measure", "steering.override_status")
    current = StatusOverride.objects.filter(measure=item.pk, taken_back_on=None).first()
    if current is None and request.method == "GET":
        raise Http404
    return _answer(
        request, item, pages, TakeBackForm(posted(request), initial={"expected": current.key if current else ""}),
        lambda form: services.take_back_override(item.measure, expected=form.cleaned_data["expected"], actor=actor),
        does="status_override_change", title=_("Stand zurücknehmen"), submit=_("Zurücknehmen"),
        done=_("Der Stand folgt wieder aus Berichten und Schritten."),
        intro=_("Von Hand gesetzt ist: „%(state)s“. Danach entscheiden wieder Berichte und Schritte.")
        % {"state": override_words(current) if current else ""},
    )  # fmt: skip


def _goal_target(item: Item, key: str) -> Target:
    target = get_object_or_404(Target.objects.select_related("indicator__item"), goal=item.pk, key=key)
    target.goal = item.goal
    return target


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("target_add")
def target_create(request: HttpRequest, item_id: str) -> HttpResponse:
    """Set a target of a goal."""
    item, pages, actor = _item(request, item_id, "goal", "steering.set_target")
    initial = {"year": item.goal.horizon_year, "standing": "example" if item.is_example else "working"}
    form = TargetForm(posted(request), goal=item.goal, initial=initial, instance=Target(goal=item.goal))
    form.initial = {**form.initial, **initial, **revised_values(Target, "target_add", item)}
    return _answer(
        request, item, pages, form,
        lambda form: services.set_target(item.goal, _values(form), actor=actor),
        does="target_add", title=_("Zielwert setzen"), submit=_("Zielwert setzen"), done=_("Der Zielwert ist gesetzt."),
        intro=_("Zur Wahl stehen die Indikatoren, an denen das Ziel gemessen wird. Der Wert gilt für die ganze Stadt."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
@can_revise("target_change")
def target_edit(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Change a target."""
    item, pages, actor = _item(request, item_id, "goal", "steering.set_target")
    form = TargetForm(posted(request), goal=item.goal, instance=_goal_target(item, key))
    form.initial = {**form.initial, **revised_values(Target, "target_change", item)}
    return _answer(
        request, item, pages, form,
        lambda form: services.change_target(
            _goal_target(item, key), _values(form), expected_version=form.cleaned_data["version"], actor=actor
        ),
        does="target_change", title=_("Zielwert ändern"), submit=_("Speichern"), done=_("Der Zielwert ist gespeichert."),
        remove_url=reverse("target-delete", args=[item.pk, key]), remove_label=_("Zielwert löschen"),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def target_delete(request: HttpRequest, item_id: str, key: str) -> HttpResponse:
    """Take a target away."""
    item, pages, actor = _item(request, item_id, "goal", "steering.set_target")
    target = _goal_target(item, key)
    return _answer(
        request, item, pages, RemoveForm(posted(request), initial={"version": target.version}),
        lambda form: services.remove_target(target, expected_version=form.cleaned_data["version"], actor=actor),
        does="target_remove", title=_("Zielwert löschen"), submit=_("Zielwert löschen"), done=_("Der Zielwert ist gelöscht."), danger=True,
        intro=_("Gelöscht wird: „%(target)s“. Im Verlauf des Ziels bleibt er nachlesbar.")
        % {"target": target_words(target)},
    )  # fmt: skip
