"""`insek demo`: the real Kaiserslautern on this computer, with logins that everybody may know."""

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path

import django

from insek.config import supervisor
from insek.config.shell import spoken

CITY = "kaiserslautern"


def say(text: str = "") -> None:
    print(text, flush=True)


def demo(*, host: str = "127.0.0.1", port: int = 8000) -> int:
    """Set up what is missing in the demo's data folder and serve it until Ctrl-C."""
    started = time.monotonic()
    os.environ["INSEK_ENV"] = "demo"
    os.environ.setdefault("INSEK_DATA_DIR", str(Path("data-demo").resolve()))
    Path(os.environ["INSEK_DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    logins = _prepared_elsewhere()
    free, holder = supervisor.hold_first_free_port(host, port)
    if free != port:
        say(
            spoken(
                f"Port {port} ist belegt, die Vorführung nimmt {free}.",
                f"Port {port} is taken, the demo uses {free}.",
            )
        )
    return supervisor.serve(
        host=host,
        port=free,
        holder=holder,
        on_up=lambda: say(welcome(host, free, logins, seconds=time.monotonic() - started)),
    )


def _prepared_elsewhere() -> list[tuple[str, str, str]]:
    """The logins of what a process of its own has set up: this one only watches, and Django is never loaded in it."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "logins.json"
        subprocess.run([sys.executable, "-m", __name__, str(told)], check=True)
        return [tuple(login) for login in json.loads(told.read_text(encoding="utf-8"))]


def prepare() -> list[tuple[str, str, str]]:
    """Bring tables, city and logins up to date; quick when nothing is missing. Returns (login, password, role)."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(spoken("Datenbank wird eingerichtet …", "Setting up the database …"))
        call_command("migrate", interactive=False, verbosity=0)

    logins = load()
    connection.close()
    return logins


def load() -> list[tuple[str, str, str]]:
    """Read in the city where there is none yet, and make the logins and what they have been doing; returns the logins."""
    from django.utils import translation

    from insek.concept.models import Concept
    from insek.config.demo_work import confirm_interplay, gather_round, hold_report_rounds, propose_changes
    from insek.package import import_package
    from insek.people.services import create_demo_users

    if not Concept.objects.exists():
        say(spoken("Kaiserslautern wird geladen …", "Loading Kaiserslautern …"))
        with as_file(files("insek") / "cities" / CITY) as package:
            import_package(package)
    _base_map()
    _words_of_the_city()
    _issued_reports()
    with translation.override(spoken("de", "en")):
        logins = create_demo_users()
    propose_changes()
    gather_round()
    hold_report_rounds()
    confirm_interplay()
    return logins


def _words_of_the_city() -> None:
    """Put the old and usual names of the city's places where search reads them, unless the installation has words of its own."""
    from django.conf import settings

    own = settings.INSEK_DATA_DIR / "search_words.csv"
    if not own.exists():
        shipped = files("insek") / "cities" / "layers" / CITY / "search_words.csv"
        own.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")


def _issued_reports() -> None:
    """Put the files of issued progress reports where they are kept, unless they are there: a package holds their hashes alone."""
    from insek.publish.progress.making import put_back
    from insek.publish.progress.models import ProgressContent

    shipped = files("insek") / "cities" / "layers" / CITY / "progress"
    for content in ProgressContent.objects.filter(state=ProgressContent.State.DONE, files=None):
        with as_file(shipped) as folder:
            put_back(content, {name: folder / f"{content.report_id}-{name}" for name in content.hashes})


def _base_map() -> None:
    """Make the base map of what is shipped with the city, unless there is one already."""
    from insek.concept.models import Concept
    from insek.places.basemap.archive import current_base_map
    from insek.places.basemap.making import BaseMapRefused, import_base_map

    if current_base_map() is None:
        with as_file(files("insek") / "cities" / "layers" / CITY / "basemap") as layers:
            try:
                import_base_map(layers, concept=Concept.objects.filter(key=CITY).first())
            except BaseMapRefused as error:  # the maps then stand on plain ground
                say(str(error))


def welcome(host: str, port: int, logins: list[tuple[str, str, str]], *, seconds: float) -> str:
    """The block that greets whoever started the demo."""
    from insek.config import settings

    address = f"http://{'localhost' if host in {'127.0.0.1', 'localhost'} else host}:{port}/"
    folder = os.path.relpath(settings.INSEK_DATA_DIR)
    passwords = {password for _name, password, _role in logins}
    width = max((len(name) for name, _password, _role in logins), default=0)
    lines = [
        "",
        spoken(f"  INSEK Kaiserslautern läuft: {address}", f"  INSEK Kaiserslautern is running: {address}"),
        spoken(
            f"  (bereit nach {seconds:.0f} Sekunden, Daten in {folder})",
            f"  (ready after {seconds:.0f} seconds, data in {folder}; English pages under {address}en/)",
        ),
        "",
        spoken(
            f"  Anmelden unter {address}anmelden/ – Zugänge nur für diese Vorführung:",
            f"  Log in at {address}en/anmelden/ – logins for this demo only:",
        ),
    ]
    if len(passwords) == 1:
        lines += [f"    {name:<{width}}  {role}" for name, _password, role in logins]
        lines.append(spoken("  Passwort für alle: ", "  Password for all: ") + passwords.pop())
    else:
        lines += [f"    {name:<{width}}  {password}  {role}" for name, password, role in logins]
    return "\n".join([*lines, "", spoken("  Beenden mit Strg+C.", "  Stop with Ctrl+C."), ""])


if __name__ == "__main__":
    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(prepare()), encoding="utf-8")
