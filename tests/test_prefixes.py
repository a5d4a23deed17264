"""Beginnings of texts are found as Python finds them, whatever index is asked."""

import pytest

from flexnet import prefixes
from flexnet.members.models import Person

NUMBERS = ("1", "12", "123", "2", "12a", "12A", "1 2", "12ä", "1_2", "1%2", "\U0001f600")


@pytest.mark.django_db
def test_what_begins_so_is_found_and_nothing_else() -> None:
    Person.objects.bulk_create(Person(lanr=number, name="x") for number in NUMBERS)
    for text in (*NUMBERS, "", "_", "%", "3", "\\"):
        found = Person.objects.filter(prefixes.begins("lanr", text)).values_list("lanr", flat=True)
        assert set(found) == {number for number in NUMBERS if number.startswith(text)}, text
