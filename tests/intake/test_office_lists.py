"""Lists of offices come in as a person reads them."""

import pytest

from insek.people.models import Membership, Role
from tests.factories import make_user
from tests.intake import office_lists, office_lists_more
from tests.intake.office_measure import measure
from tests.items.test_saved_views import client_of

SEEN = (
    office_lists.hanse_city, office_lists.joint_municipality, office_lists.county, office_lists.sheet_per_field, office_lists.labels_above,
    *office_lists_more.SEEN, *office_lists_more.HELD_OUT,
)  # fmt: skip


@pytest.mark.parametrize("make", SEEN, ids=lambda make: make.__name__)
def test_a_list_of_an_office_comes_in_as_a_person_reads_it(concept, make):
    user = make_user("project-lead")
    Membership.objects.create(user=user, role=Role.objects.get(key="administrator"))
    found = measure(client_of(user), concept, make())
    print(
        f"{make.__name__}: columns {found.columns_right}/{found.columns}, rows {found.rows_right}/{found.rows}, values {found.values_right}/{found.values}"
    )
    print(*found.wrong, sep="\n")
    assert not found.wrong
