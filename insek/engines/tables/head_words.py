"""Words of heads, German and English, by what the column means. Data: add what an office writes.

A word counts for a head when the head is it (1.0), begins or ends with it as a word (0.9), is a compound that ends with it
("Gesamtkosten": 0.8) or is like it (difflib). ``never`` words forbid a meaning: "Kostenträger" is no cost.
"""

from __future__ import annotations

HEAD_WORDS: dict[str, tuple[str, ...]] = {
    # measures and other items
    "number": (
        "nr", "nummer", "lfd nr", "laufende nummer", "lfd", "ifd nr", "maßnahmennummer", "maßnahmen nr", "maßnahme nr", "projekt nr", "projektnummer",
        "kennziffer", "kennnummer", "kürzel", "id", "code", "ziffer", "no", "number", "key", "kenn nr", "m nr", "pos", "position", "ordnungsnummer",
    ),
    "title": (
        "maßnahme", "maßnahmen", "maßnahme projekt", "projekt", "titel", "bezeichnung", "maßnahmentitel", "projekttitel", "was", "was soll geschehen", "was ist zu tun", "projektbezeichnung", "name",
        "maßnahmenbezeichnung", "projektname", "vorhaben", "measure", "title", "project", "name der maßnahme", "titel der maßnahme", "kurztitel", "gegenstand",
    ),
    "text": (
        "kurzbeschreibung", "kurzbeschrieb", "beschrieb", "projektbeschrieb", "kurztext", "kurzfassung", "zielsetzung des projekts", "zielsetzung der maßnahme", "zielsetzung des vorhabens", "projektziel", "projektziele", "projektidee", "kurzinfo", "kurzinformation", "kurzinhalt", "beschreibung", "inhalt", "inhalte", "erläuterung", "maßnahmenbeschreibung", "projektbeschreibung", "beschreibung der maßnahme",
        "kurzbeschreibung der maßnahme", "ausgangslage", "erläuterungen", "description", "summary", "details", "projektinhalt", "was ist geplant", "was ist zu tun", "was soll geschehen", "ziel der maßnahme", "ziele der maßnahme", "ziel und inhalt", "ziel und nutzen", "ziel nutzen", "nutzen", "worum geht es", "worum es geht", "text", "zusatzzeile", "langtext", "maßnahmenbeschreibung",
    ),
    "unit": (
        "federführung", "federführend", "zuständig", "zuständigkeit", "verantwortlich", "verantwortung", "verantwortlichkeit", "zuständige stelle", "amt",
        "fachbereich", "federführendes amt", "federführung bereich", "zuständiges amt", "fachamt", "lead", "responsible", "responsibility", "unit in charge",
        "in charge", "federführung zuständigkeit", "projektleitung", "dienststelle", "bereich", "träger", "maßnahmenträger", "umsetzung durch", "wer", "wer macht s", "wer ist zuständig", "leitung", "vorhabenträger", "oe", "organisationseinheit",
    ),
    "others": (
        "beteiligte", "weitere beteiligte", "beteiligung", "mitwirkung", "mitwirkende", "akteure", "weitere akteure", "partner", "kooperationspartner",
        "projektpartner", "partners", "involved", "zu beteiligen", "zu beteiligende", "weitere ämter", "einzubinden", "unterstützung", "mit wem", "wer hilft", "weitere stellen", "andere stellen", "mitarbeit", "zuarbeit", "mitarbeitende stellen", "zusammen mit", "zusammenarbeit", "zusammenarbeit mit", "kooperation", "kooperation mit", "gemeinsam mit", "unterstützt durch",
    ),
    "costs": (
        "kosten", "kosten brutto geschätzt", "kostenschätzung", "geschätzte kosten", "gesamtkosten", "kostenrahmen", "investitionskosten", "investition",
        "kosten in t", "kosten in tsd", "kostenvolumen", "finanzbedarf", "finanzvolumen", "aufwand", "costs", "cost", "budget", "kosten euro", "baukosten",
        "kosten netto", "kosten brutto", "mittelbedarf", "kostenansatz", "ausgaben", "grobe kostenschätzung", "kosten finanzierung", "wie teuer", "was kostet es", "was kostet das",
    ),
    "own_share": ("eigenmittel", "eigenanteil", "davon eigenmittel", "kommunaler anteil", "städtischer anteil", "anteil kommune", "anteil stadt", "anteil gemeinde", "kommunale mittel", "städtische mittel", "eigenleistung", "kommune", "stadt", "gemeinde", "own share"),
    "funding_rate": ("förderquote", "fördersatz", "förderquote in", "fördersatz in", "förderquote %", "zuschussquote", "zuwendungssatz", "funding rate", "rate of funding"),
    "grants": ("davon förderung", "förderung eur", "förderanteil", "höhe der förderung", "fördermittel", "davon fördermittel", "zuwendung", "zuwendungen", "zuschuss", "zuschüsse", "förderbetrag", "fördersumme", "förderhöhe", "höhe der zuwendung", "drittmittel", "fremdmittel", "mittel dritter", "bund", "land", "bund land", "eu", "dritte", "private", "sonstige dritte", "anteil land", "anteil bund", "landesmittel", "bundesmittel", "eu mittel", "grant", "grants"),
    "funding": (
        "förderung", "förderung finanzierung", "finanzierung", "finanzierung förderung", "förderprogramm", "fördertopf", "fördergeber", "zuwendungsgeber", "geldgeber", "förderrichtlinie", "fördermöglichkeiten", "fördermöglichkeit",
        "förderkulisse", "förderzugang", "mögliche förderung", "finanzierungsquelle", "finanzierungsmöglichkeiten", "mittelherkunft", "funding", "programm", "woher kommt das geld", "wer bezahlt", "womit", "drittmittel von", "mittel von", "zuschuss von", "förderung durch", "gefördert durch", "zuschussgeber", "mittelgeber",
    ),
    "priority": ("priorität", "prio", "prioritätsstufe", "priorisierung", "dringlichkeit", "rang", "wichtigkeit", "priority", "bedeutung", "stellenwert", "wie wichtig", "wie dringend"),
    "horizon": (
        "umsetzungszeitraum", "zeitraum", "zeithorizont", "zeitrahmen", "zeitplan", "umsetzung", "realisierung", "realisierungszeitraum", "laufzeit",
        "zeitliche umsetzung", "umsetzungshorizont", "horizont", "zeitschiene", "durchführungszeitraum", "period", "timeframe", "time horizon", "termin", "wann",
        "fristigkeit", "zeitliche einordnung", "zeitl einordnung", "umsetzungszeit", "zeitliche priorisierung",
    ),
    "start": ("beginn", "von", "start", "baubeginn", "ab", "anfang", "umsetzungsbeginn", "projektbeginn", "laufzeit von", "zeitraum von"),
    "end": ("ende", "bis", "abschluss", "fertigstellung", "umsetzung bis", "projektende", "laufzeit bis", "zeitraum bis", "end"),
    "state": (
        "stand", "status", "umsetzungsstand", "bearbeitungsstand", "sachstand", "stand der umsetzung", "projektstand", "state", "fortschritt", "realisierungsstand", "wie weit", "wie weit ist es", "ampel", "ampelstatus",
    ),
    "depends": (
        "abhängig von", "hängt ab von", "baut auf", "abhängigkeit", "abhängigkeiten", "voraussetzung", "voraussetzungen", "setzt voraus", "vorher", "nach maßnahme", "vorgänger",
        "depends on", "bezug zu maßnahme", "querbezug", "wechselwirkung", "wechselwirkungen", "synergien", "verknüpfung", "zusammenhang mit",
    ),
    "place": (
        "räumlicher bezug", "raumbezug", "ort", "lage", "stadtteil", "ortsteil", "ortsbezirk", "quartier", "stadtbezirk", "räumliche verortung", "verortung",
        "standort", "bezirk", "gebiet", "raum", "räumliche zuordnung", "teilraum", "place", "location", "district", "gebietsname", "raumeinheit", "name",
        "stadtviertel", "gemeindeteil", "gemeinde", "kreise und kreisfreie städte", "kreis", "where", "wo", "gebietseinheit", "area", "neighbourhood",
    ),
    "field": ("handlungsfeld", "handlungsfelder", "themenfeld", "aktionsfeld", "hf", "thema", "themenbereich", "field", "field of action", "schwerpunkt", "kategorie"),
    "goal": ("ziel", "ziele", "zielbezug", "leitziel", "beitrag zu ziel", "zielsetzung", "teilziel", "ziele der maßnahme", "warum", "wozu", "goal", "goals", "oberziel", "strategisches ziel"),
    "notes": ("bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "hinweis", "hinweise", "notes", "remarks", "kommentar", "sonstiges"),
    "key_project": ("schlüsselprojekt", "leitprojekt", "schlüsselmaßnahme", "impulsprojekt", "key project", "leuchtturm"),
    "next_steps": ("nächste schritte", "arbeitsschritte", "umsetzungsschritte", "meilensteine", "schritte", "bausteine", "next steps"),
    "legal": ("planungsrecht", "planungsrechtlicher bedarf", "bauleitplanung", "rechtliche voraussetzungen"),
    "ownership": ("eigentum", "eigentumsverhältnisse", "eigentümer", "grundstückseigentum", "ownership"),
    # figures
    "indicator": ("indikator", "merkmal", "kennzahl", "kennziffer", "variable", "indicator", "wertmerkmal", "value variable label", "messgröße", "gegenstand", "bezeichnung"),
    "value": ("wert", "anzahl", "value", "bestand", "einwohner", "bevölkerung", "insgesamt", "zusammen", "betrag", "ergebnis", "messwert", "zahl", "personen", "count"),
    "period": ("zeit", "jahr", "stichtag", "zeitraum", "datum", "berichtsjahr", "period", "year", "date", "time", "monat", "quartal", "erhebungsjahr", "zeitpunkt", "halbjahr"),
    "status": ("status", "wertstatus", "qualität", "flag", "kennzeichen", "value q", "quality"),
    "measure_unit": ("einheit", "maßeinheit", "unit", "value unit"),
    "sex": ("geschlecht", "sex", "gender"),
    "age": ("alter", "altersgruppe", "altersgruppen", "altersklasse", "age", "age group", "alter von bis unter"),
    "age_from": ("von", "alter von", "ab alter", "age from", "alter ab", "min alter"),
    "age_to": ("bis", "bis unter", "biskleinerals", "bis kleiner als", "alter bis", "age to", "unter"),
    "males": ("männlich", "männer", "maennlich", "male", "m", "males", "men", "jungen"),
    "females": ("weiblich", "frauen", "female", "w", "females", "women", "mädchen"),
    "total": ("insgesamt", "gesamt", "zusammen", "total", "summe", "alle"),
    "place_code": ("gebietsid", "gebietsnummer", "ags", "stadtteilschlüssel", "schlüssel", "stt nr", "code", "gebietsschlüssel", "kennziffer", "nr"),
    "source": ("quelle", "source", "herkunft", "datenquelle"),
    # people, contributions, places with coordinates
    "author": ("verfasser", "autor", "author", "name", "einreicher", "benutzer", "nutzer"),
    "votes": ("stimmen", "votes", "zustimmung", "unterstützungen", "supports", "likes", "endorsements", "bewertung", "pro"),
    "votes_against": ("gegenstimmen", "ablehnung", "dislikes", "contra", "votes against", "downvotes"),
    "comments": ("kommentare", "comments", "anzahl kommentare", "comments count"),
    "topic": ("thema", "kategorie", "category", "topic", "rubrik", "schlagwort", "tags"),
    "original_id": ("id", "original id", "beitragsnummer", "beitrags id", "vorschlagsnummer", "reference"),
    "replies_to": ("antwort auf", "parent", "bezug", "reply to", "root comment"),
    "lon": ("lon", "längengrad", "longitude", "lng", "länge", "x", "ostwert", "rechtswert", "easting"),
    "lat": ("lat", "breitengrad", "latitude", "breite", "y", "nordwert", "hochwert", "northing"),
    "street": ("straße", "strasse", "straßenname", "street", "str"),
    "house_number": ("hausnummer", "hnr", "haus nr", "house number"),
    "postcode": ("plz", "postleitzahl", "postcode"),
    "email": ("e mail", "email", "mail", "mailadresse"),
    "date": ("datum", "date", "erstellt am", "created at", "vom", "eingang", "beschlussdatum", "published at", "tag"),
    "url": ("url", "link", "adresse", "website", "webseite"),
    "abbreviation": ("kürzel", "abkürzung", "kurzzeichen", "kurzform", "abbreviation", "short name"),
    "parent": ("übergeordnet", "gehört zu", "dezernat", "parent"),
}  # fmt: skip

NEVER: dict[str, tuple[str, ...]] = {
    "costs": (
        "kostenträger",
        "kostenstelle",
        "anteil",
        "fördermittel",
        "eigenmittel",
        "kostenart",
        "finanzierung",
        "förderung",
    ),
    "number": (
        "hausnummer",
        "telefon",
        "flurstück",
        "vorlage",
        "postleitzahl",
        "produktnummer",
        "drucksache",
    ),
    "title": ("beteiligte", "kosten", "ziel", "nummer", "träger", "nr"),
    "unit": ("kosten", "räumlich", "messeinheit", "maßeinheit"),
    "place": ("handlungsfeld", "themen"),
    "horizon": ("stand",),
    "state": ("preisstand", "gebietsstand", "kostenstand"),
    "funding": ("betrag", "quote", "satz", "höhe"),
    "grants": ("quote", "satz", "programm", "von", "durch", "geber", "herkunft"),
    "own_share": ("quote",),
}
"""Words in a head that forbid a meaning."""


def words_of(meaning: str) -> tuple[str, ...]:
    """The words of a meaning; none where it is unknown."""
    return HEAD_WORDS.get(meaning, ())
