"""Lists that the recogniser had not seen when they were written come in as a person reads them (figures of the first reading: docs/methods/reading-tables.md)."""

from __future__ import annotations

import pytest

from insek.people.models import Membership, Role
from tests.factories import make_user
from tests.intake.held_out_lists import MEASURES, VALUES, held_out, measure_values
from tests.intake.office_measure import measure
from tests.items.test_saved_views import client_of


@pytest.mark.parametrize("name", [*MEASURES, *VALUES])
def test_a_list_comes_in_as_a_person_reads_it(concept, name):
    user = make_user("project-lead")
    Membership.objects.create(user=user, role=Role.objects.get(key="administrator"))
    client, one = client_of(user), held_out(name)
    found = measure_values(client, one) if name in VALUES else measure(client, concept, one.office)
    print(
        f"{name}: columns {found.columns_right}/{found.columns}, rows {found.rows_right}/{found.rows}, values {found.values_right}/{found.values}"
    )
    print(*found.wrong, sep="\n")
    assert not found.wrong


def test_a_sum_that_is_called_as_the_whole_city_is_the_value_of_the_city(concept):
    one = held_out("values_by_day")
    cells = one.said["sheets"][0]["cells"]
    cells[7][0] = "Stadt insgesamt"
    found = measure_values(client_of(make_user("project-lead")), one)
    assert not found.wrong, found.wrong
