"""Names as they are searched: small letters, umlauts written out, a blank before every word."""

from typing import Any, Final

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat, Lower, Replace

# SQLite makes only ASCII letters small, so the big umlauts stand here as well.
_WRITTEN: Final = {
    "Ä": "ae",
    "ä": "ae",
    "Ö": "oe",
    "ö": "oe",
    "Ü": "ue",
    "ü": "ue",
    "ß": "ss",
    "-": " ",
    ".": " ",
    ",": " ",
    "(": " ",
    "&": " ",
}


def folded(text: str) -> str:
    """As the database folds names, but for blanks in a row and at the beginning."""
    small = text.lower()
    for letter, written in _WRITTEN.items():
        small = small.replace(letter, written)
    return " ".join(small.split())


def folded_name(column: str = "name") -> models.GeneratedField:
    """A column that the database keeps beside this one, whoever writes it and however."""
    expression: Func[Any] = Concat(Value(" "), Lower(column))
    for letter, written in _WRITTEN.items():
        expression = Replace(expression, Value(letter), Value(written))
    return models.GeneratedField(
        expression=expression, output_field=models.CharField(max_length=400), db_persist=True
    )


def any_word_begins(text: str) -> Q:
    """Names of which, for each word of the text, some word begins with it."""
    wanted = Q()
    for word in folded(text).split():
        wanted &= Q(folded__contains=f" {word}")
    return wanted
