"""Letters as sheets of paper: one each, the address inside the window, nothing that does not fit."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import ValidationError
from pypdf import PageObject, PdfReader

from flexnet import configuration
from flexnet.post import drawing, messages, numbers, wording, writings
from flexnet.post.drawing import Letter
from flexnet.post.errors import AddressDoesNotFit, LetterDoesNotFit
from flexnet.post.wording import Text
from tests import configured, make

MM = 72 / 25.4
ABOUT = "Praxiszugang der Betriebsstätte Hauptstraße 1, Magdeburg"
LONG_NAME = "Gemeinschaftspraxis für Kinder- und Jugendmedizin Dr. Schmidt und Dr. Müller-Lüdenscheidt"
TO = [LONG_NAME, "Dr. Alice Ahrens", "Hauptstraße 1", "39104 Magdeburg"]
LONGEST = "n" * 32  # a user name
HOLDER = "persönlicher Zugang von " + "Dr. Maria " * 19
TODAY = date(2026, 4, 14)
END = messages.End(date(2026, 6, 30), HOLDER, has_key=True, has_derived=True)
NAMES = (LONGEST, "889999900")

EVERY_KIND = [
    wording.welcome(LONGEST, HOLDER, has_key=True),
    wording.first_password(wording.SAMPLE, HOLDER, user_name=LONGEST, names=NAMES, now=make.NOW),
    wording.first_password(wording.SAMPLE, HOLDER, user_name=None, names=NAMES, now=make.NOW),
    wording.new_password(wording.SAMPLE, HOLDER, user_name=LONGEST, names=NAMES, now=make.NOW),
    wording.revocation_word("baum-haus-apfel-tor", HOLDER),
    wording.key_parcel("20000001", HOLDER),
    messages.reminder(date(2026, 6, 1), HOLDER),
    messages.lock_notice(make.NOW, "Verlust", HOLDER),
    messages.notice_received(END, date(2026, 4, 1), today=TODAY),
    messages.notice_of_kv(END, today=TODAY),
    messages.notice_for_cause(END, today=TODAY),
    messages.activity_over(END, today=TODAY),
    messages.interest_over(END, today=TODAY),
    messages.charge("20000001", "49,00 €", HOLDER, is_member=True),
    messages.charge("20000001", "49,00 €", HOLDER, is_member=False),
    messages.key_back("20000001", HOLDER, cents=4900),
    messages.new_address(date(2026, 5, 1)),
    messages.written("x" * writings.LONGEST_SUBJECT, "\n\n".join(["Wort " * 29] * 8)),
]


def sheets(*texts: Text, to: Sequence[str] = TO, is_sample: bool = False) -> PdfReader:
    letters = [Letter(numbers.number(2026, at), to, text) for at, text in enumerate(texts, 1)]
    return PdfReader(BytesIO(drawing.drawn(letters, now=make.NOW, is_sample=is_sample)))


def places(page: PageObject) -> dict[str, tuple[float, float]]:
    """Each piece of text with where it begins, in mm from the left and the upper edge of the sheet."""
    found = dict[str, tuple[float, float]]()

    def visit(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        x = inner[4] * outer[0] + outer[4]
        y = inner[5] * outer[3] + outer[5]
        if text.strip():
            found[text.strip()] = (x / MM, 297 - y / MM)

    page.extract_text(visitor_text=visit)
    return found


def test_every_letter_is_one_sheet_with_its_number_also_with_the_longest_names() -> None:
    document = sheets(*EVERY_KIND)
    assert len(document.pages) == len(EVERY_KIND)
    for at, (page, text) in enumerate(zip(document.pages, EVERY_KIND, strict=True), 1):
        said = page.extract_text()
        assert numbers.number(2026, at) in said
        assert text.subject in said
        assert "14. April 2026" in said
        assert (
            f"{float(page.mediabox.width) / MM:.0f} × {float(page.mediabox.height) / MM:.0f}" == "210 × 297"
        )
        for _name, value in text.boxes:
            assert value in said


def test_the_address_stands_inside_the_window_and_nothing_else_does() -> None:
    """DIN 5008, form B: the window is 20 to 110 mm from the left, 45 to 90 mm from above."""
    for page in sheets(*EVERY_KIND).pages:
        found = places(page)
        inside = [
            said
            for said, (x, y) in sorted(found.items(), key=lambda one: one[1][1])
            if x < 110 and 45 < y < 90
        ]
        sender, *address = inside
        assert sender == "KVSA · IT-Service · Postfach 1664 · 39006 Magdeburg"
        assert "".join(address).replace(" ", "") == "".join(TO).replace(" ", "")
        assert all(found[said][0] == pytest.approx(25, abs=0.1) and found[said][1] > 62.7 for said in address)
        assert len(address) == len(TO) + 1  # the long name takes two lines


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["Praxis", "Dr. Alice", "c/o", "Haus B", "3. Stock", "Hauptstraße 1", "39104 Magdeburg"], "7 lines"),
        (["W" * 60, "Hauptstraße 1", "39104 Magdeburg"], "A word of the address is wider"),
        ([LONG_NAME * 3, "Hauptstraße 1", "39104 Magdeburg"], "too long for an envelope's window"),
    ],
)
def test_an_address_that_does_not_fit_is_refused_in_words(lines: list[str], why: str) -> None:
    text = messages.new_address(date(2026, 5, 1))
    with pytest.raises(AddressDoesNotFit, match=why):
        sheets(text, to=lines)
    assert len(sheets(text, to=lines[-2:]).pages) == 1


def test_a_letter_for_two_sheets_is_none() -> None:
    with pytest.raises(LetterDoesNotFit):
        sheets(Text("Lang", ["Satz. " * 1000]))


def test_how_a_lost_key_is_paid_is_said_by_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*, is_member: bool, **payment: str) -> str:
        paid = configuration.Payment.model_validate(payment)
        configured.change(monkeypatch, profile={"payment": paid, "cites_paragraphs": False})
        text = messages.charge("20000001", "49,00 €", ABOUT, is_member=is_member)
        assert "§" not in "".join(text.before)
        return " ".join([*(value for _name, value in text.boxes), *text.after])

    iban = "de02 1203 0000 0000 2020 51"
    assert "Honorarbescheid" in said(is_member=True, members="set_off", iban=iban)
    for who in ({"is_member": True}, {"is_member": False, "members": "set_off"}):
        assert "DE02 1203 0000 0000 2020 51" in said(**who, iban=iban)
        assert "eigene Rechnung" in said(**who)
    with pytest.raises(ValidationError, match="is no IBAN"):
        configuration.Payment.model_validate({"iban": "DE03 1203 0000 0000 2020 51"})


def test_a_charge_that_is_an_act_says_in_the_kvs_words_how_to_object(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Path("deploy/texts/kvsa/rechtsbehelf.txt").resolve()
    paid = configuration.Payment(is_act=True, iban="DE02120300000000202051")
    for is_act in (True, False):
        payment = paid.model_copy(update={"is_act": is_act})
        configured.change(monkeypatch, profile={"payment": payment}, texts={"remedy": example})
        page = sheets(messages.charge("20000001", "49,00 €", ABOUT, is_member=False)).pages[0]
        said = " ".join(page.extract_text().split())
        assert ("Rechtsbehelfsbelehrung" in said) is is_act
        assert ("innerhalb eines Monats nach seiner Bekanntgabe Widerspruch einlegen" in said) is is_act


def test_an_end_that_is_over_is_told_as_such() -> None:
    before, after = (
        " ".join([*text.before, *text.after])
        for text in (messages.activity_over(END, today=on) for on in (END.last_day, date(2026, 7, 1)))
    )
    assert "mit dem 30. Juni 2026 endet:" in before
    assert "vorher" in before
    assert "mit dem 30. Juni 2026 endete:" in after
    assert "vorher" not in after


def test_an_address_a_day_an_amount_and_a_paragraph_are_never_torn_apart() -> None:
    things = [
        "https://netzzugang.kvsa.example/handbuch/",
        "30. Juni 2026, 10:00 Uhr",
        "49,00 €",
        "§ 6 Abs. 3",
        "Dr. Wolff",
        "EDV-Abteilung",
    ]
    for thing in things:
        before = [f"{'Wort ' * count}{thing} und mehr" for count in range(13, 17)]
        said = sheets(Text("Lang", before)).pages[0].extract_text()
        assert said.count(thing) == len(before), said
    too_long = f"https://netzzugang.kvsa.example/{'handbuch/' * 20}"
    [page] = sheets(Text("Lang", [too_long])).pages
    assert too_long in "".join(page.extract_text().split())
    assert all(x < 190 for x, _y in places(page).values())


def test_sheets_are_made_for_the_archive_and_for_screen_readers() -> None:
    document = sheets(EVERY_KIND[0])
    metadata = document.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata.stream.get_data()
    assert document.metadata is not None
    assert document.metadata.title == EVERY_KIND[0].subject


def test_a_password_letter_states_the_rules_and_how_long_it_holds() -> None:
    [page] = sheets(EVERY_KIND[2]).pages
    said = " ".join(page.extract_text().split())
    for sentence in (
        "bis zum 12. Mai 2026",
        "mindestens 12 Zeichen",
        "keine Umlaute und kein ß",
        "Sperrkennwort",
    ):
        assert sentence in said
    assert LONGEST not in said


def test_a_preview_says_that_it_is_one() -> None:
    assert "MUSTER" in sheets(EVERY_KIND[1], is_sample=True).pages[0].extract_text()
    assert "MUSTER" not in sheets(EVERY_KIND[1]).pages[0].extract_text()


def test_names_are_text_whatever_they_contain() -> None:
    lines = ["#panic() *Praxis* $x$ <b>", "Hauptstraße 1", "39104 Magdeburg"]
    assert lines[0] in sheets(EVERY_KIND[0], to=lines).pages[0].extract_text()


def test_a_number_is_read_back_and_a_slip_noticed() -> None:
    assert numbers.running(" b-2026-00042-" + numbers.number(2026, 42)[-1]) == 42
    assert numbers.running(numbers.number(2026, 1234567)) == 1234567
    wrong = numbers.number(2026, 42).replace("42-", "43-")
    assert numbers.running(wrong) is None
    assert numbers.running("A-2026-00042-6") is None
