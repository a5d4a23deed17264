"""The collective declaration: by whoever may sign, in person, with the text that they read."""

import json

import pytest

from flexnet.access.models import Access
from flexnet.billing import actions, completeness, declaring
from flexnet.billing.declaring import NotDeclared
from flexnet.billing.models import CollectiveDeclaration, Confirmation
from flexnet.members import actions as members
from flexnet.members.models import Employment, Practice
from tests import configured, make
from tests.billing import files


def give(member: Access, practice: Practice, seen: str | None = None) -> CollectiveDeclaration | NotDeclared:
    text = declaring.wanted()
    assert text is not None
    found = standing(practice)
    return declaring.give(
        member=member,
        practice=practice,
        quarter=files.QUARTER,
        seen=declaring.shown(text, found.bsnrs) if seen is None else seen,
        by=make.BY,
        now=make.NOW,
    )


def standing(practice: Practice) -> completeness.Completeness:
    return completeness.of(practice, files.QUARTER, make.NOW.date())


@pytest.fixture
def practice(alice: make.Member) -> Practice:
    return alice.site.practice


def test_an_owner_gives_it_and_text_and_hash_stay(alice: make.Member, practice: Practice) -> None:
    files_row = files.received(alice.practice_access, files.plain())
    receipt = actions.submit(delivery=files_row, access=alice.practice_access, by=make.BY, now=make.NOW)
    row = give(alice.personal_access, practice)
    assert isinstance(row, CollectiveDeclaration)
    text = declaring.wanted()
    assert text is not None
    assert (row.text, row.sha256, row.bsnrs) == (text.text, text.sha256, [files.ALICE])
    said = json.loads(Confirmation.objects.get(pk=row.number).statement)
    assert (said["text"], said["receipts"]) == (text.text, [str(receipt)])
    assert said["signer"] == {"name": "Dr. alice", "lanr": alice.person.lanr}
    assert standing(practice).is_complete


def test_given_twice_it_is_the_same(alice: make.Member, practice: Practice) -> None:
    assert give(alice.personal_access, practice) == give(alice.personal_access, practice)
    assert CollectiveDeclaration.objects.count() == 1


def test_neither_practice_access_nor_staff_nor_submitter_nor_stranger_may(
    alice: make.Member, practice: Practice
) -> None:
    others = (
        alice.practice_access,
        make.employee(alice.personal_access),
        make.submitter(),
        make.settled("bob").personal_access,
    )
    assert {give(one, practice) for one in others} == {NotDeclared.NOT_YOURS}


def test_an_employed_doctor_may_not_and_an_authorised_one_may(alice: make.Member, practice: Practice) -> None:
    bob = make.settled("bob")
    row = members.enter_employment(
        practice=practice,
        person=bob.person,
        kind=Employment.Kind.EMPLOYED,
        from_on=make.NOW.date(),
        by=make.BY,
        now=make.NOW,
    )
    assert give(bob.personal_access, practice) is NotDeclared.NOT_YOURS
    Employment.objects.filter(pk=row.pk).update(kind=Employment.Kind.AUTHORISED)
    assert isinstance(give(bob.personal_access, practice), CollectiveDeclaration)


@pytest.mark.parametrize(("needs", "enough"), [("all", False), ("one", True)])
def test_of_two_owners_all_or_one(
    alice: make.Member, practice: Practice, monkeypatch: pytest.MonkeyPatch, needs: str, enough: bool
) -> None:
    configured.change(monkeypatch, billing={"declaration": needs})
    paul = make.partner(practice)
    give(alice.personal_access, practice)
    assert standing(practice).is_declared is enough
    assert [one.pk for one in standing(practice).missing_signers] == ([] if enough else [paul.person_id])
    give(paul, practice)
    assert standing(practice).is_declared


def test_nobody_vouches_for_what_they_have_not_read(alice: make.Member, practice: Practice) -> None:
    assert give(alice.personal_access, practice, seen="0" * 64) is NotDeclared.CHANGED


def test_a_site_that_came_later_is_not_covered(alice: make.Member, practice: Practice) -> None:
    give(alice.personal_access, practice)
    members.enter_site(practice=practice, bsnr="851234500", by=make.BY)
    assert not standing(practice).is_declared
    assert standing(practice).missing_sites == [files.ALICE, "851234500"]
    give(alice.personal_access, practice)
    assert standing(practice).is_declared


def test_where_none_is_asked_for_nothing_is_missing(
    alice: make.Member, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, billing={"declaration": "none"})
    assert standing(practice).is_declared
    assert declaring.wanted() is None
