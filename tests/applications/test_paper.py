"""The sheet to sign: whole, for readers and archives, whatever somebody is called."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from flexnet.applications import paper
from flexnet.applications.kinds import Kind
from flexnet.applications.models import Application
from tests import make
from tests.applications import forms

pytestmark = pytest.mark.django_db


def text(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)


@pytest.mark.parametrize("kind", [Kind.MEMBER, Kind.THIRD_PARTY])
def test_all_that_was_typed_stands_on_one_sheet(kind: Kind) -> None:
    row = forms.received(kind)
    document = paper.pdf(row)
    assert len(PdfReader(BytesIO(document)).pages) == 1
    for said in (row.number, row.organisation, row.name, "Fassung 1", "39006 Magdeburg"):
        assert said in text(document)


def test_the_same_application_gives_the_same_bytes() -> None:
    row = forms.received()
    assert paper.pdf(row) == paper.pdf(row)


@pytest.mark.parametrize("name", ["#let x = 1", "$x$ *fett* \\ @a <b>", "Žofie Ørsted", "Δώρα", "Третья"])
def test_a_name_is_a_name_and_no_instruction(name: str) -> None:
    assert name.split()[0] in text(paper.pdf(forms.received(name=name)))


def test_a_letter_that_no_font_has_leaves_a_gap_and_not_the_applicant_without_sheet() -> None:
    row = forms.received()
    Application.objects.filter(pk=row.pk).update(name="李 Neu")
    row.refresh_from_db()
    assert row.number in text(paper.pdf(row))


def test_a_long_reason_goes_on_on_the_next_sheet() -> None:
    row = forms.received(Kind.THIRD_PARTY, interest="Ein Satz.\n" * 150)
    pages = PdfReader(BytesIO(paper.pdf(row))).pages
    assert len(pages) > 1
    assert "Unterschrift" in pages[-1].extract_text()


def test_the_blank_form_is_drawn_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    make.terms()
    first = paper.blank(Kind.MEMBER, on=make.NOW.date())
    monkeypatch.setattr(paper, "_drawn", None)
    assert paper.blank(Kind.MEMBER, on=make.NOW.date()) == first
