"""SQLite looks at tables that have grown."""

import pytest
from django.db import connection

from insek.config.bench import grow
from insek.jobs.recurring import look_after_database


@pytest.mark.django_db
def test_the_database_learns_of_tables_that_have_grown():
    grow(600)
    look_after_database()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
            assert "thread_item" in {row[0] for row in cursor.fetchall()}
