"""What the pages of a reading show, and what their forms say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from insek.engines.tables.book import Sheet, cell_shown, column_letter
from insek.engines.tables.finding import Corrections, FoundTable
from insek.engines.text import shortened
from insek.people.actors import Actor
from insek.web.paging import BadCursor, keyset_page, pager
from insek.web.words_of_engines import say

from . import readings as service
from .items_rows import AS_FOR_ALL, CHOICES, STAYS, questions_for_all
from .models import Batch, BatchEntry
from .new_own_fields import is_new, make_fields, new_fields_offered, problems_of
from .targets import KEPT, LEFT, Reading, target_named

Result = BatchEntry.Result
FIRST_ROWS, LAST_ROWS, MOST_COLUMNS, CELL = 16, 6, 14, 60
ENTRIES, LEFT_OUT = 50, 100
ROW_ACTS = ("kopf", "erste", "letzte", "weg")


# ---- where the table is


def table_page(batch: Batch) -> dict[str, Any]:
    """The first and last rows of a sheet as a picture, each with what it is taken for."""
    book = service.book_of(batch)
    found = service.tables_of(batch, book)
    chosen = batch.task.get("sheet", "")
    table = next((each for each in found if each.sheet == chosen), None)
    sheet = next((each for each in book.sheets if each.name == chosen), book.sheets[0])
    by_name = {name: each for each in found for name in (each.sheets or (each.sheet,))}
    return {
        "sheets": [
            {
                "name": each.name,
                "chosen": each.name == sheet.name,
                "rows": len(by_name[each.name].rows) if each.name in by_name else 0,
                "hidden": each.hidden,
            }
            for each in book.sheets
        ],
        "table": table,
        "rows": _picture(sheet, table),
        "letters": [column_letter(index) for index in range(min(sheet.width, MOST_COLUMNS))],
        "more_columns": max(0, sheet.width - MOST_COLUMNS),
        "notes": [say(note) for note in [*book.notes, *(table.notes if table else ())]],
        "questions": asked_questions(table.questions if table else (), batch),
        "problems": [
            {"row": problem.row, "column": problem.column, "text": say(problem.note)}
            for problem in (table.problems if table else ())[:50]
        ],
        "joined": table.sheets if table and len(table.sheets) > 1 else (),
    }


def _picture(sheet: Sheet, table: FoundTable | None) -> list[dict[str, Any]]:
    last = len(sheet.rows)
    numbers = list(range(min(last, FIRST_ROWS)))
    if table is not None and table.head_rows and max(table.head_rows) > FIRST_ROWS - 3:
        numbers = list(range(min(last, max(table.head_rows) + 5)))
    tail = [row for row in range(max(0, last - LAST_ROWS), last) if row not in numbers]
    heads = set(table.head_rows) if table else set()
    out = {each.row: each.note for each in table.left_out} if table else {}
    rows: list[dict[str, Any]] = []
    for row in [*numbers, *([-1] if tail and tail[0] > numbers[-1] + 1 else []), *tail]:
        if row < 0:
            rows.append({"gap": True})
            continue
        number = sheet.row_number(row)
        is_head = number in heads
        why = say(out[number]) if number in out else ""
        is_data = bool(table) and not why and not is_head and table.first_row <= number <= table.last_row  # type: ignore[union-attr]  # asked before
        what = why or ("" if is_data else _("nicht gelesen"))
        if is_head:
            what = _("Kopf")
        rows.append(
            {
                "number": number,
                "is_head": is_head,
                "is_data": is_data,
                "what": what,
                "cells": [
                    shortened(" ".join(cell_shown(value).split()), CELL)
                    for value in sheet.rows[row][:MOST_COLUMNS]
                ],
            }
        )
    return rows


def asked_questions(open_ones: Any, batch: Batch) -> list[dict[str, Any]]:
    """Questions of the engine as a page shows them."""
    decided = batch.task.get("decisions", {})
    return [
        {
            "key": question.key,
            "text": say(question.note),
            "choices": [
                {
                    "key": key,
                    "label": say(note),
                    "chosen": decided.get(question.key, question.proposed) == key,
                }
                for key, note in question.choices
            ],
            "examples": list(question.examples)[:5],
            "column": " ".join(question.column.split()),
            "free": question.free,
            "said": decided.get(question.key, ""),
        }
        for question in open_ones
    ]


def said_table(batch: Batch, sent: QueryDict) -> bool:
    """What was clicked or typed about the place of the table; whether it goes on to the columns."""
    sheet = sent.get("blatt", batch.task.get("sheet", ""))
    names = {each.name for each in service.book_of(batch).sheets}
    if sheet not in names:
        sheet = batch.task.get("sheet", "")
    known = Corrections.from_json(batch.task.get("corrections", {}).get(sheet, {}))
    if sheet != batch.task.get("sheet", ""):
        service.say_table(batch, sheet, known.as_json(), done=False)
        return False
    say_answers(batch, sent)
    act, _sep, row = sent.get("zeile", "").partition(":")
    if act in ROW_ACTS and row.isascii() and row.isdigit() and len(row) < 8:
        service.say_table(
            batch, sheet, _corrected(known, act, int(row), _found_on(batch, sheet)).as_json(), done=False
        )
        return False
    if "neu" in sent:
        service.say_table(batch, sheet, Corrections().as_json(), done=False)
        return False
    service.say_table(batch, sheet, known.as_json(), done=_found_on(batch, sheet) is not None)
    return _found_on(batch, sheet) is not None


def _found_on(batch: Batch, sheet: str) -> FoundTable | None:
    return next(
        (
            each
            for each in service.tables_of(batch)
            if each.sheet == sheet or sheet in each.sheets
        ),
        None,
    )  # fmt: skip


def _corrected(known: Corrections, act: str, row: int, table: FoundTable | None) -> Corrections:
    """Corrections after a click on a row."""
    said = known.as_json()
    heads = set(table.head_rows if table and known.head_rows is None else known.head_rows or ())
    if act == "kopf":
        said["head_rows"] = sorted(heads - {row} if row in heads else heads | {row} if heads and abs(min(heads, key=lambda each: abs(each - row)) - row) == 1 else {row})  # fmt: skip
        if said["head_rows"] and (said["first_row"] or 0) <= max(said["head_rows"]):
            said["first_row"] = None
    elif act == "erste":
        said["first_row"] = row
    elif act == "letzte":
        said["last_row"] = row
    else:
        gone, kept = set(said["left_out"]), set(said["kept"])
        is_out = row in gone or (
            table is not None and row in {each.row for each in table.left_out} and row not in kept
        )
        said["left_out"] = sorted(gone - {row} if is_out else gone | {row})
        said["kept"] = sorted(kept | {row} if is_out else kept - {row})
    return Corrections.from_json(said)


def decided_anew(batch: Batch, sent: Mapping[str, Any]) -> bool:
    """Whether a form of the preview says something else than what the preview was made with."""
    made_with = {f"frage.{key}": value for key, value in batch.task.get("decisions", {}).items()}
    told = {name: str(sent[name]) for name in sent if name.startswith("frage.rows.")}
    return any(
        value != made_with.get(name, STAYS if name.count(".") == 2 else AS_FOR_ALL)
        for name, value in told.items()
    )


def say_answers(batch: Batch, sent: Mapping[str, Any]) -> bool:
    """Take answers to questions of the engine; whether there were any."""
    answers = {
        name.removeprefix("frage."): str(sent[name])[:200]
        for name in sent
        if name.startswith("frage.") and sent[name]
    }
    if answers:
        service.decide(batch, answers)
    return bool(answers)


# ---- the columns


def columns_page(batch: Batch, actor: Actor, sent: QueryDict | None) -> dict[str, Any]:
    """The columns with examples and what each seems to be."""
    table = service.table_of(batch)
    reading = service.reading_of(batch, actor, table)
    proposals = service.propose(batch, reading) if not reading.columns else {}
    offered: dict[str, list[dict[str, str]]] = {}
    for each in reading.wanted.values():
        if not each.in_column:
            continue
        offered.setdefault(str(each.group or _("Angaben")), []).append(
            {"name": each.name, "label": str(each.label)}
        )
    if anew := new_fields_offered(reading):
        offered[_("Neues eigenes Feld (heißt wie die Spalte)")] = anew
    shown: list[dict[str, Any]] = []
    for column in service.shown_columns(table):
        guessed, why = proposals.get(column.index, (LEFT, ""))
        chosen = reading.columns.get(column.index, guessed)
        if sent is not None:
            chosen = sent.get(f"spalte.{column.index}", "")
        shown.append(
            {
                "index": column.index,
                "head": column.head or _("Spalte %(number)s") % {"number": column.index + 1},
                "examples": column.examples,
                "chosen": chosen,
                "why": why,
                "made": column.origin != "sheet",
            }
        )
    kept = reading.for_all or {
        **service.kept_for_all(batch, table), **batch.task.get("given", {}), **target_named(batch.target).proposed_for_all(reading),
    }  # fmt: skip
    tried = replace(reading, columns={one["index"]: one["chosen"] for one in shown}, for_all=kept)
    complaints = target_named(batch.target).complaints
    lacks = len(complaints(tried))
    common: list[dict[str, Any]] = []
    for each in reading.wanted.values():
        if each.for_all:
            choices = [{"value": choice.value, "label": choice.label} for choice in each.choices_for(reading)]
            value = sent.get(f"alle.{each.name}", "") if sent is not None else kept.get(each.name, "")
            said = {**kept, each.name: choices[0]["value"] if choices else "2024"}
            is_lacking = lacks > len(complaints(replace(tried, for_all=said)))  # without it nothing goes on
            is_free = not each.needed and not is_lacking
            common.append({"wanted": each, "choices": choices, "value": value, "is_free": is_free})
    return {
        "columns": shown,
        "groups": list(offered.items()),
        "common": common,
        "common_open": bool(lacks) or any(each["value"] for each in common),
        "count": len(table.rows),
        "left_out": len(table.left_out),
        "target": target_named(batch.target),
        "keeps_rest": KEPT in reading.wanted,
    }


def said_columns(batch: Batch, actor: Actor, sent: QueryDict) -> list[str]:
    """Take what was said about the columns; gives what is still missing, in words."""
    table = service.table_of(batch)
    reading = service.reading_of(batch, actor, table)
    columns = {}
    for column in table.columns:
        name = sent.get(f"spalte.{column.index}", "")
        in_column = name in reading.wanted and reading.wanted[name].in_column
        columns[column.index] = name if in_column or is_new(name) else LEFT
    for_all = {
        each.name: sent.get(f"alle.{each.name}", "").strip()[:500]
        for each in reading.wanted.values()
        if each.for_all
    }
    problems = _doubled(columns, reading)
    tried = replace(reading, columns=columns, for_all={k: v for k, v in for_all.items() if v})
    problems += target_named(batch.target).complaints(tried)
    problems += problems_of(reading, table, columns)
    if not problems:
        try:
            columns = make_fields(reading, table, columns)
        except ValidationError as error:
            return list(error.messages)
        service.say_columns(batch, table, columns, tried.for_all)
    return problems


def _doubled(columns: Mapping[int, str], reading: Reading) -> list[str]:
    said = list(columns.values())
    return [
        _("Zwei Spalten sind als „%(label)s“ angegeben. Bitte bei einer etwas anderes wählen.")
        % {"label": each.label}
        for each in reading.wanted.values()
        if not each.many and not (each.words is not None and each.words.several) and said.count(each.name) > 1
    ]


# ---- preview and result

FILTERS = {
    "": None, "neu": {"act": "create", "result": "planned"}, "anders": {"act": "change", "result": "planned"},
    "hinweise": {"level": 1}, "abgelehnt": {"result": "refused"}, "gleich": {"result": "unchanged"},
}  # fmt: skip


def _entries(batch: Batch, sent: Mapping[str, str]) -> dict[str, Any]:
    chosen = sent.get("zeigen", "")
    wanted = FILTERS.get(chosen)
    rows = batch.entries.filter(**wanted) if wanted else batch.entries.all()
    try:
        page = keyset_page(rows, order=["sheet", "row", "pk"], cursor=sent.get("nach", ""), size=ENTRIES)
    except BadCursor:
        page = keyset_page(rows, order=["sheet", "row", "pk"], cursor="", size=ENTRIES)
    return {
        "entries": page.rows,
        "pager": pager(page, lambda cursor: f"?zeigen={chosen}&nach={cursor}"),
        "chosen": chosen,
    }


def _counts(batch: Batch) -> dict[str, int]:
    found = batch.entries.order_by().values_list("act", "result", "level").annotate(count=Count("pk"))
    counts = {
        "neu": 0, "anders": 0, "hinweise": 0, "abgelehnt": 0, "gleich": 0, "alle": 0, "geschrieben": 0, "zurueck": 0, "blieb": 0
    }  # fmt: skip
    for act, result, level, count in found:
        counts["alle"] += count
        counts["hinweise"] += count if level == 1 else 0
        counts["abgelehnt"] += count if result == Result.REFUSED else 0
        counts["gleich"] += count if result == Result.UNCHANGED else 0
        counts["zurueck"] += count if result == Result.UNDONE else 0
        if result == Result.PLANNED:
            counts["neu" if act == BatchEntry.Operation.CREATE else "anders"] += count
        if result in {Result.CREATED, Result.SAVED, Result.PROPOSED}:
            counts["geschrieben"] += count
    for name, count in batch.task.get("bulk_counts", {}).items():
        counts[name] += count
    if written := batch.task.get("written"):  # values are no entries: they are counted as a whole
        counts["zurueck" if batch.state == Batch.State.UNDONE else "geschrieben"] = written
    return counts


def preview_page(batch: Batch, actor: Actor, sent: Mapping[str, str]) -> dict[str, Any]:
    """What would come in, with what is to be said of each row. A constant number of queries."""
    counts = _counts(batch)
    table = service.table_of(batch)
    filters = [
        {"key": key, "label": label, "count": counts[count]}
        for key, label, count in (
            ("", _("Alle Zeilen"), "alle"), ("neu", _("Neu"), "neu"), ("anders", _("Anders als bisher"), "anders"),
            ("hinweise", _("Mit Hinweis"), "hinweise"), ("abgelehnt", _("Nicht möglich"), "abgelehnt"), ("gleich", _("Schon so"), "gleich"),
        )
    ]  # fmt: skip
    used = {place for place, name in batch.task.get("columns", {}).items() if name}
    return {
        **_entries(batch, sent),
        "counts": counts,
        "filters": [each for each in filters if each["count"] or not each["key"]],
        "left_out": [
            {"row": each.row, "why": say(each.note), "text": each.text} for each in table.left_out[:LEFT_OUT]
        ],
        "left_out_count": len(table.left_out),
        "unread": [column.shown for column in table.columns if str(column.index) not in used],
        "anew": batch.task.get("anew", []),
        "questions_for_all": questions_for_all(service.reading_of(batch, actor)),
        "row_choices": CHOICES,
        "as_for_all": AS_FOR_ALL,
        "can_write": counts["neu"] + counts["anders"] + batch.task.get("bulk", 0) > 0,
        "extra": target_named(batch.target).preview(service.reading_of(batch, actor, table)),
    }


def result_page(batch: Batch, actor: Actor, sent: Mapping[str, str]) -> dict[str, Any]:
    """What became of it. A constant number of queries."""
    counts = _counts(batch)
    undone = batch.state == Batch.State.UNDONE
    return {
        **_entries(batch, sent),
        "counts": counts,
        "row_choices": CHOICES,
        "undone": undone,
        "can_undo": batch.state == Batch.State.DONE and counts["geschrieben"] + batch.task.get("bulk", 0) > 0,
        "not_undone": counts["geschrieben"] if undone else 0,
        "has_file": bool(batch.data or batch.table),
        "list_url": target_named(batch.target).leads_to(batch),
        "extra": target_named(batch.target).preview(service.reading_of(batch, actor)),
    }
