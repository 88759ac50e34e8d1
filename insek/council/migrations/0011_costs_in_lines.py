"""Costs of measures in editions become lines of costs, as they are in the measures themselves, so that both can be compared."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from insek.strategy.former_costs import FORMER, cells_of_former


def rewrite(apps: Any, schema_editor: Any) -> None:
    items = apps.get_model("council", "EditionItem").objects
    for row in items.filter(table="measures").iterator():
        contents = {name: _with_lines(row.key, getattr(row, name)) for name in ("content", "filed")}
        if any(contents[name] != getattr(row, name) for name in contents):
            items.filter(pk=row.pk).update(**contents)


def _with_lines(measure: str, content: dict[str, Any] | None) -> dict[str, Any] | None:
    if content is None or not set(FORMER) & set(content["cells"]):
        return content
    cells = {name: text for name, text in content["cells"].items() if name not in FORMER}
    line = cells_of_former(measure, content["cells"])
    beside = dict(content["beside"])
    if line:
        line.pop("measure")
        beside["cost_lines"] = [{"cells": line, "names": {}}]
    return {**content, "cells": cells, "beside": beside}


class Migration(migrations.Migration):
    dependencies = [("council", "0010_rows_declared_once"), ("strategy", "0003_move_costs")]

    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
