"""What an act would end is told beforehand, and nothing of the rehearsal stays."""

from datetime import date, timedelta

import pytest

from flexnet.access import foresight
from flexnet.audit.models import Event
from flexnet.members import actions as members
from flexnet.members.models import Activity
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_rehearsed_end_would_cost_is_told_and_nothing_is_kept() -> None:
    alice = make.settled("alice")
    began = date(2020, 1, 1)
    activity = members.enter_activity(person=alice.person, from_on=began, by=make.BY, now=make.NOW)
    entries = Event.objects.count()
    last = date(2026, 3, 31)
    losses = foresight.losses(
        lambda: members.end_activity(activity=activity, until_on=last, by=make.BY, now=make.NOW),
        [alice.personal_access.pk],
        now=make.NOW,
    )
    assert [(one.access, one.is_at_once) for one in losses] == [(alice.personal_access, False)]
    assert losses[0].from_at > make.NOW + timedelta(days=30)
    assert Event.objects.count() == entries
    assert Activity.objects.get().until_on is None
