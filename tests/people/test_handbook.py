"""The handbook's table of roles says what the roles of a new installation allow."""

from pathlib import Path

from insek.people.models import Right
from insek.people.roles import DEFAULT_ROLES

PAGE = Path(__file__).parents[2] / "docs" / "users" / "arbeiten.md"


def test_the_table_of_roles_is_that_of_the_program():
    page = PAGE.read_text(encoding="utf-8").splitlines()
    start = page.index("| Rolle | darf darüber hinaus |") + 2
    rows = page[start : page.index("", start)]
    assert rows == [
        f"| {name} | {'; '.join(str(Right(right).label) for right in rights) or '–'} |"
        for _key, name, _english, rights in DEFAULT_ROLES
    ]
