"""The `insek` command. Each sub-command imports what it needs only when it is called, so that all start quickly."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.conf import LazySettings

TICK_SECONDS = 20

BENCHES = (
    "pages", "tiles", "report", "writes", "search", "text", "check", "population", "findings", "evidence", "reach",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return the exit code: 0 done, 1 refused, 2 wrongly called."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")
    os.umask(0o077)  # what is written here is read by nobody else on this machine
    if given[:1] == ["manage"]:
        return manage(given[1:])
    options = _parser().parse_args(given)
    from django.core.exceptions import ImproperlyConfigured

    try:
        return int(options.run(options) or 0)
    except ImproperlyConfigured as error:
        return _refuse(f"Die Einstellungen sind unvollständig.\n{error}")
    except NothingThere as error:
        return _refuse(str(error))


class NothingThere(Exception):
    """Refused: a command that works on data, before there are any; the message says what to do first."""


def _parser() -> argparse.ArgumentParser:
    from insek.config.shell import BEGINNING, in_language_of_shell

    parser = argparse.ArgumentParser(
        prog="insek", description="Plattform für integrierte Stadtentwicklungskonzepte"
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="Befehle", metavar="BEFEHL", required=True)

    demo = commands.add_parser("demo", help="Kaiserslautern auf diesem Rechner ansehen")
    demo.add_argument("--port", type=int, default=int(os.environ.get("INSEK_PORT") or 8000))
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="Web, Hintergrundarbeit und Uhr betreiben")
    serve.add_argument("--host", help="Adresse, auf der gelauscht wird (INSEK_HOST, 127.0.0.1)")
    serve.add_argument("--port", type=int, help="Port (INSEK_PORT, 8000)")
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="Datenbank anlegen oder auf diese Version bringen")
    migrate.set_defaults(run=_migrate)

    commands.add_parser(
        "manage", help="einen Befehl von Django ausführen, etwa: insek manage changepassword NAME"
    )

    load = commands.add_parser(
        "import",
        help="ein Konzeptpaket einlesen, oder: insek import places DATEI, ebenso basemap, houses, streets",
    )
    load.add_argument(
        "source",
        nargs="+",
        metavar="PAKET",
        help="Ordner oder Zip; oder places, basemap, houses oder streets und eine Datei",
    )
    load.add_argument(
        "--mapping", type=Path, metavar="DATEI", help="bei basemap: Zuordnung der Tabellen eines GeoPackage"
    )
    load.add_argument(
        "--attribution",
        default="",
        metavar="TEXT",
        help="bei basemap: was auf jeder Karte steht; bei houses und streets: wessen Verzeichnis das ist",
    )
    load.add_argument(
        "--margin", type=float, default=5, metavar="KM", help="bei basemap: Umland um die Stadt in Kilometern"
    )
    load.add_argument(
        "--replace", action="store_true", help="ein vorhandenes Konzept gleichen Schlüssels ersetzen"
    )
    load.set_defaults(run=_import)

    export = commands.add_parser("export", help="ein Konzept als Paket schreiben")
    export.add_argument("target", metavar="ZIEL", type=Path, help="Ordner oder Datei mit der Endung .zip")
    export.add_argument("--concept", help="Schlüssel des Konzepts; nötig, wenn es mehrere gibt")
    export.add_argument("--profile", choices=["public", "working"], default="public")
    export.set_defaults(run=_export)

    report = commands.add_parser("report", help="das Konzept oder einen Inhalt als PDF oder Word-Datei")
    report.add_argument("what", metavar="WAS", choices=["concept", "item"], help="concept oder item")
    report.add_argument(
        "item", metavar="KENNUNG", nargs="?", default="", help="bei item: die Kennung des Inhalts"
    )
    report.add_argument("--pdf", metavar="DATEI", type=Path)
    report.add_argument("--docx", metavar="DATEI", type=Path)
    report.add_argument("--language", choices=["de", "en"], default="de")
    report.set_defaults(run=_report)

    backup = commands.add_parser("backup", help="Datenbank und Dateien in eine Datei sichern")
    backup.add_argument("path", metavar="DATEI", type=Path)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="eine Sicherung in eine leere Installation zurückspielen")
    restore.add_argument("path", metavar="DATEI", type=Path)
    restore.set_defaults(run=_restore)

    bench = commands.add_parser("bench", help="Geschwindigkeit messen, etwa: insek bench pages")
    bench.add_argument("what", choices=BENCHES)
    bench.add_argument(
        "--items", type=int, nargs="+", default=[10_000], help="wie viele Einträge, auch mehrere Größen"
    )
    bench.add_argument("--requests", type=int, default=20, help="wie viele Anfragen je Seite und Runde")
    bench.add_argument("--clients", type=int, default=4, help="wie viele zugleich Beiträge senden")
    bench.add_argument("--values", type=int, default=50_000, help="bei writes: Werte der Lieferung")
    bench.add_argument("--rows", type=int, default=500, help="bei writes: Zeilen der Tabelle")
    bench.add_argument(
        "--questions",
        type=Path,
        metavar="DATEI",
        help="bei search: Fragen und was sie finden sollen; bei text und check: wo die Texte sind; bei population und reach: wo die Zahlen und Ebenen sind",
    )
    bench.add_argument(
        "--keep", type=Path, metavar="ORDNER", help="Ordner, der die Daten für das nächste Mal behält"
    )
    bench.set_defaults(run=_bench)

    new = commands.add_parser("new", help="ein leeres Konzept für eine Stadt beginnen")
    for option, name, said in BEGINNING:
        new.add_argument(option, default="", metavar=name, help=said)
    new.set_defaults(run=_new)

    admin = commands.add_parser("admin", help="einen Zugang mit der Rolle Administration anlegen")
    admin.add_argument("username", metavar="NAME")
    admin.set_defaults(run=_admin)

    purge = commands.add_parser(
        "purge", help="eine persönliche Angabe aus dem Verlauf aller Inhalte streichen"
    )
    purge.add_argument("text", metavar="TEXT", help="die Angabe, wie sie dasteht, etwa ein Name")
    purge.set_defaults(run=_purge)

    check = commands.add_parser("check", help="prüfen, ob die Installation betrieben werden darf")
    check.add_argument(
        "--before-start", action="store_true", help="ohne den Webserver davor (Teil von serve)"
    )
    check.set_defaults(run=_check)

    clock = commands.add_parser("clock", help="fällige wiederkehrende Arbeiten anstoßen (Teil von serve)")
    clock.set_defaults(run=_clock)

    worker = commands.add_parser("worker", help="wartende Hintergrundarbeit erledigen (Teil von serve)")
    worker.set_defaults(run=_worker)
    return in_language_of_shell(parser)


def manage(arguments: list[str]) -> int:
    """Run a Django management command."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["insek manage", *arguments])
    except ImproperlyConfigured as error:
        return _refuse(f"Die Einstellungen sind unvollständig.\n{error}")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from insek.config.demo import demo
    from insek.config.supervisor import NotReady, PortTaken

    try:
        return demo(port=options.port)
    except (NotReady, PortTaken) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 0


