"""The rules of the house that no other tool holds."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.apps import apps

from insek.thread.kinds import all_kinds

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "config", "progress", "duties", "publish", "steering", "council", "space", "strategy", "findings", "participation", "plans",
    "evidence", "places", "suggestions", "documents", "intake", "notices", "items", "release", "web", "jobs", "thread", "concept", "people",
]  # fmt: skip
LONGEST_FILE = 450
BINARY = {".pbf", ".pdf", ".docx", ".png", ".woff2", ".ico", ".zip", ".gpkg", ".xlsx"}


def tracked_files() -> list[Path]:
    """Files of the repository that exist, as git knows them; outside of a checkout there is nothing to look at."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to look at")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_model_refers_to_a_room_on_its_left():
    """A foreign key written as a string is an import too."""
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if (other := field.related_model._meta.app_label) in ORDER
        if ORDER.index(other) < ORDER.index(model._meta.app_label)
    ]
    assert wrong == []


def room_of(path: Path) -> str:
    """The room in which a file of the program lies; empty for what stands beside the rooms."""
    parts = path.relative_to(ROOT / "insek").parts
    if parts[0] in {"package", "engines"}:
        return "jobs" if parts[0] == "package" else ""
    return parts[0] if parts[0] in ORDER else ""


def is_above(other: str, room: str) -> bool:
    """Whether a room stands above another; duties and progress reports are parts of the portal."""
    other = "publish" if other in {"duties", "progress"} else other
    return bool(room) and other in ORDER and ORDER.index(other) < ORDER.index(room)


def sources_of_rooms() -> list[tuple[str, Path, str]]:
    """Room, path and text of every program file and template."""
    return [
        (room_of(path), path, path.read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.suffix in {".py", ".html", ".txt"} and path.relative_to(ROOT).parts[0] == "insek"
        if "migrations" not in path.parts and "cities" not in path.parts and "locale" not in path.parts
    ]


def owners_of_addresses() -> dict[str, str]:
    """The room that answers each named address."""
    found = {}
    for room, path, text in sources_of_rooms():
        if path.suffix == ".py" and (path.name == "urls.py" or "/urls/" in str(path)):
            found |= dict.fromkeys(re.findall(r'name="([-\w]+)"', text), room)
    for kind in all_kinds():
        room = kind.model._meta.app_label
        found |= {f"{kind.name}-{page}": room for page in ("list", "create")}
    return found


ADDRESS = re.compile(
    r"""(?:reverse|reverse_lazy|redirect|resolve_url)\(\s*["']([-\w]+)["']|\{%\s*url\s+["']([-\w]+)["']"""
)


def test_no_room_names_an_address_of_a_room_above():
    """What an earlier room leads to is registered by the later one that has it (``people.addresses``)."""
    owners = owners_of_addresses()
    assert owners["item"] == "items" and owners["paper-list"] == "council"
    assert [
        f"{path.relative_to(ROOT)}: {name} of {owners[name]}"
        for room, path, text in sources_of_rooms()
        for match in ADDRESS.finditer(text)
        if (name := match[1] or match[2]) in owners and is_above(owners[name], room)
    ] == []


def strings_of(text: str) -> list[str]:
    """The strings in a program text."""
    return [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_no_room_names_a_module_model_or_template_of_a_room_above():
    """A late import is one too, import-linter sees it; a string it does not see. People's pages stand in the frame, as all do."""
    named = re.compile(r"(?:insek\.)?(\w+)\.[A-Za-z_]\w*(?:\.\w+)*|(\w+)/[\w/]+\.html")
    in_template = re.compile(r"""\{%\s*(?:include|extends)\s+["'](\w+)/""")
    found = []
    for room, path, text in sources_of_rooms():
        if path.suffix == ".py":
            matches = [
                (match[1] or match[2], value)
                for value in strings_of(text)
                if (match := named.fullmatch(value))
            ]
        else:
            matches = [(match[1], match[0]) for match in in_template.finditer(text)]
        found += [
            f"{path.relative_to(ROOT)}: {said}"
            for other, said in matches
            if is_above(other, room) and (other, room) != ("web", "people")
        ]
    assert found == []


OTHERWISE_MEANT = {"plan", "format", "feature", "contribution", "minutes", "resolution"}
"""Names of kinds that are words of the language too; alone they say nothing."""
SAID_OF_OTHERS = {("items", "decided_by"), ("release", "decided_by"), ("release", "taken_up")}
"""A column of a proposal and a step of the public history that are called as kinds of link are."""


def test_no_room_looks_through_kinds_and_links_of_a_room_above():
    """``target__resolution`` in a query of strategy would be one; ``kind="goal"`` in a gap of findings another."""
    owners = {kind.name: kind.model._meta.app_label for kind in all_kinds()}
    links = {
        name: next((room for room, path, text in sources_of_rooms() if path.name == "apps.py" and f'"{name}"' in text), "")
        for name in ("adopted_by", "decided_by", "financed_by", "leads_to", "justifies", "guides", "implemented_by",
                     "measured_by", "taken_up", "evidences", "suggests", "shown_by")
    }  # fmt: skip
    found = []
    for room, path, text in sources_of_rooms():
        if path.suffix != ".py":
            continue
        for value in strings_of(text):
            parts = value.split("__") if re.fullmatch(r"\w+(?:__\w+)+", value) else [value]
            for part in parts:
                if (
                    part in owners
                    and (len(parts) > 1 or part not in OTHERWISE_MEANT)
                    and is_above(owners[part], room)
                ) or (part in links and is_above(links[part], room) and (room, part) not in SAID_OF_OTHERS):
                    found.append(f"{path.relative_to(ROOT)}: {value}")
    assert found == []


def test_what_is_asked_knows_no_request():
    """Pages, queries and what waits are given an Asker, so that a report and a job ask as a page does."""
    asked = ("pages.py", "queries.py", "waiting.py", "services.py", "forms.py", "choices.py", "filters_and_sorts.py", "reading.py", "minutes.py", "about.py", "import_pages.py", "waiting_changes.py")  # fmt: skip
    knowing = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.name in asked and path.relative_to(ROOT).parts[0] == "insek"
        if re.search(r"django\.http|HttpRequest|RequestFactory", path.read_text(encoding="utf-8"))
    ]
    assert knowing == []


def test_every_room_stands_in_the_order():
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("insek.")} - {
        "house"
    }
    assert rooms == set(ORDER) - {"config"}


