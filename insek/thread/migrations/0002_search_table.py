"""The full-text table: FTS5 on SQLite, a tsvector column with a GIN index on PostgreSQL (see thread/search.py)."""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE thread_searchtext USING fts5(title, body, tokenize = 'ascii')"
POSTGRESQL = """
CREATE TABLE thread_searchtext (
    entry_id bigint PRIMARY KEY,
    terms tsvector NOT NULL
);
CREATE INDEX thread_searchtext_terms ON thread_searchtext USING gin (terms);
"""


def create(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE thread_searchtext")


class Migration(migrations.Migration):
    dependencies = [("thread", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
