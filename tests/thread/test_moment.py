"""What is read as one moment keeps nobody from writing."""

import pytest
from django.db import connection

from insek.package import package_files
from insek.people.models import Unit
from insek.thread.moment import one_moment
from tests.factories import make_unit


@pytest.mark.django_db(transaction=True)
def test_a_moment_takes_no_writer_and_stays_the_same(concept):
    """On the old code every export began with BEGIN IMMEDIATE, and whoever wanted to write waited until its end."""
    begun = []

    def watch(execute, sql, params, many, context):
        if sql.startswith(("BEGIN", "SET TRANSACTION")):
            begun.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        package_files(concept)
        make_unit("nachher")
        with one_moment(), one_moment():
            assert Unit.objects.exists()
    if connection.vendor == "sqlite":
        assert [sql for sql in begun if "IMMEDIATE" not in sql] == ["BEGIN DEFERRED"] * 2
        assert connection.transaction_mode == "IMMEDIATE"
    else:
        assert begun == ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"] * 2
