"""What the demo's base map shows of the facts, and under which names: the choices of `draw_base_map.py`, made by hand."""

ROADS = ("motorway", "primary", "secondary", "tertiary")
LAND = {
    "commercial": "commercial", "retail": "retail", "industrial": "industrial", "construction": "industrial",
    "railway": "railway", "military": "military", "park": "park", "recreation_ground": "park", "village_green": "park",
    "common": "park", "cemetery": "cemetery", "allotments": "garden", "sports_centre": "sport", "stadium": "sport",
    "school": "public", "meadow": "meadow", "farmland": "farmland", "grass": "meadow",
}  # fmt: skip
"""The class of land for a class in OpenStreetMap."""
NAMED_LAND = {
    "Volkspark", "Stadtpark", "Gartenschau Kaiserslautern", "Japanischer Garten", "Hauptfriedhof", "Fritz-Walter-Stadion",
    "ehemaliges Pfaff Gelände", "Kleber Kaserne", "Daenner Kaserne", "Jean-Schoen-Park",
}  # fmt: skip
"""Areas that are drawn however small they are, with their name."""
SHOWN_NAMES = {
    "ehemaliges Pfaff Gelände": "Pfaff-Gelände", "Gartenschau Kaiserslautern": "Gartenschau", "Kleber Kaserne": "Kleber-Kaserne",
    "Daenner Kaserne": "Daenner-Kaserne", "unterer Teich": "Unterer Teich", "oberer Teich": "Oberer Teich",
    "Rathaus Kaiserslautern": "Rathaus", "Technische Universität Kaiserslautern": "Universität",
    "Fachhochschule Kaiserslautern, Standort Schoenstraße": "Hochschule, Schoenstraße",
    "Fachhochschule Kaiserslautern, Standort Morlautererstraße": "Hochschule, Morlauterer Straße",
    "Kulturzentrum Kammgarn": "Kammgarn", "Justizzentrum Kaiserslautern": "Justizzentrum", "Feuerwehr Kaiserslautern": "Feuerwehr",
    "Bertha von Suttner Integrierte Gesamtschule": "IGS Bertha von Suttner", "Heinrich Heine Gymnasium": "Heinrich-Heine-Gymnasium",
    "Geschwister Scholl Schule": "Geschwister-Scholl-Schule", "Betzenberg Grundschule": "Grundschule Betzenberg",
    "Apostel-Kirche": "Apostelkirche", "St. Maria": "Marienkirche",
    "St.-Franziskus-Gymnasium und -Realschule": "St.-Franziskus-Schulen",
    "Gemeindezentrum \"Alte Eintracht\"": "Alte Eintracht",
    "Kaiserslautern Hbf": "Hauptbahnhof", "Kaiserslautern West": "Westbahnhof", "Kaiserslautern Pfaffwerk": "Pfaffwerk",
}  # fmt: skip
"""How a name is shown that the facts write otherwise."""

LANDMARKS = {
    "townhall": "*", "hospital": "Westpfalz-Klinikum", "university": "*",
    "theatre": "*", "arts_centre": "*", "museum": "*", "library": "Pfalzbibliothek|Stadtbibliothek", "stadium": "*",
    "courthouse": "*", "fire_station": "*", "police": "Polizeipräsidium Westpfalz",
    "place_of_worship": "Stiftskirche|St. Martin|St. Maria|Apostel-Kirche|Lutherkirche|Pauluskirche|Friedenskirche|Lukaskirche"
    "|Christuskirche",
    "school": "Schulzentrum Nord|Burggymnasium|Hohenstaufengymnasium|Albert-Schweitzer-Gymnasium|Gymnasium am Rittersberg"
    "|Heinrich Heine Gymnasium|IGS Goetheschule|Bertha von Suttner Integrierte Gesamtschule|Volkshochschule|Röhmschule"
    "|Kottenschule|Luitpoldschule|Barbarossaschule|Stresemannschule|Theodor-Heuss-Schule|Pestalozzischule|Fischerrückschule"
    "|Schillerschule|Paul-Münch-Schule|Geschwister Scholl Schule|Bännjerrückschule|Stiftswaldschule|Fritz-Walter-Schule"
    "|Betzenberg Grundschule|St.-Franziskus-Gymnasium und -Realschule|Handwerkskammer der Pfalz",
    "public_building": "Finanzamt|Gemeindezentrum \"Alte Eintracht\"", "artwork": "Barbarossabrunnen|Elf Freunde",
    "ruins": "Kaiserpfalz",
    "parking": "Messeplatz|Warmfreibad",
}  # fmt: skip
"""Which points of interest get a name on the map, by class: all, or these."""
SQUARES = ("platz", "Platz", "markt")
NAMED_BY_STOP = {
    "Erzhütten": "suburb", "Wiesenthalerhof": "suburb", "Betzenberg": "quarter", "Vogelweh": "quarter", "Eselsfürth": "quarter",
    "Espensteig Ort": "hamlet", "Stockborn": "hamlet", "Gersweilerhof": "hamlet", "Kaisermühle": "hamlet", "Rütschhof": "hamlet",
    "Kreuzhof": "hamlet", "Engelshof": "hamlet", "Pfaffsiedlung": "quarter", "Europahöhe": "quarter", "PRE-Park": "quarter",
    "Hohenecken Gelterswoog": "locality", "Siegelbach Zoo": "landmark", "monte mare": "landmark", "Warmfreibad": "landmark",
    "Lampertsmühle Spinnerei": "locality", "Industriegebiet Nord": "locality", "Gewerbegebiet West": "locality",
    "Hohenecken Burg": "locality", "Kreisverwaltung": "landmark", "Fraunhofer Zentrum": "landmark",
    "Generaldepot": "locality", "Panzerkaserne": "locality", "Wasserwerk": "landmark", "Neumühle": "hamlet",
    "Herrenwiesenthal": "hamlet", "Morlautern Waschmühle": "landmark",
    "Schulzentrum Süd": "landmark", "Dansenberg Sauberg": "locality",
}  # fmt: skip
"""Places whose name is known from the stop that lies there."""
STOP_NAMES = {
    "Espensteig Ort": "Espensteig", "Hohenecken Gelterswoog": "Gelterswoog", "Siegelbach Zoo": "Zoo", "Lampertsmühle Spinnerei": "Lampertsmühle", "Hohenecken Burg": "Burg Hohenecken",
    "Morlautern Waschmühle": "Waschmühle", "Dansenberg Sauberg": "Sauberg", "Pfaffsiedlung": "Pfaff-Siedlung"
}  # fmt: skip
"""The name of the place where the stop has another."""
VILLAGES = {
    "Morlautern": "Morlautern Kirche", "Erlenbach": "Erlenbach Rathaus", "Erfenbach": "Erfenbach Rathaus",
    "Siegelbach": "Siegelbach Mitte", "Einsiedlerhof": "Einsiedlerhof Kaiserstraße", "Hohenecken": "Hohenecken Brücke",
    "Dansenberg": "Dansenberg Dansenberger Straße", "Mölschbach": "Mölschbach Denkmal",
}  # fmt: skip
"""Each Ortsbezirk that is one village, and the stop in its middle."""
LINES_OUTSIDE = (
    ("Kennelgarten", "Vogelweh", "Einsiedlerhof"),
    ("Hohenecken", "Hohenecken"),
)
"""The railway outside the core city: from the end of a line that lies nearest to the first station to the others."""
