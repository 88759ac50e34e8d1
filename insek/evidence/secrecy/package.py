"""The thresholds of small counts in a concept package; hidden values never are in one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.package import Column, Package, Problems, Table, register_table

from .models import LEAST, MOST, SmallCounts


def _check_thresholds(package: Package, problems: Problems) -> None:
    """A threshold is a number that protects something."""
    for row in package.table("small_counts"):
        below = row.values.get("below")
        if not row.broken and below is not None and not LEAST <= below <= MOST:
            problems.add_in_row("bad_threshold", row, "below", _("Die Schwelle muss zwischen %(least)s und %(most)s liegen.") % {"least": LEAST, "most": MOST},
                _("Etwa 3 schreiben: Dann sind Einsen und Zweien geschützt."),
            )  # fmt: skip


register_table(
    Table(
        name="small_counts",
        model_path="evidence.SmallCounts",
        note="From which number on counts of an indicator are shown. Values that are hidden are in no package, not in working ones either: their rows say `protected`.",
        order=23,
        key_columns=("indicator",),
        scope="indicator__item__concept",
        own_columns=(
            Column("indicator", "reference", "Id of the indicator.", required=True, refers="indicators"),
            Column("rule", "choice", "Small counts are refused, or kept for those who may see them and hidden from everybody else.", required=True, choices=SmallCounts.Rule.values),
            Column("below", "integer", "Counts above 0 and below this number are small.", required=True),
        ),
        check=_check_thresholds,
    )
)  # fmt: skip
