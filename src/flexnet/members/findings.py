"""What can be wrong with a file, a row of it, or an entry: each has a name, and is said here for operators.

Pages say the same in German (office/importing/words.py).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

Values = Mapping[str, str]


class Unreadable(StrEnum):
    """Why a file cannot be read at all."""

    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    NULL_BYTES = "null_bytes"
    ENCODING = "encoding"
    NO_COLUMNS = "no_columns"
    COLUMN_TWICE = "column_twice"
    NO_CSV = "no_csv"


class Wrong(StrEnum):
    """What is wrong with a row or an entry."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNWRITTEN = "unwritten"
    NO_POSTCODE = "no_postcode"
    NO_EMAIL = "no_email"
    NO_PHONE = "no_phone"
    NOT_NINE_DIGITS = "not_nine_digits"
    UNKNOWN_REGION = "unknown_region"
    CHECK_DIGIT = "check_digit"
    SUBSTITUTE = "substitute"
    OTHER_KV = "other_kv"
    NO_DAY = "no_day"
    NO_WORD = "no_word"
    NOT_IN_ORDER = "not_in_order"
    SITE_DIFFERS = "site_differs"
    NAME_DIFFERS = "name_differs"
    ACTIVITY_DIFFERS = "activity_differs"
    DAYS_DIFFER = "days_differ"
    REPEATED = "repeated"
    NO_MVZ = "no_mvz"
    NO_MAIN_SITE = "no_main_site"
    OTHER_PRACTICE = "other_practice"
    OTHER_ROLE = "other_role"
    BEGAN_OTHERWISE = "began_otherwise"
    ENDED_OTHERWISE = "ended_otherwise"


FILES: Final = {
    Unreadable.TOO_BIG: "The file has more than {most} MB. Is it the member register?",
    Unreadable.TOO_MANY_ROWS: "The file has more than {most} rows. Is it the member register? Else split it.",
    Unreadable.NULL_BYTES: "The file is no text: it holds null bytes. Save it as CSV UTF-8.",
    Unreadable.ENCODING: "The file is neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.",
    Unreadable.NO_COLUMNS: "Row 1 names no column {names}. It must hold the names of the columns.",
    Unreadable.COLUMN_TWICE: "Row 1 names a column twice: {names}.",
    Unreadable.NO_CSV: "Line {line} is no CSV: {error}. Is a quotation mark missing?",
}
ROWS: Final = {
    Wrong.MISSING: "is missing",
    Wrong.TOO_LONG: "is too long: up to {longest} characters",
    Wrong.UNWRITTEN: "holds {sign!r}, which no letter can show; leave it out",
    Wrong.NO_POSTCODE: "{shown!r} is no postcode: five digits, as 39106",
    Wrong.NO_EMAIL: "{shown!r} is no e-mail address",
    Wrong.NO_PHONE: "{shown!r} is no telephone number: digits, blanks and + ( ) / - only",
    Wrong.NOT_NINE_DIGITS: (
        "{shown!r} has not nine digits (spreadsheets drop leading zeros unless the column is text)"
    ),
    Wrong.UNKNOWN_REGION: "{shown!r} begins with two digits that belong to no KV",
    Wrong.CHECK_DIGIT: "{shown!r} has a typing error: its seventh digit does not fit the six before it",
    Wrong.SUBSTITUTE: "{shown!r} is a substitute, not a person's own LANR",
    Wrong.OTHER_KV: "{shown} belongs to another KV; own numbers begin with {own}",
    Wrong.NO_DAY: "{shown!r} is no day; write it as 31.12.2026",
    Wrong.NO_WORD: "{shown!r} is none of {words}",
    Wrong.NOT_IN_ORDER: "the last day {last} lies before the first, {first}",
    Wrong.SITE_DIFFERS: "says something else of practice, address or contact than row {row}",
    Wrong.NAME_DIFFERS: "says something else of the person's name than row {row}",
    Wrong.ACTIVITY_DIFFERS: "says something else of the activity than row {row}",
    Wrong.DAYS_DIFFER: "says other days than row {row}",
    Wrong.REPEATED: "repeats row {row}",
    Wrong.NO_MVZ: "only an MVZ has a medical director: its Art is MVZ",
    Wrong.NO_MAIN_SITE: "{main} is neither entered nor a main site of this file",
    Wrong.OTHER_PRACTICE: "{site} belongs to another practice than {main}; change that by hand",
    Wrong.OTHER_ROLE: "{lanr} is {role} there, not {wanted}; end that first",
    Wrong.BEGAN_OTHERWISE: "{lanr} began on {entered} as entered, on {said} here; mend one by hand",
    Wrong.ENDED_OTHERWISE: "{lanr} ended on {entered} as entered; mend one of them by hand",
}


class BadFile(Exception):
    """The file cannot be read at all; the text says why and what to do."""

    def __init__(self, why: Unreadable, **values: str) -> None:
        super().__init__(FILES[why].format(**values))
        self.why, self.values = why, values
