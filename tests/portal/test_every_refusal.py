"""Whatever is refused to a member says why, by which rule, and what helps; in German and in English."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from flexnet import portal
from flexnet.access import change_requests, delegating, employees, endings, mandating
from flexnet.access.programs import NotConnected
from flexnet.access.rules import Reason, Refusal
from flexnet.applications import signing
from flexnet.billing.declaring import NotDeclared
from flexnet.billing.rules import NotNow
from flexnet.billing.standing import Barrier
from flexnet.portal import mandate_forms, middleware, own_data_forms, way
from flexnet.portal.forms import NewEmployee
from flexnet.portal.way import Reached
from flexnet.web import refusals
from flexnet.web.billing_words import BARRIERS, NOT_NOW
from flexnet.web.refusals import Why
from tests import configured, make
from tests.billing import files
from tests.portal import visiting

# Before the password was right one and the same sentence stands for all of these.
NEUTRAL: Final = {
    Reason.UNKNOWN,
    Reason.WRONG_CODE,
    Reason.CODE_ALREADY_USED,
    Reason.WRONG_PASSWORD,
    Reason.THROTTLED,
}


@dataclass(frozen=True)
class Answered:
    """How an enum says no; `elsewhere` is what no form of the portal meets."""

    kind: type[StrEnum]
    text: Callable[[StrEnum], str]
    elsewhere: Collection[StrEnum] = ()


def _of_new_employee(why: StrEnum) -> str:
    assert isinstance(why, delegating.NotDone)
    form = NewEmployee({"holder": "Carla Conrad"})
    form.is_valid()
    form.refuse(why)
    return str(next(iter(form.errors.values()))[0])


ANSWERED: Final = (
    Answered(Barrier, lambda one: str(BARRIERS[Barrier(one)])),
    Answered(NotNow, lambda one: str(NOT_NOW[NotNow(one)])),
    Answered(
        change_requests.NotTaken,
        lambda one: str(own_data_forms._NOT_TAKEN[change_requests.NotTaken(one)]),
    ),
    # NOT_YOURS is not there (404); what is locked by the KV has its notice on the page.
    Answered(delegating.NotDone, _of_new_employee, (delegating.NotDone.NOT_YOURS, delegating.NotDone.LOCKED)),
    # SIGNED_LATER is about the day on a paper that a clerk enters.
    Answered(
        mandating.NotGiven,
        lambda one: str(mandate_forms._WHY[mandating.NotGiven(one)][1]),
        (mandating.NotGiven.NOT_YOURS, mandating.NotGiven.SIGNED_LATER),
    ),
)
# What is answered by the page itself: by a heading of its own, or by one sentence in the view.
BY_THE_PAGE: Final = {endings.NotGiven, signing.NotSigned, NotConnected, NotDeclared}


def _refusing() -> set[type[StrEnum]]:
    """Every enum that a module of the portal uses, and whose name says that something was not done."""
    found = set()
    for module in pkgutil.iter_modules(portal.__path__, "flexnet.portal."):
        for name, one in vars(importlib.import_module(module.name)).items():
            is_enum = inspect.isclass(one) and issubclass(one, StrEnum)
            if is_enum and re.match("Not[A-Z]|Barrier|Refus|WhyNot", name):
                found.add(one)
    return found


def test_every_answer_that_says_no_is_in_this_list() -> None:
    assert _refusing() <= {one.kind for one in ANSWERED} | BY_THE_PAGE


@pytest.mark.parametrize("answered", ANSWERED, ids=lambda one: f"{one.kind.__module__}.{one.kind.__name__}")
def test_every_answer_that_says_no_has_a_reason_and_what_helps(answered: Answered) -> None:
    for one in set(answered.kind) - set(answered.elsewhere):
        said = {}
        for language in ("de", "en"):
            with translation.override(language):
                said[language] = answered.text(one)
        assert said["de"] != said["en"], one
        for text in said.values():
            sentences = re.findall(r"[^.!?]{8,}[.!?]", text)
            assert len(sentences) > 1 or text.startswith(("Bitte ", "Please ")), (one, text)


def test_every_reason_is_told_or_neutral_or_leads_to_its_page() -> None:
    assert set(Reason) == set(refusals.SHOWN) | NEUTRAL | set(middleware._PAGES_FOR)
    assert set(refusals.SHOWN) == set(refusals.CURES)
    assert not set(refusals.SHOWN) & (NEUTRAL | set(middleware._PAGES_FOR))


@pytest.mark.parametrize("cites", [True, False])
@pytest.mark.parametrize("reason", refusals.SHOWN)
def test_every_reason_has_its_rule_and_its_cure_and_the_component_shows_them(
    reason: Reason, cites: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"cites_paragraphs": cites})
    shown = {}
    for language in ("de", "en"):
        with translation.override(language):
            why = Why.of(Refusal(reason)) or Why("", "", "")
            shown[language] = (why.reason, why.cure)
            page = render_to_string("web/components/why.html", {"why": why})
        for part in (why.reason, why.cure, why.rule):
            assert len(part) > 8
            assert part in page
    assert shown["de"][0] != shown["en"][0]
    assert shown["de"][1] != shown["en"][1]
    is_paragraph = Refusal(reason).rule.startswith("§")
    assert ("§" in refusals.rule(Refusal(reason).rule)) == (cites and is_paragraph)


@pytest.mark.parametrize("reason", refusals.SHOWN)
def test_a_file_that_cannot_be_handed_in_says_all_of_it(
    reason: Reason, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visiting.signed_in(alice.practice_access)
    row = visiting.uploaded(browser, files.plain())
    reached = Reached("x", "", "/", Refusal(reason))
    monkeypatch.setattr(way, "handing_in", lambda *_all: reached)
    page = browser.get(f"/abrechnung/{row.pk}/").text
    why = reached.why
    assert why
    assert [
        part for part in (why.reason, why.cure, why.rule, "Warum geht das nicht?") if part not in page
    ] == []
    start = browser.get("/").text
    assert f'href="{reached.why_url}">Warum geht das nicht?' in start
    assert reached.short in start


def test_staff_to_whom_documents_are_not_shown_read_why(alice: make.Member) -> None:
    page = visiting.signed_in(make.employee(alice.personal_access)).get("/dokumente/").text
    for part in ("Warum geht das nicht?", "zeigt Ihnen die Dokumente nicht", "„Dokumente zeigen“", "§"):
        assert part in page


def test_a_member_reads_why_an_access_of_the_staff_cannot_be_used(
    alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol = make.employee(alice.personal_access)
    owner = visiting.signed_in(alice.personal_access)
    assert "Dieser Zugang ist nicht nutzbar" not in owner.get(f"/praxispersonal/{carol}/").text
    found = employees.one(alice.personal_access, "carol", make.NOW)
    assert found
    shut = replace(found, decision=Refusal(Reason.INITIAL_PASSWORD_EXPIRED), letter=None)
    monkeypatch.setattr(employees, "one", lambda *_all: shut)
    page = owner.get(f"/praxispersonal/{carol}/").text
    for part in ("Dieser Zugang ist nicht nutzbar", "nicht rechtzeitig benutzt", "Fordern Sie bei uns", "§"):
        assert part in page