def _serve(options: argparse.Namespace) -> int:
    if options.host:
        os.environ["INSEK_HOST"] = options.host  # the checks look at it
    from insek.config import settings
    from insek.config.supervisor import NotReady, PortTaken, serve

    try:
        return serve(host=options.host or settings.INSEK_HOST, port=options.port or settings.INSEK_PORT)
    except (NotReady, PortTaken) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 0


def _migrate(options: argparse.Namespace) -> int:
    settings = _set_up(needs_tables=False)
    from django.core.management import call_command

    from insek.config.private_files import close_to_others

    settings.INSEK_DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=1)
    close_to_others()
    return 0


def _import(options: argparse.Namespace) -> int:
    _set_up()
    from insek.config.importing import ImportRefused, import_from

    try:
        for line in import_from(options):
            print(line, flush=True)
    except ImportRefused as error:
        return _refuse(str(error))
    return 0


def _export(options: argparse.Namespace) -> int:
    _set_up()
    from insek.concept.models import Concept
    from insek.package import ExportRefused, export_package

    concepts = list(
        Concept.objects.filter(key=options.concept) if options.concept else Concept.objects.all()[:2]
    )
    if len(concepts) != 1:
        keys = ", ".join(Concept.objects.values_list("key", flat=True)) or "keines"
        return _refuse(f"Welches Konzept? Mit --concept eines wählen; vorhanden: {keys}")
    try:
        digest = export_package(concepts[0], options.target, profile=options.profile)
    except ExportRefused as error:
        return _refuse(str(error))
    print(f"Geschrieben: {options.target} (SHA-256 {digest})")
    return 0


def _backup(options: argparse.Namespace) -> int:
    _set_up()
    from insek.config.backup import BackupRefused, backup

    try:
        print(f"Gesichert: {options.path} (SHA-256 {backup(options.path)})")
    except BackupRefused as error:
        return _refuse(str(error))
    return 0


def _restore(options: argparse.Namespace) -> int:
    _set_up(needs_tables=False)
    from insek.config.backup import BackupRefused, restore

    try:
        restore(options.path)
    except BackupRefused as error:
        return _refuse(str(error))
    print(f"Zurückgespielt: {options.path}")
    return 0


