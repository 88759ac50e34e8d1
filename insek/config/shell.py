"""What language a person at the terminal reads: German where the shell is German, otherwise English."""

from __future__ import annotations

import argparse
import os

BEGINNING = (
    ("city", "STADT", "Name der Stadt"),
    ("--ags", "SCHLÜSSEL", "amtlicher Gemeindeschlüssel, acht Ziffern"),
    ("--title", "TITEL", "Titel des Konzepts"),
    ("--until", "JAHR", "Zieljahr"),
    ("--structure", "GLIEDERUNG", "fertige Gliederung, etwa vier-felder"),
)
"""What `insek new` takes."""
ENGLISH = {
    "Plattform für integrierte Stadtentwicklungskonzepte": "platform for integrated urban development concepts",
    "Befehle": "commands",
    "BEFEHL": "COMMAND",
    "PAKET": "PACKAGE",
    "ZIEL": "TARGET",
    "WAS": "WHAT",
    "KENNUNG": "ID",
    "KM": "KM",
    "DATEI": "FILE",
    "NAME": "NAME",
    "TEXT": "TEXT",
    "diese Hilfe zeigen": "show this help",
    "die Version nennen": "show the version",
    "Kaiserslautern auf diesem Rechner ansehen": "look at Kaiserslautern on this computer",
    "Web, Hintergrundarbeit und Uhr betreiben": "run web, background work and clock",
    "Adresse, auf der gelauscht wird (INSEK_HOST, 127.0.0.1)": "address to listen on (INSEK_HOST, 127.0.0.1)",
    "Port (INSEK_PORT, 8000)": "port (INSEK_PORT, 8000)",
    "Datenbank anlegen oder auf diese Version bringen": "make the database or bring it to this version",
    "einen Befehl von Django ausführen, etwa: insek manage changepassword NAME":
        "run a command of Django, such as: insek manage changepassword NAME",
    "ein Konzeptpaket einlesen, oder: insek import places DATEI, ebenso basemap, houses, streets": "read in a concept package, or: insek import places FILE, likewise basemap, houses, streets",
    "Ordner oder Zip; oder places, basemap, houses oder streets und eine Datei": "folder or zip; or places, basemap, houses or streets and a file",
    "bei basemap: Zuordnung der Tabellen eines GeoPackage": "with basemap: mapping of the tables of a GeoPackage",
    "bei basemap: was auf jeder Karte steht; bei houses und streets: wessen Verzeichnis das ist":
        "with basemap: what stands on every map; with houses and streets: whose register it is",
    "bei basemap: Umland um die Stadt in Kilometern": "with basemap: kilometres around the city",
    "ein vorhandenes Konzept gleichen Schlüssels ersetzen": "replace a concept of the same key",
    "ein Konzept als Paket schreiben": "write a concept as a package",
    "Ordner oder Datei mit der Endung .zip": "folder, or file that ends in .zip",
    "Schlüssel des Konzepts; nötig, wenn es mehrere gibt": "key of the concept; needed where there are several",
    "das Konzept oder einen Inhalt als PDF oder Word-Datei": "the concept or one item as a PDF or Word file",
    "concept oder item": "concept or item",
    "bei item: die Kennung des Inhalts": "with item: the id of the item",
    "Datenbank und Dateien in eine Datei sichern": "back up database and files into one file",
    "eine Sicherung in eine leere Installation zurückspielen": "restore a backup into an empty installation",
    "Geschwindigkeit messen, etwa: insek bench pages": "measure speed, such as: insek bench pages",
    "wie viele Einträge, auch mehrere Größen": "how many items, also several sizes",
    "wie viele Anfragen je Seite und Runde": "how many requests to each page in a round",
    "wie viele zugleich Beiträge senden": "how many send contributions at once",
    "ohne den Webserver davor (Teil von serve)": "without the web server in front (part of serve)",
    "bei writes: Werte der Lieferung": "for writes: values of the delivery",
    "bei writes: Zeilen der Tabelle": "for writes: rows of the sheet",
    "bei search: Fragen und was sie finden sollen; bei text und check: wo die Texte sind; bei population und reach: wo die Zahlen und Ebenen sind": "for search: questions, and what they should find; for text and check: where the texts are; for population and reach: where the counts and layers are",
    "ORDNER": "FOLDER",
    "Ordner, der die Daten für das nächste Mal behält": "folder that keeps the data for the next time",
    "ein leeres Konzept für eine Stadt beginnen": "begin an empty concept for a city",
    "STADT": "CITY",
    "Name der Stadt": "name of the city",
    "SCHLÜSSEL": "KEY",
    "amtlicher Gemeindeschlüssel, acht Ziffern": "official municipality key, eight digits",
    "TITEL": "TITLE",
    "Titel des Konzepts": "title of the concept",
    "JAHR": "YEAR",
    "Zieljahr": "target year",
    "GLIEDERUNG": "STRUCTURE",
    "fertige Gliederung, etwa vier-felder": "ready structure, such as vier-felder",
    "einen Zugang mit der Rolle Administration anlegen": "make a login with the role administration",
    "eine persönliche Angabe aus dem Verlauf aller Inhalte streichen": "strike a personal datum from the history of all items",
    "die Angabe, wie sie dasteht, etwa ein Name": "the datum as it stands, such as a name",
    "prüfen, ob die Installation betrieben werden darf": "check whether the installation is fit to run",
    "wartende Hintergrundarbeit erledigen (Teil von serve)": "do waiting background work (part of serve)",
    "fällige wiederkehrende Arbeiten anstoßen (Teil von serve)": "start recurring work that is due (part of serve)",
}  # fmt: skip
"""The help of `insek`. Messages of a running installation are German, like what they are about."""


def shell_is_german() -> bool:
    """Look where every program looks: LC_ALL before LC_MESSAGES before LANG."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return said.lower().startswith("de")


def spoken(german: str, english: str) -> str:
    """The one of the two that the shell speaks."""
    return german if shell_is_german() else english


def in_language_of_shell(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Put a parser whose help is German, and its sub-commands, into the language of the shell; returns it."""
    parser.formatter_class = _Help
    parser._positionals.title = spoken("Angaben", "arguments")
    parser._optionals.title = spoken("Schalter", "options")
    parser.description = _said(parser.description)
    for group in parser._action_groups:
        group.title = _said(group.title) if group.title == "Befehle" else group.title
    for action in parser._actions:
        if action.dest in {"help", "version"}:
            action.help = "diese Hilfe zeigen" if action.dest == "help" else "die Version nennen"
        action.help = _said(action.help)
        action.metavar = _said(action.metavar) if isinstance(action.metavar, str) else action.metavar
        if isinstance(action, argparse._SubParsersAction):
            for line in action._choices_actions:
                line.help = _said(line.help)
            for command in action.choices.values():
                in_language_of_shell(command)
    return parser


def _said(text: str | None) -> str | None:
    return text and spoken(text, ENGLISH[text])


class _Help(argparse.HelpFormatter):
    """argparse knows its own few words in English only."""

    def add_usage(self, usage, actions, groups, prefix=None):
        super().add_usage(usage, actions, groups, prefix or spoken("Aufruf: ", "usage: "))
