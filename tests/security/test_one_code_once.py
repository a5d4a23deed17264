"""One code opens once: for threads and for processes, at the same moment, on the same database."""

import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import pytest
from django.db import connections

from flexnet.access.rules import Reason, Refusal
from flexnet.gateway.actions import Accepted
from flexnet.gateway.models import Session
from flexnet.keys.models import Key
from tests import make
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 6


@pytest.fixture
def door() -> make.Door:
    return make.door(make.settled())


def outcome(answer: object) -> str:
    return answer.reason if isinstance(answer, Refusal) else type(answer).__name__


ONCE = ["Accepted", *[Reason.CODE_ALREADY_USED] * (COPIES - 1)]


def test_of_copies_in_threads_one_is_accepted(door: make.Door) -> None:
    for press in range(4):
        answers = at_once(*[lambda press=press: door.sign_in(press)] * COPIES)
        assert sorted(map(outcome, answers)) == ONCE
    assert Session.objects.count() == 4
    assert Key.objects.get().counter == 4


def test_of_copies_in_processes_one_is_accepted(door: make.Door) -> None:
    answers = in_processes(COPIES, lambda: outcome(door.sign_in(0)))
    assert sorted(answers) == ONCE


def test_codes_typed_at_once_never_move_the_counter_back(door: make.Door) -> None:
    answers = at_once(*[lambda press=press: door.sign_in(press) for press in range(COPIES)])
    assert any(isinstance(answer, Accepted) for answer in answers)
    assert Key.objects.get().counter == COPIES
    for press in range(COPIES):
        later = make.NOW + timedelta(minutes=1 + press)  # tries come back
        assert door.sign_in(press, now=later) == Refusal(Reason.CODE_ALREADY_USED)


def test_a_pair_that_heals_heals_once(door: make.Door) -> None:
    assert door.sign_in(300) == Refusal(Reason.WRONG_CODE)
    answers = at_once(*[lambda: door.sign_in(301, now=make.NOW + timedelta(seconds=1))] * COPIES)
    assert [type(answer) for answer in answers].count(Accepted) == 1
    assert Key.objects.get().counter == 302


def in_processes(count: int, act: Callable[[], str]) -> list[str]:
    """What `act` answers in so many processes that begin together, each on a connection of its own."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(count), []
    for _ in range(count):
        here, there = context.Pipe(duplex=False)
        context.Process(target=_answer, args=(act, gate, there)).start()
        answers.append(here)
    said = [str(answer.recv()) for answer in answers]
    for child in multiprocessing.active_children():
        child.join(10)
    return said


def _answer(act: Callable[[], str], gate: Barrier, to: Connection) -> None:
    gate.wait(30)
    to.send(act())
    connections.close_all()
