"""Numbers of contributions, such as BT 61: given one after the other, however many moderators publish at once."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet

from insek.thread.models import Item

from .models import NumberCounter

PREFIX = "BT"


def take_number(concept_id: int) -> str:
    """The next number of a contribution. Call it inside the transaction that saves the item.

    Others wait at the counter until that transaction ends, and a number is not lost when it fails. Three queries; where somebody gave
    that number by hand or by an import, the numbers are read once.
    """
    counter = _locked(concept_id)
    number = counter.last + 1
    if _numbered(concept_id).filter(number=f"{PREFIX} {number}").exists():
        number = _highest(concept_id) + 1
    NumberCounter.objects.filter(pk=concept_id).update(last=number)
    return f"{PREFIX} {number}"


def _locked(concept_id: int) -> NumberCounter:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that uses it")
    rows = NumberCounter.objects.select_for_update().filter(pk=concept_id)
    found = rows.first()
    if found is None:
        NumberCounter.objects.bulk_create(
            [NumberCounter(concept_id=concept_id, last=_highest(concept_id))], ignore_conflicts=True
        )
        found = rows.get()
    return found


def _numbered(concept_id: int) -> QuerySet[Item]:
    return Item.objects.filter(concept=concept_id, number__startswith=f"{PREFIX} ")


def _highest(concept_id: int) -> int:
    """The highest number that is given, by whatever way."""
    numbers = _numbered(concept_id).values_list("number", flat=True)
    found = (re.search(r" (\d{1,9})$", number, re.ASCII) for number in numbers.iterator())
    return max((int(match[1]) for match in found if match), default=0)
