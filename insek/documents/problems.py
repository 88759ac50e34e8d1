"""Why a file cannot be read, in words: what it is and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insek.engines.documents.pdf import MOST_PAGES


def problem_words(code: str) -> str:
    """What the engine's reason means for the person who uploaded a file."""
    words = {
        "encrypted": _("Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern und noch einmal hochladen."),
        "broken": _("Die Datei ist beschädigt oder etwas anderes, als ihr Name sagt. Bitte in dem Programm öffnen, aus dem sie kommt, und neu speichern."),
        "pages": _("Die Datei hat mehr als %(pages)s Seiten. Bitte teilen Sie sie.") % {"pages": f"{MOST_PAGES:,}".replace(",", ".")},
        "size": _("Die Datei ist zu groß, oder sie wird beim Entpacken zu groß. Höchstens 300 MB je Datei; Bilder in geringerer Auflösung helfen meist."),
        "empty": _("Die Datei ist leer."),
        "kind": _("Gelesen werden PDF, Word (DOCX) und OpenDocument (ODT). Ältere Word-Dateien (DOC) bitte als DOCX oder PDF speichern."),
        "time": _("Das Lesen hat zu lange gedauert und wurde abgebrochen. Meist hilft es, die Datei zu teilen oder neu als PDF zu drucken."),
        "memory": _("Die Datei braucht beim Lesen zu viel Speicher. Meist hilft es, sie zu teilen oder neu als PDF zu drucken."),
    }  # fmt: skip
    return words.get(code, words["broken"])