def test_no_source_file_is_longer_than_one_can_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix in {".py", ".js", ".mjs", ".css", ".html"} or path.name == "dev"
        if "migrations" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_what_a_tool_shall_overlook_says_why():
    silent = re.compile(r"# type: ignore\[[^]]*\]$|# noqa: [A-Z0-9, ]+$")
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in {"insek", "tools"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if silent.search(line)
    ] == []


def test_no_word_loses_its_capitals():
    # "mit Änderungen angenommen".capitalize() is "Mit änderungen angenommen"; django.utils.text.capfirst leaves the rest alone (engines look at single words)
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix in {".py", ".html"}
        and path.relative_to(ROOT).parts[0] == "insek"
        and "engines" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(
            r"\.capitalize\(\)|\.title\(\)|\.swapcase\(\)|\|title\b|text-transform: *capitalize", line
        )
    ] == []


def test_every_name_says_something():
    empty = re.compile(r"^(utils?|helpers?|common|misc|managers?|stuff)$")
    assert [
        str(p.relative_to(ROOT)) for p in tracked_files() if any(empty.match(Path(q).stem) for q in p.parts)
    ] == []


DESCRIBED = {
    "Concept", "Edition", "Item", "Kind", "Link", "LinkKind", "Milestone", "Observation", "SeriesBreak", "Theme", "Tombstone",
}  # fmt: skip
"""Schemas of the interface that carry the name of what they describe: clients know them by it."""
BY_CONVENTION = {"Command"}
"""Names that Django asks for."""


def defined_names(word: str) -> dict[str, list[str]]:
    """Name of each class or function (``def``) of a module of the program -> where it stands."""
    found: dict[str, list[str]] = {}
    for path in tracked_files():
        parts = path.relative_to(ROOT).parts
        if path.suffix == ".py" and parts[0] == "insek" and "migrations" not in parts:
            for name in re.findall(rf"(?m)^{word} (\w+)", path.read_text(encoding="utf-8")):
                found.setdefault(name, []).append("/".join(parts[1:]))
    return found


def test_the_name_of_a_class_means_one_thing():
    # docs/decisions/0016: whoever searches for a class finds one
    assert {
        name: places
        for name, places in defined_names("class").items()
        if not name.startswith("_") and name not in BY_CONVENTION
        if len(places) - (name in DESCRIBED and "publish/api/schemas.py" in places) > 1
    } == {}


