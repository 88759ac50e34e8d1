"""What councils decide about, as topics with the words that name them; and signs that a paper is about the council itself, people, or running business.

A topic is written once for all German cities. To which field of action it belongs is read from the words of the fields, goals and measures of a city
(`belonging`), so that fields can be called and cut as a city likes. A word counts for a topic wherever it stands in a compound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_WORD = re.compile(r"co[2₂][^\W\d_]*|[^\W\d_]{2,}", re.I)
HYPHEN = re.compile(r"(?<=\w)-(?=[^\W\d_])")
SHARP = 2.0
"""A topic belongs the more to the field that speaks of it most."""
MOST_OF_ONE = 3
"""So often a word of a topic counts in one text; more often says nothing more."""


@dataclass(frozen=True)
class CouncilTopic:
    """A matter of a city: its words, as parts of folded words; those with a circumflex only at the beginning, with a dollar at the end."""

    name: str
    pattern: re.Pattern[str]


def _topic(name: str, words: str) -> CouncilTopic:
    return CouncilTopic(name, re.compile("|".join(words.split()), re.I))


TOPICS: tuple[CouncilTopic, ...] = (
    _topic(
        "Wohnen",
        r"wohnung(?!slos) wohnraum wohnbau wohnhaus wohngebiet wohnquartier wohnheim wohnprojekt ^wohnen$ wohneinheit ^miet(?!er?beirat) mietspiegel baugemeinschaft "
        r"bauplatz bauplätze bauland wohnbebauung sozialwohn dachgeschoss leerstand zweckentfremd modernisierungsgebot eigenheim mehrfamilien",
    ),
    _topic(
        "Bebauung",
        r"bebauungspl innenentwicklung nachverdicht baulücke flächennutzungspl ^baufläch baugebiet brachfläch brachen$ ^brache regionalpl ^bebauung$ flächenverbrauch vorkaufsrecht umlegung "
        r"konversion aufsto(?:ß|ss|ck) siedlungsfläch",
    ),
    _topic(
        "Stadterneuerung",
        r"sanierungsgebiet stadterneuerung stadtumbau rahmenplan ortskern ortsmitte dorfmitte städtebauförderung quartiers? sanierungsträger wohnumfeld",
    ),
    _topic(
        "Schule und Bildung",
        r"schul(?!den|d$|dig) bildungs ^ganztag lernort unterricht ausbildungsplätze lehrplan campus$ gymnasi nachmittagsbetreuung",
    ),
    _topic(
        "Kinder und Betreuung",
        r"kita ^kitas?$ kindertages kindergart kinderkrippe kinderbetreuung ^hort$ ^horte familienzentr ^krippe tagespflege ^betreuungs spielplatz spielplätze spielraum spielräume spielstraße",
    ),
    _topic(
        "Jugend und Familie",
        r"jugendarbeit jugendhaus jugendtreff ^jugend(?!hilfeausschuss|beirat) ^famili(?!enname) alleinerziehend kinderarmut skate kinder(?:und)?jugend jugendliche",
    ),
    _topic(
        "Alter und Pflege",
        r"senior altenpfleg ^pflege(?!r|rin|rinnen)$ pflegeplätze pflegebedarf langzeitpflege pflegeheim demenz hausbesuche ^alter$ ^älter",
    ),
    _topic(
        "Zusammenleben",
        r"begegnung nachbarschaft integration(?!spreis) inklusion geflüchtet flüchtling wohnungslos obdachlos bürgerhaus bürgerzentr teilhabe willkommens raumbedarf treffpunkt stadtteilhaus",
    ),
    _topic(
        "Nahversorgung",
        r"nahversorg lebensmittel supermarkt dorfladen ärztlich hausarzt hausärzt ^versorgung(?!sbetrieb)$",
    ),
    _topic(
        "Wirtschaft",
        r"gewerbe(?!schule|amt) industrie(?!$) unternehmen(?!sgesellschaft) wirtschaftsförder wirtschaftsstandort betriebsansiedl ansiedlung existenzgründ ^gründ(?:er|ung) startup technologie technologiepark fachkräft arbeitsplätz arbeitsmarkt "
        r"handwerk(?!er) insolven ^wirtschaft$ ^messe$ messegesell kongress kreativwirtschaft arbeitslos beschäftigung(?:sförd)",
    ),
    _topic(
        "Handel und Innenstadt",
        r"einzelhandel ^handel$ ^händler innenstadt(?!ost|west) fußgängerzone gastronom ^läden$ ^laden$ geschäfte$ kaufhaus außengastro außenbewirtschaft sondernutzung wochenmarkt fachgeschäft ladenlokal city",
    ),
    _topic(
        "Wissenschaft",
        r"universität hochschul forschung(?!sprojekt) wissenschaft(?!lich) institut(?!ion) studierend studentisch technologietransfer gründerzentr",
    ),
    _topic(
        "Energie und Wärme",
        r"klimaschutz klimaneutral energie(?!kosten) photovolta solar ^pv$ fernwärme nahwärme wärmenetz wärmeversorg wärmeerzeug wärmeplan ^heiz pellet erdgas biogas wärmepumpe ^co2 ^co₂ emissionen$ treibhausgas kfweffizienz passivhaus windkraft windenergie kernkraft "
        r"energetisch sanierungsrate klimanotstand dämmung erneuerbar klimafonds klimakarte ^klima$ holzbau",
    ),
    _topic(
        "Klimaanpassung",
        r"klimaanpass hitze entsiegel versiegel begrün verschatt schatten kaltluft frischluft stadtklima klimawandel überhitz kühl(?!raum|haus)",
    ),
    _topic(
        "Grün und Natur",
        r"grünfläch grünzug grünanlag grünband ^grün(?:e|er|es|en)?$ ^baum ^bäume streuobst naturschutz naturdenkmal landschaft(?!sbau) biotop artenschutz artenvielfalt biodivers ^wald(?!$) ^wälder aufforst freifläch freiraum ausgleichsfläch ^park$ ^parks$ parkanlage gartenbau kleingart schwalbe "
        r"nistplätze gebäudebrüter insekten bienen ^natur$ bepflanz blühfläch stadtgrün ^garten gewässerrand wiesen$ ^wiese",
    ),
    _topic(
        "Wasser",
        r"gewässer hochwasser starkregen regenwasser niederschlagswasser ^bach$ bachlauf renaturier grundwasser ^ufer graben$ gräben ^see$ baggersee schwammstadt retention flussufer",
    ),
    _topic(
        "Bus und Bahn",
        r"^bus(?:se|sen|linie|linien|verkehr|halt|spur|bahnhof|verbindung)?$ buslinie fernbus ^bahn$ straßenbahn stadtbahn sbahn ^öpnv nahverkehr haltestelle fahrplan taktverdicht verkehrsverbund schienen(?!weg) schienenverkehr gleis fahrgast fahrgäste ticket jobticket bergbahn verkehrsleistung "
        r"linienverkehr linienbündel verkehrsbetrieb haltepunkt bahnhof schülerbeförder beförderungskosten regionalbahn",
    ),
    _topic(
        "Rad",
        r"radweg radverkehr radfahr radroute fahrrad radschnell radstreifen radnetz ^rad$ ^räder$ lastenrad radstation",
    ),
    _topic(
        "Fuß",
        r"fußgänger(?!zone) fußweg fußverkehr gehweg zufuß zebrastreifen querung barrierefrei sehbehindert blinden schulweg",
    ),
    _topic(
        "Auto und Straße",
        r"parkraum parkplatz parkplätze ^parken$ ^parkens$ parkier bewohnerpark ^pkw ^kfz autoverkehr ^auto(?:s)?$ stellpl tempo(?!rär) kreisverkehr ^tunnel tunnel$ umfahrung umgehungsstraße querspange straßenbau straßenumbau fahrbahn ladestation ladeinfra ladesäule elektrofahr "
        r"elektromob elektrotret escooter scooter mobilität carsharing mitfahr verkehrsberuhig geschwindigkeit ^verkehr$ verkehrs(?!verbund|betrieb|leist|verein|minist) falschpark abschlepp fuhrpark lieferverkehr ^brücke brückenbau bundesstraße reallabor verkehrsversuch durchgangsverkehr motorisiert fahrradtax taxi pendler verkehrslärm",
    ),
)

_SIGNS = (
    ("Personen und Gremien", r"^wahl(?:en)?$ ^wahl ^berufung neuberufung abberufung ^bestellung$ ^besetzung umbesetzung neubesetzung ausscheiden verpflichtung$ aufsichtsr sachkundige vertreter(?:in)?$ ortsvorsteher gemeindewahl verbandsversammlung ^mitglied stellvertret "
     r"geschäftsordnung redezeit ausschlussfrist hauptsatzung tagesordnung sitzung(?:skalender|stermin) ^fraktion zuständigkeitsordnung kommission$ "),
    ("Personal und Verwaltung", r"stellenschaff personalst stellenplan besoldung arbeitnehmer leiharbeit arbeitnehmerüberlassung ^lizenz lizenzen software microsoft ^supervision führungsposition auszubildend gender(?:schreib|stern|n)? ortsverwaltung verwaltungsgebäude unterhaltsreinigung ^reinigung glasreinigung ^unterhalts "
     r"dienstleistung(?:szentrum)?$ beteiligungsportal ^online terminverein"),
    ("Finanzen", r"^gebühren(?!s?frei) gebührensatzung gebührenordnung jahresabschl wirtschaftsplan haushaltssich haushaltssatz doppelhaushalt beteiligungsbericht ^zuwendung ^spende darleh bürgschaft ^steuer zweitwohnung erschließungsbeitr kostenerstattungs kapitalerh ^kredit preissteigerung ^entgelt monitoringbericht "
     r"auflösung gesellschafter liquidation stammkapital "),
    ("Kultur und Sport", r"theater ^kunst kultur(?!landschaft) museum denkmal(?!schutz) stadion sportförder sportverein kunstrasen fußball leichtathlet schwimm ^bad$ ^bäder hallenbad festival ^fest$ erinnerungskult bibliothek orchester stadthalle veranstaltung glauben kirchen ehrenamt städtepartner"),
    ("Ordnung und Sicherheit", r"polizei(?!verordnung)$ kriminal ^sicherheit sicherheitskonzept abfall(?!wirt) abfallbehälter ^müll mülleimer wertstoff dualer hund(?!ert) hunde tierheim haustier drohne rassis diskrimin angriff rettungskräfte feuerwehr brandschutz abschieb ausländerbeh friedhof bestattung gräber ^lärmbel corona pandemie "
     r"ffp masken ^ring(?:e|en)$ rettungsring betreuungsrecht rückzahlung gleichstell"),
)  # fmt: skip
SIGNS: tuple[CouncilTopic, ...] = tuple(_topic(name, words) for name, words in _SIGNS)
"""What speaks against any field, by its name."""


def words_of(text: str) -> list[str]:
    """The words of a text as topics look at them: small, compounds with hyphens in one."""
    joined = HYPHEN.sub("", text)
    return [word.lower() for word in _WORD.findall(joined)]


def counts(text: str, topics: Sequence[CouncilTopic] = TOPICS) -> Numbers:
    """How often each topic is named, each word at most MOST_OF_ONE times."""
    often: dict[str, int] = {}
    for word in words_of(text):
        often[word] = min(often.get(word, 0) + 1, MOST_OF_ONE)
    found = np.zeros(len(topics))
    for word, count in often.items():
        for place in topics_of(word) if topics is TOPICS else signs_of(word):
            found[place] += count
    return found


@lru_cache(maxsize=50_000)
def topics_of(word: str) -> tuple[int, ...]:
    """The places of the topics that a word, as `words_of` gives it, names."""
    return tuple(place for place, topic in enumerate(TOPICS) if topic.pattern.search(word))


@lru_cache(maxsize=50_000)
def signs_of(word: str) -> tuple[int, ...]:
    """The places of the signs that a word shows."""
    return tuple(place for place, sign in enumerate(SIGNS) if sign.pattern.search(word))


def named_in(text: str, topic: int) -> list[str]:
    """The words of a text that name a topic, as they are written, each once."""
    joined = HYPHEN.sub("", text)
    return list(dict.fromkeys(word for word in _WORD.findall(joined) if topic in topics_of(word.lower())))


def belonging(told: Numbers) -> Numbers:
    """How much each topic (row) belongs to each field (column): shares of a row, nothing where no field speaks of it.

    ``told`` says how often the words of a field (its name, aim, goals, measures, and what people decided of papers) name a topic.
    """
    share = (told / np.maximum(told.sum(axis=0), 1.0)) ** SHARP
    whole = share.sum(axis=1, keepdims=True)
    found: Numbers = np.divide(share, whole, out=np.zeros_like(share), where=whole > 0)
    return found
