"""What members do themselves, done several times at the same moment: by a double click, in two browsers."""

import uuid
from functools import partial
from typing import Any

import pytest

from flexnet.access import delegating, endings, own_keys
from flexnet.access.models import Access, CredentialRequest, Lock, Notice
from flexnet.accounts.errors import AlreadySubmitted, UserNameTaken
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_click_that_arrives_four_times_opens_one_access_and_asks_for_one_letter() -> None:
    member, number = make.settled().personal_access, uuid.uuid4()
    form: dict[str, Any] = {
        "member": member,
        "holder": "Carol",
        "hands_in": True,
        "number": number,
        "now": make.NOW,
    }
    answers = at_once(*[partial(delegating.open_access, **form)] * 4)
    [carol] = Access.objects.filter(origin=member)
    assert [answer for answer in answers if not isinstance(answer, AlreadySubmitted)] == [carol]
    assert CredentialRequest.objects.get().access == carol


def test_of_two_forms_at_once_each_opens_its_own_or_says_so() -> None:
    member = make.settled().personal_access
    forms: list[dict[str, Any]] = [{"holder": name, "number": uuid.uuid4()} for name in ("Carol", "Emil")]
    opening = partial(delegating.open_access, member=member, hands_in=False, now=make.NOW)
    answers = at_once(*(partial(opening, **form) for form in forms))
    refused = [answer for answer in answers if isinstance(answer, UserNameTaken)]
    assert Access.objects.filter(origin=member).count() == 2 - len(refused)
    assert all(isinstance(answer, Access | UserNameTaken) for answer in answers)


def test_notice_and_a_lost_key_count_once() -> None:
    alice = make.settled()
    member, name = alice.personal_access, "alice-praxis"
    ends_on = endings.last_day(Notice.Kind.MEMBER, make.NOW.date())
    notice = partial(endings.give_in_portal, member=member, user_name=name, ends_on=ends_on, now=make.NOW)
    given = at_once(*[notice] * 4)
    assert given == [Notice.objects.get()] * 4
    lost = partial(own_keys.lock_lost, member=member, serial=str(alice.key), now=make.NOW)
    assert at_once(*[lost] * 4) == [Lock.objects.get()] * 4
