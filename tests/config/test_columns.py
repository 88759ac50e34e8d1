"""Two columns are the same for the quick comparison when they are for Django's own."""

import itertools

from django.apps import apps
from django.db.models.expressions import Col, Expression


def columns() -> list[Col]:
    """Each field of four models under two aliases, once by itself and once giving out another field."""
    fields = [field for model in list(apps.get_models())[:4] for field in model._meta.concrete_fields]
    return [
        Col(alias, field, gives) for alias in ("a", "b") for field in fields for gives in (field, fields[0])
    ]


def test_the_same_columns_are_the_same():
    django = Expression.__dict__["identity"].func
    for one, other in itertools.product(columns(), columns()):
        assert (one == other) == (django(one) == django(other))
        assert one != other or hash(one) == hash(other)


def test_no_column_is_asked_by_reflection(monkeypatch):
    monkeypatch.setattr(Expression, "_constructor_signature", None)
    assert len({*columns()}) == len({column.identity for column in columns()})
