"""What a package must respect in the database it comes to: the concept there, deleted ids, frozen editions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.concept.models import Concept, Edition
from insek.thread.models import Item, Tombstone

from .parsing import Package
from .problems import Problems


def check_database(package: Package, problems: Problems, *, replace: bool) -> Concept | None:
    """Note what prevents the import; returns the concept that the package will replace."""
    row = package.concept
    concepts = {concept.key: concept for concept in Concept.objects.all()}
    old = concepts.get(row.key[0])
    if concepts and not replace:
        problems.add_in_row("not_empty", row, "key",
            _("Hier gibt es schon ein Konzept: %(keys)s.") % {"keys": ", ".join(sorted(concepts))},
            _("Mit --replace ersetzt das Paket das Konzept gleichen Schlüssels; sonst in eine leere Datenbank einlesen."),
        )  # fmt: skip
    elif concepts and old is None:
        problems.add_in_row("not_empty", row, "key",
            _("Ein Konzept „%(key)s“, das ersetzt werden könnte, gibt es hier nicht; vorhanden: %(keys)s.")
            % {"key": row.key[0], "keys": ", ".join(sorted(concepts))},
            _("Den Schlüssel berichtigen oder in eine leere Datenbank einlesen."),
        )  # fmt: skip
    _check_ids(package, old, problems)
    if old is not None:
        _check_frozen(package, old, problems)
    return old


def _check_ids(package: Package, old: Concept | None, problems: Problems) -> None:
    gone = set(Tombstone.objects.values_list("pk", flat=True))
    foreign = set(Item.objects.exclude(concept=old).values_list("pk", flat=True)) if old else set()
    for row in package.items():
        if row.key[0] in gone:
            problems.add_in_row("deleted_id", row, "id",
                _("Der Inhalt mit der Kennung „%(id)s“ wurde hier gelöscht.") % {"id": row.key[0]},
                _("Kennungen gelöschter Inhalte werden nie wieder vergeben: dem Inhalt eine neue geben oder die Zeile streichen."),
            )  # fmt: skip
        elif row.key[0] in foreign:
            problems.add_in_row("duplicate_id", row, "id",
                _("Die Kennung „%(id)s“ gehört hier zu einem anderen Konzept.") % {"id": row.key[0]},
                _("Dem Inhalt eine neue Kennung geben."),
            )  # fmt: skip


def _check_frozen(package: Package, old: Concept, problems: Problems) -> None:
    rows = package.index("editions")
    for edition in Edition.objects.filter(concept=old).exclude(sha256="", filed_sha256=""):
        row = rows.get((edition.key,))
        digests = (edition.sha256, edition.filed_sha256)
        if row is None or (row.values["sha256"], row.values["filed_sha256"]) != digests:
            problems.add(
                "frozen_edition",
                file="editions.csv",
                row=row.line if row else None,
                column="sha256",
                message=_(
                    "Die eingefrorene Ausgabe „%(key)s“ fehlt im Paket oder hat dort einen anderen Inhalt."
                )
                % {"key": edition.key},
                advice=_(
                    "Eine beschlossene Ausgabe bleibt, wie sie ist: ein Paket verwenden, das sie unverändert enthält."
                ),
            )
