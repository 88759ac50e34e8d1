"""Small word lists with which compounds are split where the morphological model does not.

The model (HanTa) was trained on newspapers; words of urban planning such as *Nahversorgung*,
*Kindertagesstätte* or *Starkregen* are unknown to it as compounds. The lists are written by hand and kept short:
a word belongs here when a planner would search for it and it occurs as part of longer words.
"""

_PARTS = """
abfall abstand abwasser achse alt alten alter anbau anbindung anlage anlagen anpassung anteil arbeit arbeitslosen arm
arzt auftrag ausbau ausbildung ausgleich ausschuss aussen auto bahn barriere bau baum bebauung bedarf begegnung begrünung
behinderung beirat beleuchtung beratung bereich beruf beschluss bestand beteiligung betreuung betrieb bevölkerung
bewegung bezirk bild bildung biotop boden brache brücke bürger bus campus carsharing dach dachbegrünung daten demografie
denkmal dezernat dialog dichte dienst digital dorf eigentum einkauf einwohner eltern energie engagement entsiegelung
entwicklung erneuerung ersatz erweiterung fach fahrrad fahrt familie familien feld fern finanz fläche flächen flucht
fluss fokus forschung freiheit freiraum freizeit frischluft frei fuß fußgänger fußverkehr garten gebäude gebiet geburt
gehweg gelände gemeinde gemeinschaft gesamt geschoss gesellschaft gesundheit gewässer gewerbe grenze grün grund
gründung grundschule gruppe handel handlung haus haushalt haushalte haltestelle heim heiz hilfe hitze hoch hochschule
hochwasser hof industrie informatik infrastruktur innen innenstadt innovation insel integration investition jugend
jugendliche kaltluft kanal karte kern kinder kita kirche klima klinik konversion konzept kraft kranken kreis kreuzung
kultur kunst lade laden land landschaft langsam lärm lasten lauf leben leer lehre leit leitung licht liegenschaft lücke
luft markt maßnahme maßnahmen mehr mehrzweck miet miete mieten misch mitte mittel mobil mobilität müll
museum mutter nach nachbar nachbarschaft nachhaltigkeit nacht nah natur netz netzwerk neu neubau nutzung ober orts ort
ökologie park parken parkplatz pendler personal pfad pflanzen pflege planung platz plätze politik programm projekt
quartier quartiers quelle quote rad radweg radwege rahmen rand rat raum räume recht referat regen region regional
reihen rhein ring saldo sanierung satzung schiene schnell schnitt schul schule schutz see senioren sicherheit
siedlung solar sonder sozial spiel sport stadt stadtbild stadtteil stand stark starkregen statistik stätte
staub stelle steuer straße strecke strom struktur studie studenten studierenden tag tages tal technik technologie teil
teilhabe tempo tourismus tradition träger treff umbau umfeld umgehung umland umwelt universität unter unternehmen
ufer verbindung verbrauch verbund verein verkehr verkehrs vermögen versiegelung versorgung vertrag verwaltung viertel
volk vorsorge wachstum wald wand wanderung wärme wasser weg wege wegenetz welt wert wettbewerb wirtschaft
wissenschaft wohn wohnbau wohnraum wohnung wohnungen zählung zeit zentrum ziel ziele zone zug zukunft zuzug zwischen
"""
PARTS = frozenset(_PARTS.split())
"""Words that may be inside a compound (written as in the dictionary, lower case)."""

_OPAQUE = """
haushalt beirat handlung leitung maßnahme aufgabe anlage angebot unterkunft abstand abteil gegenwart hochzeit
antwort ausdruck beispiel ereignis erzeugnis jahrhundert kaiserslautern landkreis mittelpunkt standard umgebung ursache
verband vorteil nachteil urteil wirtschaft zeitung zukunft oberbürgermeister bürgermeister weihnachten wettbewerb
"""
OPAQUE = frozenset(_OPAQUE.split())
"""Words that the model splits although their parts say nothing (*Haushalt* is no kind of *Haus*)."""

_STOPWORDS = """
ab aber alle allem allen aller alles als also am an auch auf aus bei beim bis da damit dann das dass dem den denn der
des dessen die dies diese diesem diesen dieser dieses doch dort durch ein eine einem einen einer eines er es etwas für
gegen hat ich ihr ihre im in ist ja je kann mit nach nicht noch nur ob oder ohne sein seine sich sie sind so soll
sowie um und uns unter vom von vor war was wegen wenn wer werden wie wir wird wo zu zum zur über
"""
STOPWORDS = frozenset(_STOPWORDS.split())
"""Words that a query may leave out, as long as something else remains (written as in the dictionary)."""

_WEAK_WORDS = """
wann warum wieso weshalb welche welcher welches welchen wieviel wieviele viele viel mehr weniger gibt geben gab kommt kommen geht
gehen macht machen tut tun plant geplant plan planung will wollen möchte möchten brauchen braucht bekommt bekommen müssen muss
sollen sollte können könnte würde haben hatte wurde wurden worden bitte neu neue neuer neues neuen gut gute guter besser bessere
besserer schlecht schlechte groß große hoch unser unsere unserer unserem unseren mein meine meiner meinem meinen ort orte ortsteil
ortsteile stadtteil stadtteile ortsbezirk ortsbezirke stadt gemeinde dorf viertel kaiserslautern lautern projekt projekte
leute menschen mensch allein alleine großen kleinen kleine kleiner sucht suche suchen finde finden findet hause zuhause wohne alles nichts nie immer oft sehr ganz schon her hin
man jemand jemanden niemand mich mir dich dir euch euer eure ihm ihn ihnen wem wen bin bist war waren wäre wären hätte hätten habe habt lassen lässt
darf dürfen dürfte würden werde mag mögen sonst sogar trotzdem fast kaum eben halt mal einfach überhaupt jede jeder jedem jeden jedes beide manche mehrere
einige einigen ziemlich früher später danach deshalb daher darum dafür davon daran darauf damals bereits während seit bisher sondern wohin woher wofür
womit wovon worüber raus rein rum drin unten oben hinten vorne wenig wenige wenigen
vorhaben fahren fährt fahre thema passiert passieren los eigentlich gerade weiter dazu info infos information informationen stand dort hier jetzt heute bald endlich überall zwischen nähe richtung
the of for and my our is are what where when which how there do does more new better to on at about with city plans planned get can people
"""
WEAK_WORDS = frozenset(_WEAK_WORDS.split())
"""Words of a question that say little: a text that has them comes earlier, one that lacks them is found all the same."""

_SEPARABLE = "ab an auf aus bei ein fest fort frei her hin los mit nach vor weg weiter zu zurück zusammen"
SEPARABLE = tuple(sorted(_SEPARABLE.split(), key=len, reverse=True))
"""What a German verb sends to the end of its sentence: of *abkühlen* a text may have *kühlt … ab*."""

_GENERIC_HEADS = """
konzept konzeption plan planung strategie programm projekt maßnahme management arbeit karte prozess verfahren bericht studie
analyse gutachten untersuchung angebot entwicklung förderung ausbau umbau aufgabe bereich system thema struktur politik stelle
zahl anzahl quote anteil wert richtwert grad stand bedarf problem lage situation möglichkeit ziel leitbild beschluss satzung vorlage
beauftragte beauftragter abteilung referat initiative netzwerk partner vertrag auswertung ermittlung erfassung frage
"""
GENERIC_HEADS = frozenset(_GENERIC_HEADS.split())
"""Last parts of compounds that say what sort of thing it is, not what it is about: of *Gemeinwesenarbeit* the first part tells."""
