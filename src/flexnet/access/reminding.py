"""Make it happen: whose promise to keep changed terms is missing is asked for it by mail."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from flexnet import transactions
from flexnet.access import campaign, rules, signers, terms
from flexnet.access.campaign import ReminderDue
from flexnet.access.signers import Signer
from flexnet.mail import actions as mails
from flexnet.mail import addresses
from flexnet.mail import queries as outbox
from flexnet.mail.addresses import Address
from flexnet.mail.kinds import Kind, Plain, Said
from flexnet.members import queries as members
from flexnet.members.addresses import Addressee
from flexnet.members.models import Person

_AT_ONCE: Final = 500


def remind(now: datetime) -> int:
    """Whose promise is missing is asked for it by mail, on the days of the campaign; answers how many.

    Noted as sent with the mail, so that no letter goes as well; who has no address stays on the list.
    """
    if not outbox.tells_of("reminders"):
        return 0
    due = campaign.reminders_due(now)
    return sum(_remind(due[at : at + _AT_ONCE], now) for at in range(0, len(due), _AT_ONCE))


def _remind(some: Sequence[ReminderDue], now: datetime) -> int:
    to = _addresses_of([one.signer for one in some], rules.day_of(now))
    return sum(_remind_one(one, to[one.signer], now) for one in some if one.signer in to)


def _remind_one(one: ReminderDue, to: Address, now: datetime) -> bool:
    """Unless somebody else was quicker, by whichever way."""
    about = signers.subject(one.signer)
    said: dict[str, Said] = {"who": Plain(one.signer.name), "until": one.until_on}
    occasion = campaign.occasion_of(one)
    with transactions.writing():
        row = terms.note_reminder(signer=one.signer, terms=one.terms, due_on=one.due_on, by="worker", now=now)
        is_mine = row.sent_at == now
        if is_mine:
            mails.queue(Kind.TERMS_REMINDER, to=to, about=about, occasion=occasion, said=said, now=now)
    return is_mine


def _addresses_of(who: Iterable[Signer], on: date) -> dict[Signer, Address]:
    """Of people that of the main site where they work."""
    sites = members.main_sites({one.pk for one in who if isinstance(one, Person)}, on)
    held: dict[Signer, Addressee | None] = {
        one: sites.get(one.pk) if isinstance(one, Person) else one for one in who
    }
    found = {one: addresses.parsed(addressee.email) for one, addressee in held.items() if addressee}
    return {one: to for one, to in found.items() if to}
