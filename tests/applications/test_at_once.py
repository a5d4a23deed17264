"""What if two do it at once: a double click, two clerks with one application, many strangers."""

import uuid
from functools import partial

import pytest

from flexnet.access.models import Access
from flexnet.applications import actions, queries, sending
from flexnet.applications.actions import Approved
from flexnet.applications.kinds import Kind, Status
from flexnet.applications.models import Application
from flexnet.applications.rules import Refused, Why
from tests import make
from tests.applications import forms
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = "203.0.113.9"


def send(key: uuid.UUID) -> object:
    return sending.send(kind=Kind.MEMBER, values=forms.MEMBER, key=key, source=SOURCE, now=make.NOW)


def test_a_click_that_arrives_four_times_is_one_application() -> None:
    make.terms()
    answers = at_once(*[partial(send, uuid.UUID(int=7))] * 4)
    [row] = Application.objects.all()
    assert answers == [row] * 4


def test_each_of_many_gets_a_number_of_its_own() -> None:
    make.terms()
    answers = at_once(*(partial(send, uuid.uuid4()) for _ in range(4)))
    assert all(isinstance(answer, Application) for answer in answers)
    assert len({str(answer) for answer in answers}) == 4


def test_of_two_clerks_who_approve_one_does_and_one_is_told() -> None:
    row = forms.received()
    approve = partial(actions.approve, application=row, seen=1, by=make.BY, now=make.NOW)
    answers = at_once(approve, approve)
    assert sorted(type(answer).__name__ for answer in answers) == [Approved.__name__, Refused.__name__]
    [refused] = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused.why in (Why.CLOSED, Why.CHANGED_MEANWHILE, Why.OBSTACLE)
    assert Access.objects.count() == 2


def test_of_who_approves_and_who_refuses_one_holds() -> None:
    row = forms.received()
    answers = at_once(
        partial(actions.approve, application=row, seen=1, by=make.BY, now=make.NOW),
        partial(actions.refuse, application=row, reason="Grund", seen=1, by=make.BY, now=make.NOW),
    )
    assert len([answer for answer in answers if isinstance(answer, Refused)]) == 1
    status = queries.status(queries.application(row.number))
    assert status in (Status.APPROVED, Status.REFUSED)
    assert Access.objects.exists() is (status is Status.APPROVED)
