"""What an office has on its hands: locks, notices, applications, long stories; and a clerk signed in."""

import random
from datetime import UTC, datetime
from typing import Final

from django.test import Client

from bench.crowd import Crowd
from flexnet import transactions
from flexnet.access import endings, locking
from flexnet.access.models import Access, Lock, Notice
from flexnet.accounts import staff
from flexnet.accounts.models import Account, Role, Staff
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT, SOURCE
from flexnet.applications import actions as applications
from flexnet.applications.kinds import Channel, Kind
from flexnet.audit import actions as audit
from flexnet.members.models import Practice
from flexnet.office.middleware import CONFIRMED_AT

_BY: Final = "bench"
_LOCKED, _NOTICED, _APPLIED, _BUSY, _EVENTS = 200, 200, 60, 20, 2_000
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_HOST: Final = "localhost"


def stir(people: Crowd) -> None:
    """Made by our own actions."""
    now, chance = datetime.now(UTC), random.Random(2)
    going_on = Access.objects.filter(origin=None, notices=None).order_by("pk").values_list("pk", flat=True)
    chosen = chance.sample(list(going_on), min(len(going_on), _LOCKED + _NOTICED))
    rows = list(Access.objects.filter(pk__in=chosen).select_related("account"))
    for row in rows[: len(rows) // 2]:
        locking.lock_access(access=row, cause=Lock.Cause.OTHER, by=_BY, reason="Messung", now=now)
    for row in rows[len(rows) // 2 :]:
        endings.give_notice(
            access=row, kind=Notice.Kind.MEMBER, received_on=now.date(), by=_BY, reason="Messung", now=now
        )
    _apply(people, now)


def _apply(people: Crowd, now: datetime) -> None:
    for number in range(min(_APPLIED, people.size)):
        values = {"bsnr": people.bsnr(number), "organisation": f"Praxis {number}", "name": "Dr. Neu"}
        applications.receive(
            kind=Kind.MEMBER,
            channel=Channel.PAPER,
            values=values,
            received_on=now.date(),
            by=_BY,
            now=now,
        )


def busy() -> list[int]:
    """Some practices with a long story each; answers their numbers."""
    practices = list(Practice.objects.order_by("?").values_list("pk", flat=True)[:_BUSY])
    with transactions.writing():
        for _turn in range(_EVENTS):
            audit.record_all(
                [audit.Act("note.written", f"practice:{pk}", {}, None, None) for pk in practices], by=_BY
            )
    return practices


def signed_in() -> Client:
    """A clerk's browser; what a sign-in writes into its session stands in it."""
    now = datetime.now(UTC)
    who = staff.enter(user_name="clara", name="Clara Beispiel", roles=[Role.CLERK], by=_BY, now=now).staff
    Account.objects.filter(pk=who.account_id).update(password_is_initial=False)
    client = Client(headers={"host": _HOST})
    client.force_login(Staff.objects.select_related("account").get(pk=who.pk).account, backend=_BACKEND)
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = session[CONFIRMED_AT] = now.timestamp()
    session[SOURCE] = "127.0.0.1"
    session.save()
    return client
