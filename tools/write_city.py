"""Write a city's package anew: import it into an empty database and export it over itself.

Needed after a change of the registry of tables, which datapackage.json repeats, and after editing a table by hand:

    .venv/bin/python tools/write_city.py [insek/cities/kaiserslautern]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(folder: Path) -> str:
    """Returns the package hash. Raises PackageRefused with everything that is wrong."""
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "INSEK_ENV": "development",
            "INSEK_DATA_DIR": data,
            "INSEK_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "insek.config.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from insek.package import export_package, import_package

        call_command("migrate", interactive=False, verbosity=0)
        digest = export_package(import_package(folder).concept, folder)
        connection.close()
    return digest


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "insek" / "cities" / "kaiserslautern"))  # noqa: T201  (a tool of the command line speaks)
