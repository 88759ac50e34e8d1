"""A backup that version 0.1 wrote is restored by this one: its tables are made as they were, filled and migrated."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from django.db import connection

from insek.config import backup
from insek.config.older_backups import brought_up, is_older

FIRST = [
    "concept.0002_versions", "council.0003_check_history", "duties.0002_english", "evidence.0003_imports", "findings.0001_initial",
    "participation.0005_people_rounded", "people.0003_lead_moderates", "places.0002_locations", "plans.0001_initial",
    "publish.0001_report_jobs", "space.0001_initial", "steering.0001_initial", "strategy.0001_initial",
    "thread.0006_earlier_answers", "web.0001_saved_views_and_batches",
]  # fmt: skip
"""The last migration of each room in version 0.1, of 25 November 2026."""

WRITE = """
import json, sys, zipfile
from pathlib import Path
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from insek.config import backup
from insek.config.older_backups import _as_they_were, _is_ours

first = json.loads(sys.argv[2])
executor = MigrationExecutor(connection)
targets = [tuple(full.split(".", 1)) for full in first]
others = [node for node in executor.loader.graph.leaf_nodes() if not _is_ours(node[0])]
state = executor.migrate([*targets, *others])
get = state.apps.get_model
concept = get("concept", "Concept").objects.create(key="muster", title="Muster", city="Musterstadt", horizon_from=2025, horizon_to=2040)
item = get("thread", "Item").objects.create(id="aaaaaaa1", concept=concept, kind="measure", title="Radweg", visibility="public")
get("strategy", "Measure").objects.create(item=item)
get("thread", "Proposal").objects.create(
    concept=concept, item=item, item_kind="measure", act="task_add", payload={"title": "Bau", "due": "2027-05-01"}, base_version=1,
)
get("thread", "RecurringJob").objects.create(name="clear-sessions", due_at="2026-11-28T00:00Z")
digests = {}
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for model in state.apps.get_models(include_auto_created=True):
        if _is_ours(model._meta.app_label) and model._meta.managed and model._meta.label_lower != "thread.searchentry":
            name = f"tables/{model._meta.label_lower}.jsonl"
            digests[name] = backup._write(archive, name, backup._lines(model))
    manifest = {"format": backup.FORMAT, "insek": "0.1.0", "migrations": backup._migrations(), "digests": digests,
                "sha256": backup.content_hash(digests)}
    archive.writestr("manifest.json", json.dumps(manifest))
"""


@pytest.fixture
def older(tmp_path):
    """A backup as version 0.1 wrote it: a concept, a measure, a step that waits for its release, a recurring job."""
    path, data = tmp_path / "older.zip", tmp_path / "data"
    data.mkdir()
    environment = {
        **os.environ, "INSEK_DATABASE_URL": "", "INSEK_DATA_DIR": str(data), "INSEK_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "insek.config.settings",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", WRITE, str(path), json.dumps(FIRST)], env=environment, check=True)
    return path


def rows(archive, table):
    return [json.loads(line) for line in archive.read(f"tables/{table}.jsonl").splitlines()]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_backup_of_the_first_version_is_brought_to_this_one(older, monkeypatch):
    monkeypatch.setenv("INSEK_ENV", "development")
    with zipfile.ZipFile(older) as archive:
        assert is_older(json.loads(archive.read("manifest.json"))["migrations"])
    with brought_up(older) as newer, zipfile.ZipFile(newer) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["migrations"] == backup._migrations()
        assert not is_older(manifest["migrations"])
        [proposal] = rows(archive, "release.proposal")
        assert (proposal["act"], proposal["payload"]["values"]["title"]) == ("measure_task_add", "Bau")
        assert [row["title"] for row in rows(archive, "thread.item")] == ["Radweg"]
        assert [row["name"] for row in rows(archive, "jobs.recurringjob")] == ["clear-sessions"]


@pytest.mark.django_db
def test_a_backup_of_a_later_version_is_none_of_an_earlier_one():
    assert connection.vendor
    assert not is_older([*backup._migrations(), "thread.9999_from_the_future"])
    assert not is_older([])
