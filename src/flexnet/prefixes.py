"""Texts that begin alike, found by index on both databases."""

from django.db import connection
from django.db.models import Q


def begins(field: str, text: str) -> Q:
    """Rows whose unique text `field` begins so, in large and small letters as they are.

    PostgreSQL keeps an index for LIKE beside each unique text, and begins with the text when it goes by the
    order of the field; LIKE of SQLite asks no index, a range does.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text, f"{field}__gte": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": f"{text}\U0010ffff"})
