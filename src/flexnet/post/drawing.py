"""Draws letters, each on one sheet: PDF/A-2b for the archive, PDF/UA-1 for screen readers."""

import importlib.resources
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import segno
import typst

from flexnet import configuration, transactions
from flexnet.access.rules import day_of
from flexnet.post import wording
from flexnet.post.errors import AddressDoesNotFit, LetterDoesNotFit
from flexnet.post.wording import Text

_MOST_LINES = 6  # of the address field (DIN 5008)
_MOST_MEASURED = 20_000  # addresses, some megabytes


@dataclass(frozen=True)
class Letter:
    """A sheet: its number, the lines in the envelope's window, what it says, and to whom by name."""

    number: str
    recipient: Sequence[str]
    text: Text = field(repr=False)
    name: str = ""


def drawn(letters: Sequence[Letter], *, now: datetime, is_sample: bool = False) -> bytes:
    """One PDF with a sheet for each letter. Takes some 10 ms a letter: never inside a transaction.

    Raises AddressDoesNotFit, and LetterDoesNotFit if one of them needs a second sheet.
    """
    check_addresses([letter.recipient for letter in letters])
    content = json.dumps(_content(letters, now, is_sample))
    try:
        return _compiled("letter.typ", {"letters": content}, now)
    except typst.TypstError as error:
        if "more than one sheet" not in str(error):
            raise
        raise LetterDoesNotFit("One of the letters needs more than one sheet: shorten its text.") from None


def check_addresses(addresses: Sequence[Sequence[str]]) -> None:
    """Each stands whole in an envelope's window, or AddressDoesNotFit is raised for the first that does not.

    A name that is too long for one line may take two; of lines there are at most six (DIN 5008).
    """
    problems = addresses_problems(addresses)
    found = next((problem for problem in problems if problem), "")
    if found:
        raise AddressDoesNotFit(found)


def addresses_problems(addresses: Sequence[Sequence[str]]) -> list[str]:
    """For each why it does not fit, or an empty text; what was measured before is remembered."""
    assert not transactions.is_writing(), "letters are drawn outside of any transaction"  # noqa: S101 - a promise
    wanted = [tuple(lines) for lines in addresses]
    fresh = [lines for lines in dict.fromkeys(wanted) if lines not in _measured]
    if len(_measured) + len(fresh) > _MOST_MEASURED:
        _measured.clear()
        fresh = list(dict.fromkeys(wanted))
    _measured.update(zip(fresh, _measure(fresh), strict=True))
    return [_measured[lines] for lines in wanted]


_measured: dict[tuple[str, ...], str] = {}


def _measure(addresses: Sequence[tuple[str, ...]]) -> list[str]:
    if not addresses:
        return []
    answer = typst.query(
        _source("window.typ"),
        "<needed>",
        field="value",
        one=True,
        ignore_system_fonts=True,
        sys_inputs={"addresses": json.dumps(addresses)},
    )
    return [_problem(lines, one) for lines, one in zip(addresses, json.loads(answer), strict=True)]


def _problem(lines: Sequence[str], needed: dict[str, bool]) -> str:
    if len(lines) > _MOST_LINES:
        return f"The address has {len(lines)} lines; an envelope's window takes {_MOST_LINES}."
    if needed["is_wide"]:
        return "A word of the address is wider than an envelope's window."
    return "" if needed["fits"] else "The address is too long for an envelope's window: shorten its names."


def _content(letters: Sequence[Letter], now: datetime, is_sample: bool) -> dict[str, Any]:
    profile, today = configuration.current().profile, day_of(now)
    return {
        "title": letters[0].text.subject if len(letters) == 1 else f"Briefe der {profile.short_name}",
        "kv": profile.name,
        "sender": " · ".join((profile.short_name, *profile.address)),
        "hotline": profile.hotline,
        "email": profile.email,
        "written": wording.day(today),
        "date": {"year": today.year, "month": today.month, "day": today.day},
        "is_sample": is_sample,
        "letters": [_one(letter) for letter in letters],
    }


def _one(letter: Letter) -> dict[str, Any]:
    text = letter.text
    *after, rules_of = [*text.after, ""] if not text.rules else text.after
    return {
        "number": letter.number,
        "code": _code(letter.number),
        "recipient": list(letter.recipient),
        # How people wish to be addressed is not known; a greeting by the whole name is right for all of them.
        "salutation": f"Guten Tag {letter.name}," if letter.name else "Sehr geehrte Damen und Herren,",
        "subject": text.subject,
        "before": list(text.before),
        "boxes": [list(box) for box in text.boxes],
        "after": list(after),
        "rules": list(text.rules),
        "rules_of": rules_of,
    }


def _code(number: str) -> str:
    """A QR code with the number, medium error correction: it survives a crease.

    The pattern laid over it is always the first: over numbers like these it is as even as the best of the
    eight, and to try them all takes five times as long as the code itself.
    """
    out = io.BytesIO()
    segno.make_qr(number, error="m", mask=0).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def _compiled(name: str, inputs: dict[str, str], now: datetime) -> bytes:
    assert not transactions.is_writing(), "letters are drawn outside of any transaction"  # noqa: S101 - a promise
    return typst.compile(
        _source(name),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["a-2b", "ua-1"],
        timestamp=now.astimezone(UTC).replace(microsecond=0),
    )


def _source(name: str) -> bytes:
    return importlib.resources.files("flexnet.post").joinpath(name).read_bytes()
