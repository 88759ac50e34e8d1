"""What in a German sentence speaks for or against a statement: words and turns of phrase, each with a name.

The names are the columns of the model (`weights.json`) and of what is told to a person ("Anzeichen: Soll, Jahr"). They were
written from the 400 sentences that rules may be made from; see docs/methods/statements.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    """A turn of phrase: the kind it speaks for (`against`: for none, empty: for nothing by itself), and whether strongly."""

    name: str
    speaks_for: str
    strong: bool
    pattern: re.Pattern[str]


_FLAGS = re.I
_VERBS_OF_AIM = (
    r"erreicht|gestärkt|verbessert|gesteigert|erhöht|gesenkt|verringert|reduziert|gefördert|gesichert|erhalten|bewahrt|geschlossen|ermöglicht|minimiert|"
    r"vermieden|begünstigt|begünstigen|eröffnen|gewonnen|entwickelt|weiterentwickelt|aufgewertet|entlastet|geschützt|vernetzt|sichtbar\w*|erleichtert|"
    r"stärken|verbessern|steigern|erhöhen|senken|verringern|reduzieren|fördern|sichern|bewahren|ermöglichen|minimieren|vermeiden|gewinnen|entwickeln|"
    r"aufwerten|entlasten|schützen|nachweisen|leisten|beitragen|bieten|werden kann|können"
)
_NOUNS_OF_WORK = (
    r"(?:\w*(?:[Aa]usbau|[Nn]eubau|[Uu]mbau|[Rr]ückbau|[Bb]au|[Ee]rrichtung|[Ee]inrichtung|[Ee]rweiterung|[Ss]anierung|[Ee]rneuerung|[Mm]odernisierung|[Uu]mgestaltung|"
    r"[Ee]rstellung|[Ee]inführung|[Aa]npassung|[Vv]erlängerung|[Uu]mnutzung|[Ss]chaffung|[Pp]flanzung|[Aa]ufstellung|[Ee]ntsiegelung|[Bb]egrünung|[Nn]eugestaltung|"
    r"[Ee]rschließung|[Pp]rüfung|[Dd]urchführung|[Ii]ntegration|[Ii]nstallation|[Ee]ntwicklung|[Uu]msetzung|[Ee]rarbeitung|[Ee]rlass|[Ff]ortschreibung|[Aa]ufbau|"
    r"[Bb]ereitstellung|[Ff]ortführung|[Ee]inrichten|[Bb]eschaffung|[Ee]röffnung|[Vv]erlegung|[Aa]nlage|[Kk]onzept|[Pp]rojekt|[Mm]aßnahme))"
)
_NOUNS_OF_AIM = (
    r"\w*(?:[Ss]tärkung|[Vv]erbesserung|[Ee]rhöhung|[Ss]enkung|[Rr]eduzierung|[Rr]eduktion|[Ss]icherung|[Ee]rhalt(?:ung)?|[Ff]örderung|[Vv]ermeidung|"
    r"[Vv]erringerung|[Mm]inderung|[Aa]ufwertung|[Bb]ewahrung|[Ss]teigerung|[Vv]ernetzung|[Bb]elebung|[Ee]ntlastung|[Qq]ualifizierung)"
)
_DONE = r"(?:\w+(?:t|en)|ge\w+)"
_HABIT = (
    r"gebaut|errichtet|eingerichtet|erweitert|saniert|modernisiert|umgestaltet|erneuert|ausgebaut|umgebaut|angelegt|gepflanzt|geschaffen|eingeführt|ausgeweitet|"
    r"angeboten|durchgeführt|umgesetzt|realisiert|erarbeitet|entwickelt|erstellt|geprüft|untersucht|fortgeführt|fortgesetzt|verlängert|beibehalten|bereitgestellt|"
    r"eingesetzt|eingestellt|angepasst|erhöht|gebildet|gesucht|veröffentlicht|geändert|eingebunden|angeschafft|gegründet|eröffnet|gefördert|finanziert|übernommen|"
    r"verlegt|ersetzt|begrünt|entsiegelt|aufgestellt|gesperrt|eingebaut|aufgenommen|fortgeschrieben|ergänzt|verbessert|aufgebaut|betrieben|kommuniziert|unterstützt|beauftragt"
)

CUES: dict[str, Cue] = {
    name: Cue(name, speaks.rstrip("!"), speaks.endswith("!"), re.compile(pattern, flags))
    for name, speaks, pattern, flags in (
        # goals
        ("Ziel", "", r"\b(?:ziel(?:e|s|setzung(?:en)?)?|leitziel|zielwert|zielgröße)\b", _FLAGS),
        ("Ziel am Anfang", "goal!", r"^(?:\W*)(?:(?:unser|das|erklärtes|oberstes|übergeordnetes|langfristiges|ein) )?Ziel(?:e|setzung)?\b(?! der (?:Anfrage|Vorlage|Frage))", _FLAGS),
        ("Ziel ist", "goal!", r"\bziel(?:e|setzung)?\b[^.]{0,80}\b(?:ist|sind|soll(?:te)?|bleibt|war)\b|\bhat (?:das|zum) ziel\b|\bhaben (?:das|zum) ziel\b|\bist es,? das ziel\b|\bverfolg(?:t|en)\b[^.]{0,30}\bziel\b", _FLAGS),
        ("mit dem Ziel", "goal", r"\bmit dem ziel\b", _FLAGS),
        ("Ziel früher", "against", r"\bziel\b[^.]{0,40}\b(?:war|verfolgt wurde|wurde)\b|\bwurde\b[^.]{0,60}\bziel\b|\bdieses ziel\b", _FLAGS),
        ("anstreben", "goal!", r"\bange?strebt\b|\banzustreben\b|\banstreb\w*|\bstreb(?:t|en)\b[^.]{0,60}\ban\b|\banvisiert\b|\bhingewirkt\b|\bhinwirken\b", _FLAGS),
        ("soll erreicht werden", "goal", rf"\bsoll(?:en)?\b[^.]*\b(?:{_VERBS_OF_AIM})\b", _FLAGS),
        ("gilt es", "goal!", r"\bgilt es\b|\bist es wichtig\b|\bes ist wichtig\b", _FLAGS),
        ("wollen", "goal", r"\b(?:möchte|möchten|will|wollen)\b", _FLAGS),
        ("Wunsch als Hauptwort", "goal!", rf"^{_NOUNS_OF_AIM}\b", 0),
        ("bis zum Jahr", "goal", r"\bbis (?:zum jahr |ende |mitte |anfang |spätestens |zum jahresende |in das jahr )*20[2-9]\d\b", _FLAGS),
        # measures
        ("soll", "measure", r"\bsoll(?:en)?\b", _FLAGS),
        ("sollte", "measure", r"\bsollten?\b", _FLAGS),
        ("wird gemacht", "measure", rf"\bw(?:ird|erden)\b[^.;]*\b(?:{_HABIT})\b", _FLAGS),
        ("wird mit Partizip", "", rf"\bw(?:ird|erden)\b[^.;]*\b{_DONE}\b", _FLAGS),
        ("wird geprüft", "measure", r"\b(?:wird|werden)\b[^.;]*\b(?:geprüft|untersucht|überlegt|getestet|erprobt)\b|\bprüf(?:t|en)\b", _FLAGS),
        ("ist vorgesehen", "measure", r"\b(?:ist|sind|sieht|sehen|war|waren)\b[^.;]*\b(?:vorgesehen|geplant|beabsichtigt|vor)\b|\bplan(?:t|en)\b|\bbeabsichtig(?:t|en)\b", _FLAGS),
        ("schlägt vor", "measure", r"\bschl(?:ägt|agen)\b[^.]*\bvor\b|\bempf(?:iehlt|ehlen|ohlen)\b|\bvorgeschlagen\b", _FLAGS),
        ("Zeitpunkt künftig", "measure", r"\b(?:wird|werden|soll|sollen)\b[^.]*\b(?:20[2-9]\d|januar|februar|märz|april|juni|juli|august|september|oktober|november|dezember)\b", _FLAGS),
        ("könnte", "measure", r"\bkönnten?\b|\bwäre(?:n)? (?:hier )?(?:sinnvoll|hilfreich|wünschenswert|denkbar)\b|\bhilfreich wäre\b", _FLAGS),
        ("Stadt handelt", "measure", r"^(?:Die|Das) (?:Stadt(?:verwaltung)?|Verwaltung|\w*[Aa]mt|Stadtwerke|Ortsverwaltung)\b(?: Karlsruhe)? (?:prüft|setzt|ergreift|stellt|entwickelt|erarbeitet|klärt|bringt|plant|führt|baut|richtet|fördert|unterstützt|legt|zeigt|erstellt|schlägt|startet)\b", 0),
        ("Arbeit als Hauptwort", "measure", rf"^(?:(?:Projekt|Maßnahme) ?\d*:? ?)?{_NOUNS_OF_WORK}\b(?:\W|$)", 0),
        ("startet", "measure", r"\b(?:startet|beginnt|eröffnet|entsteht|entstehen|erfolgt durch|nimmt [^.]{0,40} auf|aufnehmen)\b", _FLAGS),
        ("künftig", "measure", r"\b(?:künftig|zukünftig|demnächst|ab (?:dem )?(?:\w+ )?20[2-9]\d|mittelfristig|langfristig|kurzfristig)\b", _FLAGS),
        # commitments
        ("muss", "commitment!", r"\b(?:muss|müssen|müsste[n]?)\b", _FLAGS),
        ("ist zu tun", "", r"\b(?:ist|sind|wären?|hat|haben)\b[^.;]{0,160}?\b(?:zu \w{3,}en|\w{2,}zu\w{3,}en)\b(?=[ ,.;)]|$)", _FLAGS),
        ("ist … zu am Ende", "commitment!", r"\b(?:ist|sind)\b[^.;]*\b(?:zu (?!erwarten|entnehmen|befürchten|rechnen|erfahren|verstehen|sehen)\w{3,}en|(?:an|auf|aus|ein|durch|vor|ab|um|her|frei|nach|sicher|bereit|dar|fest)\w*zu\w{3,}en)[.;]?$", _FLAGS),
        ("beauftragt", "commitment!", r"\b(?:wird|werden)\b[^.]{0,60}\b(?:beauftragt|gebeten|aufgefordert|verpflichtet|ermächtigt)\b|\bbeauftrag(?:t|en)\b|\bermächtigt\b", _FLAGS),
        ("Antrag", "commitment!", r"\b(?:wir|fraktion(?:en)?|hiermit)\b[^.]{0,60}\b(?:beantrag\w*|forder\w*|bitte[nt]?)\b|\bbeantragen (?:wir|daher|hiermit)\b|\bstellen den antrag\b|\bbitten wir\b|\bbittet die\b|\bfordert\b", _FLAGS),
        ("verpflichtet sich", "commitment", r"\bverpflicht\w+|\bpflicht\b|\bgewährleistet\b|\bstellt sicher\b|\bgefordert\b", _FLAGS),
        ("beschließt", "commitment", r"\bbeschlie(?:ßt|ßen)\b|\bstimm(?:t|en)\b[^.]*\bzu\b", _FLAGS),
        ("festgesetzt", "commitment", r"\b(?:wird|werden)\b[^.]*\bfestgesetzt\b", _FLAGS),
        ("bedarf es", "commitment", r"\bbedarf es\b|\bes bedarf\b|\berforderlich\b|\bnotwendig\b|\bnötig\b", _FLAGS),
        ("berücksichtigt werden", "commitment", r"\bsoll(?:en)?\b[^.]*\b(?:berücksichtigt|beachtet|mitberücksichtigt)\b", _FLAGS),
        ("Gebühr wird erhoben", "commitment", r"\berhoben\b|\bbetr(?:ägt|agen) die \w*gebühren?\b|\bdie \w*gebühren?\b", _FLAGS),
        # prohibitions
        ("darf nicht", "prohibition!", r"\bd(?:arf|ürfen)\b[^.;]*\b(?:nicht|kein\w*|weder|nie)\b", _FLAGS),
        ("nur wenn", "prohibition", r"\b(?:d(?:arf|ürfen)|k(?:ann|önnen)|ist|sind)\b[^.;]{0,60}\bnur\b[^.;]*\b(?:zulässig|erlaubt|gestattet|erfolgen|errichtet|im einzelfall|innerhalb|wenn|ausnahmsweise)\b", _FLAGS),
        ("unzulässig", "prohibition!", r"\bunzulässig\b|\bnicht (?:zulässig|gestattet|erlaubt|förderfähig|genehmigungsfähig)\b", _FLAGS),
        ("untersagt", "prohibition!", r"\b(?:ist|sind|bleibt|wird|werden)\b[^.;]*\b(?:untersagt|verboten|unterbunden|unterlassen|zu unterlassen)\b|\buntersagt w(?:ird|erden)\b|\bverbiete[nt]\b", _FLAGS),
        ("ausgeschlossen", "prohibition!", r"\b(?:ist|sind|bleibt|bleiben)\b[^.;]*\bausgeschlossen\b|\bschließ(?:t|en)\b[^.]*\baus\b", _FLAGS),
        ("Verbot", "", r"\b\w*verbot(?:e|es|s)?\b", _FLAGS),
        ("nicht mehr", "", r"\bnicht (?:mehr|weiter|länger)\b|\bkeine? weitere\w*\b", _FLAGS),
        # findings
        ("Zustand", "finding", r"\b(?:gibt es|besteht|bestehen|befindet|befinden|liegt|liegen|fehlt|fehlen|verfügt|verfügen|herrscht|existieren|existiert|weist|umfasst|bildet|bietet|bieten|hat|haben|ist|sind)\b", _FLAGS),
        ("Entwicklung", "finding", r"\b(?:gestiegen|gesunken|zugenommen|abgenommen|steig(?:t|en)|sink(?:t|en)|nimmt|nehmen|zunehmend\w*|zunahme|rückgang|anstieg|verändert|halbiert|verdoppelt|erhöht hat|wächst|entwickelt(?:e)? sich|geworden|zurückgegangen)\b", _FLAGS),
        ("Mangel", "finding", r"\b(?:mangel\w*|defizit\w*|fehl(?:t|en|ende\w*)|problem\w*|konflikt\w*|unzureichend\w*|unterversorg\w*|leerstand|belastung\w*|gefahr\w*|schwierig\w*|nachteil\w*|begrenzt|beschränkt|nicht ausreichend|kaum|bedarf\b|benötigt|missstand\w*|schlecht\w*|überlastet|risse|schäden|zweifel|missachtet)\b", _FLAGS),
        ("Stärke", "finding", r"\b(?:vielfalt|vielfältig\w*|attraktiv\w*|beliebt\w*|potenzial\w*|potential\w*|chance\w*|erfolgreich\w*|vorteil\w*|bereichert|bewährt|beitrag|hervorragend\w*|beste)\b", _FLAGS),
        ("Ursache", "finding", r"\b(?:aufgrund|infolge|bedingt durch|wegen|dadurch|führ(?:t|en|te)\b|zurückzuführen|daher|weil|damit|somit|da )\b", _FLAGS),
        ("Vergleich", "finding", r"\b(?:im vergleich|gegenüber|durchschnitt\w*|im jahr|seit|derzeit|aktuell|bisher|bislang|zurzeit|bereits|heute|gegenwärtig|immer noch|häufig\w*|meist\w*|am häufigsten|rund|circa|ca\.)", _FLAGS),
        ("Kosten", "finding", r"\b(?:kosten|gesamtkosten|aufwendungen|investition(?:en)?|budget|mittelbedarf|betragen|beläuft|belaufen)\b", _FLAGS),
        ("Prognose", "finding", r"\b(?:erwartet|prognos\w*|voraussichtlich|zu rechnen|zu erwarten|davon auszugehen|wird es)\b", _FLAGS),
        ("nicht möglich", "finding", r"\bnicht (?:mehr )?möglich\b|\bnur (?:beschränkt|schwer|begrenzt) möglich\b|\bnicht mehr gerecht\b", _FLAGS),
        ("kann", "", r"\bk(?:ann|önnen|onnten?)\b", _FLAGS),
        # numbers
        ("Prozent", "finding", r"\d ?(?:%|prozent\b)", _FLAGS),
        ("Euro", "finding", r"\d ?(?:€|eur\b|euro\b|(?:mio|mrd)\.? ?(?:€|euro)?)", _FLAGS),
        ("Menge", "finding", r"\b\d[\d.,]*\s?(?:ha|hektar|km|m²|qm|m|meter|wohn\w+|plätze\w*|stellplätze\w*|einwohner\w*|bäume|kinder|personen|stück|mwh|kwp?|mw|t|tonnen|parzellen|gruppen|schul\w+|einrichtungen|städte)\b", _FLAGS),
        ("kommendes Jahr", "", r"\b20(?:2[4-9]|[3-9]\d)\b", _FLAGS),
        ("Jahr", "", r"\b(?:19|20)\d\d\b", _FLAGS),
        ("Zahl", "", r"\d", _FLAGS),
        ("Sache der Stadt", "", r"(?:verkehr|mobil|radweg|fahrrad|gehweg|straße|buslinie|bahn\b|haltestelle|stellpl|wohn|miet|quartier|bebau|gebäude|fläche|platz\b|grün|baum|bäume|wald|klima|energie|"
         r"wärme|lärm|wasser|boden|luft|natur|schul|kita|kinder|jugend|senior|bildung|kultur|sport|sozial|gesund|wirtschaft|handel|gewerbe|arbeit|tourism|digital|einwohner|bevölkerung|innenstadt|stadtteil|sanier|denkmal|umwelt|abfall|nutzung|gastronom)", _FLAGS),
        ("ohne Verb", "", r"^(?!.*\b(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|konnten?|soll|sollen|sollten?|muss|müssen|darf|dürfen|möchten?|will|wollen|würden?|wäre\w*|könnten?|sei|\w+(?:iert|ieren|iere))\b)(?!.*[a-zäöüß]{3,}(?:t|te|ten|en)[.;!]?$).{0,160}$", 0),
        ("Anschluss", "", r"^(?:Dies\w*|Das|Dabei|Dazu|Hier\w*|Er|Sie|Es|Damit|Darüber|Zudem|Dadurch|Daraus|Dann|Denn|Daher|Deshalb|Somit|So|Zusammen|Anschließend|Danach|Davon)\b", 0),
        # what speaks against
        ("Frage", "against", r"\?\W*$", _FLAGS),
        ("Fragewort am Anfang", "against", r"^(?:\W|\d)*(?:wie|was|wann|warum|wieso|weshalb|welche\w*|wer|wo|wodurch|inwieweit|inwiefern|ist bekannt|gibt es|wurde|wird|werden)\b", _FLAGS),
        ("Gremium", "against", r"\b(?:gemeinderat\w*|stadtrat\w*|\w*ausschuss\w*|ortschaftsrat\w*|gremi\w+|hauptausschuss|sitzung\w*|beirat\w*|kreistag\w*|verbandsversammlung|gesellschafterversammlung)\b", _FLAGS),
        ("Kenntnis", "against", r"\bkenntnis\b|\btagesordnung\b|\bvorberatung\b|\bberatungsfolge\b|\bzur beschlussfassung\b", _FLAGS),
        ("Papier", "against", r"\b(?:vorlage\w*|anlage \d\w*|anlagen?|antrag\w*|anfrage\w*|stellungnahme\w*|schreiben|bericht\w*|unterlagen|tabelle|abbildung|seite|siehe|beigefügt\w*|dokument\w*|erläuterungen|vorgestellt|kurzfassung|ausgeführt|vervielfältig\w*|skizze\w*|broschüre)\b", _FLAGS),
        ("Vergabe", "against", r"\b(?:\w*vergabe\w*|angebote?s?|bieter\w*|zuschl(?:ag|äge)s?|ausschreibung\w*|los|lose|auftrag\w*|firma|firmen|submission\w*|wertung|gewerk|rahmenvertr\w+|leistungsverzeichnis\w*|bauvertrag)\b", _FLAGS),
        ("Verfahren", "against", r"\b(?:verfahren\w*|bekanntmachung\w*|auslegung\w*|aufstellungsbeschluss\w*|satzungsbeschluss\w*|beteiligung der|amtsblatt\w*|abstimmung\w*|wahl\w*|amtszeit|gewählt|bestellt|beratung|geregelt|zuständig\w*)\b", _FLAGS),
        ("Vergangenheit", "", r"\b(?:wurde|wurden|war|waren|hatte|hatten|worden|fand|fanden|erhielt|gingen?|kam|kamen|teilte|zogen|erfolgten?)\b", _FLAGS),
        ("wurde am Anfang", "against", r"^[^,]{0,60}\b(?:wurden?|hat|haben)\b", _FLAGS),
        ("Paragraf", "against", r"§|\babs\. ?\d|\babsatz \d|\bsatz \d|\bgemo\b|\bbaugb\b|\bziffer\b", _FLAGS),
        ("Rede", "against", r"\b(?:sei|seien|habe|könne|müsse|werde|unserer ansicht|aus unserer sicht|begrüßen|bedanken|danken|frage[n]? wir|wir )\b", _FLAGS),
        ("Bedingung", "against", r"^(?:\W*)(?:sollte|wird|werden|kann|können|legt|ist|sind|falls|sofern|wenn|wäre)\b|\bsofern\b|\bgegebenenfalls\b|\bwäre(?:n)?\b|\bwürden?\b", _FLAGS),
        ("Name", "against", r"\b(?:herr|frau|gez\.|dr\.|gmbh|co\.|kg|e\. ?v\.)\b|@|www\.|https?:", _FLAGS),
        ("Begriff", "against", r"\b(?:handelt es sich|versteht man|bezieht sich|bedeutet|genannt|sogenannte\w*|im sinne|gilt als|definiert)\b", _FLAGS),
        ("anderswo", "against", r"\b(?:EU|europäische\w*|bundestag\w*|bundesregierung|bundesweit\w*|bundesverfassungsgericht|landesregierung|deutschland|landratsamt\w*|kommission|münch\w+|stuttgart\w*|tübing\w+|freiburg\w*|mannheim\w*|heidelberg\w*)\b", 0),
        ("zulässig", "", r"\bzulässig\b|\bgestattet\b|\berlaubt\b", _FLAGS),
        ("verneint", "", r"\b(?:nicht|kein\w*|nie|ohne)\b", _FLAGS),
    )
}  # fmt: skip
"""The cues by name. A text after the name says of which kind it speaks, with `!` where strongly; `against` of none."""


SHAPES = ("Länge", "kurz", "lang", "ohne Ende", "klein am Anfang", "Ziffer am Anfang")
"""What the shape of a sentence says, beside its words."""


def cues_in(text: str) -> list[str]:
    """The names of the cues that a sentence shows."""
    return [name for name, cue in CUES.items() if cue.pattern.search(text)]


def shape_of(text: str) -> tuple[float, ...]:
    """The values of SHAPES."""
    words = len(text.split())
    return (
        min(words, 60) / 30,
        float(words < 8),
        float(words > 40),
        float(not text.rstrip().endswith((".", "!", ";", "?"))),
        float(text[:1].islower()),
        float(text[:1].isdigit()),
    )