def _report(options: argparse.Namespace) -> int:
    _set_up()
    from insek.publish.report.command import ReportRefused, write_reports

    try:
        for written in write_reports(
            what=options.what,
            item_id=options.item,
            pdf=options.pdf,
            docx=options.docx,
            language=options.language,
        ):
            print(f"Geschrieben: {written}")
    except ReportRefused as error:
        return _refuse(str(error))
    return 0


def _bench(options: argparse.Namespace) -> int:
    from insek.config.bench_choice import run_bench

    return run_bench(options)


def _new(options: argparse.Namespace) -> int:
    """Begin an empty concept; what is still missing is done on its pages."""
    _set_up()
    from insek.config.shell import BEGINNING
    from insek.publish.beginning.shell import begin_from_shell

    names = [option.lstrip("-") for option, *_said in BEGINNING]
    is_begun, said = begin_from_shell(**{name: getattr(options, name) for name in names})
    if is_begun:
        print(said)
    return 0 if is_begun else _refuse(said)


def _admin(options: argparse.Namespace) -> int:
    """Create the first login of an installation; further ones are made on its pages."""
    _set_up()
    from insek.config.first_login import LoginRefused, create_administrator

    try:
        create_administrator(options.username)
    except LoginRefused as error:
        return _refuse(str(error))
    print(f"Angelegt: {options.username}, mit der Rolle Administration.")
    return 0


def _purge(options: argparse.Namespace) -> int:
    """Take a personal datum out of the history; where it still is in an item, say so."""
    _set_up()
    from insek.thread.history import places_of, purge

    if not options.text.strip():
        return _refuse("Bitte die Angabe nennen, die gestrichen werden soll.")
    print(
        f"Gestrichen in {purge(needle=options.text)} Zeilen von Verlauf, Freigaben und unfertigen Vorschauen."
    )
    standing = places_of(options.text)
    if standing:
        print("Sie steht noch in diesen Inhalten und ist dort von Hand zu ändern:")
        print("\n".join(f"  /k/{pk}  {title}" for pk, title in standing))
    print("Ältere Sicherungen enthalten sie weiterhin, siehe docs/operators/backup.md.")
    return 0


def _check(options: argparse.Namespace) -> int:
    _set_up(needs_tables=False)
    from insek.config.supervisor import NotReady, refuse_unless_ready

    try:
        refuse_unless_ready()
    except NotReady as error:
        return _refuse(str(error))
    if options.before_start:
        return 0
    print("Die Installation ist in Ordnung und kann betrieben werden.")
    return _check_service() or _check_proxy()


def _check_service() -> int:
    """Ask the city's sign-in service, where one is named, how it describes itself."""
    from insek.config.service_check import what_service_says

    problem, said = what_service_says()
    if said:
        print(said)
    return _refuse(problem) if problem else 0


def _check_proxy() -> int:
    """Ask through the public address whether the web server in front does its part."""
    from django.conf import settings

    from insek.config.proxy_check import ProxyUnasked, problems_of_proxy

    if not settings.PRODUCTION:
        return 0
    try:
        problems = problems_of_proxy(settings.INSEK_ORIGIN)
    except ProxyUnasked as error:
        print(f"Der Webserver davor ist nicht geprüft: {error}. Dazu muss insek serve laufen.")
        return 0
    if problems:
        return _refuse("Der Webserver davor ist falsch eingerichtet:\n" + "\n".join(problems))
    print("Der Webserver davor nennt die Absender, glaubt Browsern nichts und wartet auf ganze Anfragen.")
    return 0


def _worker(options: argparse.Namespace) -> int:
    """Do background work until SIGTERM or SIGINT; a busy database is waited for."""
    _set_up()
    from insek.jobs.worker import work

    work()
    return 0


def _clock(options: argparse.Namespace) -> int:
    """Call the due recurring jobs every few seconds; a failing tick is logged and the next one follows."""
    _set_up()
    from django.db import close_old_connections

    from insek.jobs.clock import tick

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while not stop.is_set():
        close_old_connections()
        try:
            tick()
        except Exception:
            logging.getLogger("insek.clock").exception("a tick failed")
        close_old_connections()
        stop.wait(TICK_SECONDS)
    return 0


def _set_up(*, needs_tables: bool = True) -> LazySettings:
    """Start Django. Raises NothingThere where tables are needed and the database has none."""
    import django
    from django.conf import settings

    django.setup()
    if needs_tables:
        from django.db import connection

        if not connection.introspection.table_names():
            raise NothingThere(
                "Hier sind noch keine Daten. Zuerst die Vorführung starten: ./dev demo oder insek demo"
                if settings.INSEK_ENV == "demo"
                else "Die Datenbank ist noch leer. Zuerst anlegen:\n    insek migrate"
            )
    return settings


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def _version() -> str:
    from insek import __version__

    return f"insek {__version__}"