def test_the_name_of_a_function_says_what_it_does():
    silent = re.compile(r"^_*(.{1,2}|do|go|it|one|make|settle|handle|process_it|thing|stuff)$")
    assert {name: where for name, where in defined_names("def").items() if silent.match(name)} == {}


def test_breadcrumbs_begin_in_one_place():
    # the start page belongs to the last room: others reach it by people/breadcrumbs.py, never by the name of its address
    assert [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == "insek" and "publish" not in path.parts
        if re.search(r'(?:reverse|redirect)\("(?:start|home)"', path.read_text(encoding="utf-8"))
    ] == []


def test_no_path_of_a_machine_and_no_package_host_is_written_down():
    # the words are put together here, so that this file does not find itself
    folders = "|".join(["work", "root", "farm", "home/[a-z]+", "Users/[A-Za-z]+"])
    places = re.compile(rf"(?:^|[^\w.~/-])/(?:{folders})/")
    hosts = re.compile(
        r"https?://[^\s\"']*/simp" + r"le/|\"resol" + r"ved\":\s*\"http|index-ur" + r"l\s*[= ]\s*http"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if places.search(line) or hosts.search(line)
    ]
    assert found == []


def test_no_address_is_a_placeholder():
    # `insek.example.de` is in the guides for the reader's own host; whatever else is named must exist
    invented = re.compile(r"[\w-]+\.example\.(?:org|com|net)|//example\.(?:org|com|net)|TODO|FIXME")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if path.relative_to(ROOT).parts[0] != "tests" and path.suffix not in {*BINARY, ".lock"}
        for match in invented.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_code_host_runs_the_same_test():
    assert "exec ./dev test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for name in (".github/workflows/test.yml", ".forgejo/workflows/test.yml", ".gitlab-ci.yml"):
        steps = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        job = steps["test"] if name == ".gitlab-ci.yml" else steps["jobs"]["test"]
        commands = (
            job["script"] if name == ".gitlab-ci.yml" else [step.get("run", "") for step in job["steps"]]
        )
        assert commands[-1].endswith(".ci/run"), name
        assert "postgres:16" in str(job["services"]), name


REAL_TIME = {
    "insek/clock.py": "asks the real clock for all others",
    "insek/jobs/clock.py": "recurring work",
    "insek/jobs/reaper.py": "lost work",
    "insek/thread/events.py": "delivery of events",
    "insek/thread/models.py": "delivery of events",
    "insek/jobs/recurring.py": "deletion of login attempts and results of jobs",
    "insek/evidence/derived/computing.py": "the moment parts were read",
    **dict.fromkeys(["insek/evidence/reaching/models.py", "insek/evidence/reaching/runs.py"], "jobs"),
    **dict.fromkeys(["insek/evidence/scenarios/models.py", "insek/evidence/scenarios/runs.py"], "jobs"),
    "insek/notices/models.py": "when mail goes out, links that expire",
    "insek/notices/sending.py": "when mail goes out",
    "insek/notices/following.py": "deletion of addresses of persons",
    "insek/notices/outbox.py": "when mail goes out",
    "insek/notices/links.py": "links that expire",
    "insek/notices/views/answers.py": "links that expire",
    "insek/intake/batches.py": "jobs and drafts that expire",
    "insek/items/workbooks.py": "jobs and files that expire",
    "insek/intake/kept_files.py": "files that expire",
    "insek/places/map_file_models.py": "jobs and files that expire",
    "insek/places/sheets/keeping.py": "jobs and files that expire",
    "insek/places/area_models.py": "the moment areas were read in",
    "insek/places/name_models.py": "the moment names were read in",
    "insek/places/map_files/present.py": "when the file of the base map was written",
    "insek/places/map_files/services.py": "jobs and files that expire",
    "insek/intake/models.py": "jobs and drafts that expire",
    "insek/intake/layer_reading.py": "jobs and drafts that expire",
    "insek/intake/readings.py": "jobs and drafts that expire",
    "insek/suggestions/models.py": "runs whose process is gone",
    "insek/suggestions/runs.py": "runs whose process is gone",
    "insek/suggestions/keeping.py": "runs whose process is gone",
    "insek/suggestions/services.py": "how long a suggestion lies before one person",
    "insek/suggestions/queries.py": "how long a suggestion lies before one person",
    "insek/evidence/deliveries.py": "deliveries whose process is gone",
    "insek/evidence/models.py": "previews that expire",
    "insek/participation/contacts.py": "deletion of addresses of persons",
    "insek/participation/models.py": "the moment of a consent",
    "insek/publish/duties/models.py": "the limit for feedback",
    "insek/publish/duties/services.py": "the limit for feedback, deletion of addresses of persons",
    "insek/publish/report/keeping.py": "jobs and files that expire",
    "insek/publish/report/services.py": "jobs and files that expire",
    "insek/publish/report/views.py": "jobs and files that expire",
    "insek/items/models.py": "the moment of a saved view",
    "insek/release/models.py": "the default of a moment that services give",
    "insek/people/counting.py": "limits",
    "insek/people/guessing.py": "the daily key of a limit",
    "insek/people/visitors.py": "the daily key of a limit",
    "insek/config/logs.py": "lines of a log",
}
"""What runs on real time, and what for; everything else asks insek.clock."""


