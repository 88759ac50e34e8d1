"""How progress reports are kept in a concept package: what they say of themselves, and what was frozen, without the files."""

from __future__ import annotations

from insek.package import Column, Table, register_table

from .models import ProgressContent

register_table(
    Table(
        name="progress_reports",
        model_path="progress.ProgressReport",
        kind="progress_report",
        note="Progress reports (Fortschrittsberichte). The text is the foreword.",
        order=96,
        own_columns=(
            Column("period_from", "date", "First day of what is reported on.", required=True),
            Column("period_to", "date", "Last day of it.", required=True),
        ),
    )
)


def _made(row: ProgressContent) -> None:
    """What a package holds was made."""
    row.state = ProgressContent.State.DONE


register_table(
    Table(
        name="progress_contents",
        model_path="progress.ProgressContent",
        note="What progress reports held on the day they were made. The files themselves are in the backup; their hashes tell whether one is genuine.",
        order=98,
        key_columns=("report",),
        scope="report__item__concept",
        select=lambda rows: rows.filter(state=ProgressContent.State.DONE),
        prepare=_made,
        own_columns=(
            Column("report", "reference", "Id of the report.", required=True, refers="progress_reports"),
            Column("words_hash", "text", "Of title, foreword, period and own words."),
            Column("made_on", "date", "Day on which it was made; never empty."),
            Column("figures", "json", "What the next report compares with.", required=True),
            Column("hashes", "json", "Name of each file and its SHA-256.", required=True),
        ),
    )
)  # fmt: skip
