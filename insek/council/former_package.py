"""Checks as packages of 0.1 hold them: a key instead of an id, and what they name in tables of their own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.package.older import Files, older_table, written
from insek.thread.identity import derived_id, is_id

FORMER = "checks.csv"
PARTS = {"check_criteria.csv": "criterion", "check_measures.csv": "measure", "check_places.csv": "district"}
"""Tables that are columns now -> the column that named what the check names."""
COLUMNS = {
    "check_criteria.csv": "criteria",
    "check_measures.csv": "measures",
    "check_places.csv": "districts",
}


def read_former_checks(files: Files) -> tuple[Files, list[str]]:
    """The files with checks as they stand today, and what to say of it; nothing changes where they do already."""
    checks = older_table(files, FORMER)
    if checks is None or "key" not in checks.header or "id" in checks.header:
        return files, []
    concept = older_table(files, "concept.csv")
    concept_key = concept.rows[0].get("key", "") if concept is not None and concept.rows else ""
    ids = {row["key"]: id_of_former(concept_key, row["key"]) for row in checks.rows}
    named = {path: _named(files, path) for path in PARTS}
    public = _public_ids(files)
    goals = older_table(files, "check_goals.csv")
    rows = []
    for row in checks.rows:
        key = row["key"]
        touched = {COLUMNS[path]: named[path].get(key, []) for path in PARTS}
        of_goals = [each["goal"] for each in goals.rows if each["check_row"] == key] if goals else []
        seen = [*touched["measures"], *touched["districts"], *of_goals, row["paper"]]
        is_public = row["status"] == "final" and bool(row["paper"]) and public.issuperset(seen)
        rows.append(
            {
                **row,
                "id": ids[key],
                "standing": row["standing"] if row["standing"] == "example" else "working",
                "visibility": "public" if is_public else "internal",
                "weight": "citywide" if touched["criteria"] else "local" if row["weight_reason"] else "",
                "touches_no_goal": "false",
                **{name: ";".join(sorted(values)) for name, values in touched.items()},
            }
        )
    read = {path: content for path, content in files.items() if path not in PARTS}
    read[FORMER] = written(_today(FORMER), rows)
    if goals is not None:
        read["check_goals.csv"] = written(
            goals.header,
            [{**row, "check_row": ids.get(row["check_row"], row["check_row"])} for row in goals.rows],
        )
    return read, [
        _(
            "checks.csv: Das Paket ist älter als die heutigen Prüfungen. Aus Schlüsseln wurden Kennungen; check_criteria.csv,"
            " check_measures.csv und check_places.csv stehen jetzt in Spalten."
        )
    ]


WITHOUT_KEYS = {
    "consultations.csv": ("consultation", "paper", "position"),
    "check_goals.csv": ("check_goal", "check_row", "goal"),
}
"""Tables whose rows had no key -> what a key is made of."""


def read_without_keys(files: Files) -> tuple[Files, list[str]]:
    """The steps of papers and the goals of checks with keys, made of what told them apart before."""
    read, notes = dict(files), []
    for path, (name, owner, part) in WITHOUT_KEYS.items():
        table = older_table(files, path)
        if table is None or "key" in table.header or not {owner, part} <= set(table.header):
            continue
        rows = [{**row, "key": derived_id(name, row[owner], row[part])} for row in table.rows]
        read[path] = written(["key", *table.header], rows)
        notes.append(
            _("%(path)s: Die Zeilen hatten noch keine Schlüssel; sie haben welche bekommen.") % {"path": path}
        )
    return read, notes


def id_of_former(concept_key: str, key: str) -> str:
    """The id of a check that had a key until 0.1; the migration and the old addresses give the same."""
    return key if is_id(key) else derived_id("check", concept_key, key)


def _named(files: Files, path: str) -> dict[str, list[str]]:
    table = older_table(files, path)
    found: dict[str, list[str]] = {}
    for row in table.rows if table is not None else ():
        found.setdefault(row.get("check_row", ""), []).append(row.get(PARTS[path], ""))
    return found


def _public_ids(files: Files) -> set[str]:
    """The items of a package that everybody may see."""
    return {
        row["id"]
        for path in files
        if path.endswith(".csv")
        for table in [older_table(files, path)]
        if table is not None and {"id", "visibility"} <= set(table.header)
        for row in table.rows
        if row["visibility"] == "public"
    }


def _today(path: str) -> list[str]:
    from insek.package import all_tables

    return next([column.name for column in table.columns] for table in all_tables() if table.path == path)
