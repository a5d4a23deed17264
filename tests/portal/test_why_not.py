"""„Warum geht das nicht?“ on what is refused: reason, cure and rule, before anybody works in vain."""

from datetime import timedelta

import pytest
import time_machine

from flexnet.access import delegating, derived, queries
from flexnet.access.models import Access, Permission
from flexnet.access.rules import Channel, Refusal
from flexnet.members import actions as members
from flexnet.members.models import Employment
from tests import configured, make
from tests.billing import files
from tests.portal import visiting

WHY = "Warum geht das nicht?"


def test_staff_who_may_not_hand_in_read_why_on_the_start_page_and_at_the_file(alice: make.Member) -> None:
    carol = make.employee(alice.personal_access)
    staff, owner = visiting.signed_in(carol), visiting.signed_in(alice.personal_access)
    row = visiting.uploaded(staff, files.plain())
    told = ("nicht freigegeben", "Fragen Sie bitte dort nach", "§\N{NO-BREAK SPACE}2 Abs.\N{NO-BREAK SPACE}4")
    for url, said in (
        ("/", (WHY, 'href="/mein-zugang/">Warum')),
        (f"/abrechnung/{row.pk}/", (*told, WHY)),
        ("/mein-zugang/", told),
    ):
        page = staff.get(url).text
        assert [one for one in said if one not in page] == [], url
        assert WHY not in owner.get(url).text
    assert "verbindlich einreichen" not in staff.get(f"/abrechnung/{row.pk}/").text
    staff.post(f"/abrechnung/{row.pk}/einreichen/")
    row.refresh_from_db()
    assert row.submitted_at is None
    derived.permit(access=carol, function=Permission.Function.SUBMISSION, by=make.BY, now=make.NOW)
    assert WHY not in staff.get("/").text


def test_where_it_opens_next_quarter_staff_are_given_no_more_than_the_member_has(
    alice: make.Member, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, profile={"activation": "next_quarter"})
    carol = make.employee(alice.personal_access)
    derived.permit(access=carol, function=Permission.Function.SUBMISSION, by=make.BY, now=make.NOW)
    for access in (carol, alice.personal_access):
        page = visiting.signed_in(access).get("/").text
        assert WHY in page
        told = visiting.signed_in(access).get("/mein-zugang/").text
        assert "Sie können noch nicht online einreichen." in told


def test_staff_of_an_employed_doctor_lose_what_the_doctor_loses(alice: make.Member) -> None:
    bob, today = make.settled("bob"), make.NOW.date()
    kind, practice = Employment.Kind.EMPLOYED, alice.site.practice
    row = members.enter_employment(
        practice=practice, person=bob.person, kind=kind, from_on=today, by=make.BY, now=make.NOW
    )
    frieda = make.employee(bob.personal_access, "frieda")
    derived.permit(access=frieda, function=Permission.Function.SUBMISSION, by=make.BY, now=make.NOW)
    assert queries.sites_of(frieda, today) == queries.sites_of(bob.personal_access, today)
    members.end_employment(employment=row, until_on=today, by=make.BY, now=make.NOW)
    later = today + timedelta(days=1)
    assert queries.sites_of(frieda, later) == (bob.site.bsnr,)


def test_nobody_gives_what_is_not_to_be_given(alice: make.Member) -> None:
    """By forged names and functions: to a third party, to the member's own access, to another's staff."""
    bob = make.settled("bob")
    theirs, dora = make.employee(bob.personal_access, "emil"), make.submitter()
    owner = visiting.signed_in(alice.personal_access)
    for access in (theirs, dora, alice.practice_access, alice.personal_access):
        for button in ("einreichen", "nicht-einreichen", "dokumente", "keine-dokumente", "beenden"):
            assert owner.post(f"/praxispersonal/{access}/{button}/").status_code == 404, (access, button)
    carol = make.employee(alice.personal_access)
    for function in (Permission.Function.SUBMISSION, Permission.Function.DOCUMENTS):
        delegating.permit(member=alice.personal_access, user_name="carol", function=function, now=make.NOW)
    assert isinstance(decided(carol, Channel.SIGNATURE), Refusal)
    assert isinstance(decided(carol, Channel.VPN_SIGN_IN), Refusal)


def decided(access: Access, channel: Channel) -> object:
    return queries.decide_access(access.pk, channel=channel, now=make.NOW)