def test_what_people_read_asks_one_clock():
    real = re.compile(
        r"timezone\.localdate(?:\(\)|\b(?!\())|\blocaldate\(\)|timezone\.now\b|\.today\(\)|datetime\.now\(|utcnow|localtime\(\)|fromtimestamp"
    )
    found = {
        name
        for path in tracked_files()
        if path.suffix == ".py" and (name := str(path.relative_to(ROOT))).startswith("insek/")
        if "migrations" not in path.parts and not path.name.startswith("bench")
        if real.search(path.read_text(encoding="utf-8").replace("clock.today()", ""))
    }
    assert found - REAL_TIME.keys() == set()
    assert REAL_TIME.keys() - found == set()


def environment_variables() -> set[str]:
    """Names that settings and the command line read from the environment."""
    found = set()
    for source in [ROOT / "insek" / "config" / "settings.py", ROOT / "insek" / "cli.py"]:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get":
                assert isinstance(node.args[0], ast.Constant)
                found.add(str(node.args[0].value))
    return found


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "operators" / "configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(INSEK_[A-Z_]+)`", page, flags=re.MULTILINE))
    assert documented == environment_variables()


def test_every_command_is_documented():
    from insek.cli import _parser

    [commands] = [action for action in _parser()._actions if action.choices and not action.option_strings]
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "operators").glob("*.md"))
    assert [name for name in commands.choices if f"insek {name}" not in pages] == []


def test_every_decision_is_listed():
    page = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [name for name in decisions if f"decisions/{name}" not in page] == []
    assert [name[:4] for name in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]


def test_links_between_documents_lead_somewhere():
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        if "cities" not in page.parts
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert dead == []


def is_in_program(dotted: str) -> bool:
    """Whether ``room.module.name`` is there; a model may be named as ``room.Model``."""
    path, names = ROOT / "insek", dotted.removeprefix("insek.").split(".")
    while names and (path / names[0]).is_dir():
        path /= names.pop(0)
    if names and (path / f"{names[0]}.py").is_file():
        path /= f"{names.pop(0)}.py"
    if not names:
        return True
    modules = [path] if path.is_file() else [path / "__init__.py", path / "models.py"]
    text = "\n".join(module.read_text(encoding="utf-8") for module in modules if module.is_file())
    return re.search(rf"\b{names[0]}\b", text) is not None


def test_what_the_documentation_names_is_there():
    rooms = "|".join(path.name for path in (ROOT / "insek").iterdir() if (path / "__init__.py").is_file())
    module = re.compile(rf"`((?:insek\.)?(?:{rooms})(?:\.\w+)+)(?:\([^`]*\))?`")
    file = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|js|html|css|svg))`")
    files = ["/" + str(path.relative_to(ROOT)) for path in tracked_files()]
    missing = []
    for page in tracked_files():
        if page.suffix == ".md" and "cities" not in page.parts:
            text = page.read_text(encoding="utf-8")
            gone = [
                name
                for name in module.findall(text)
                if not re.search(r"\.(py|csv|json|md|zip)$", name) and not is_in_program(name)
            ]
            gone += [
                name for name in file.findall(text) if not any(path.endswith(f"/{name}") for path in files)
            ]
            missing += [f"{page.relative_to(ROOT)}: {name}" for name in gone]
    assert missing == []
