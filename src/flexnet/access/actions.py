"""Make it happen: the facts from which permissions are derived; each rewrites the intervals it touches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from flexnet import configuration, transactions
from flexnet.access import filter_rules, queries, rewriting, rules, signals, stock
from flexnet.access import touched as changed
from flexnet.access.errors import (
    AlreadyGranted,
    BadPermission,
    BadService,
    ExtraKey,
    KeyNotHeld,
    KeyOfNoUse,
    KeyTaken,
    ServiceExists,
)
from flexnet.access.models import (
    Access,
    Grant,
    KeyAssignment,
    Lock,
    Service,
)
from flexnet.access.rules import Channel
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Account
from flexnet.audit import actions as audit
from flexnet.keys import movements, whereabouts
from flexnet.keys import queries as keys
from flexnet.keys.models import Key, Place
from flexnet.members.models import Person, Site
from flexnet.members.signals import Touched
from flexnet.single import single

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")


@dataclass(frozen=True)
class PasswordRefusal:
    """The new password was not taken; every problem is a German sentence."""

    problems: tuple[str, ...]


def open_practice_access(
    *, site: Site, user_name: str | accounts.Issued, by: str, now: datetime, from_on: date | None = None
) -> accounts.Issued:
    """A Praxiszugang for a site, with its initial password; unlocked at once, or with a day (§ 3(3)).

    Whoever is in a transaction gives an account made before it instead of a name: making one hashes.
    Raises BadUserName, UserNameTaken.
    """
    access = Access(kind=Access.Kind.PRACTICE, site=site, unlocked_at=unlocked_at(from_on, now))
    return open_access(user_name, access, by=by, now=now)


def open_personal_access(
    *, person: Person, user_name: str | accounts.Issued, by: str, now: datetime, from_on: date | None = None
) -> accounts.Issued:
    """A persönlicher Zugang for a person, as `open_practice_access`."""
    access = Access(kind=Access.Kind.PERSONAL, person=person, unlocked_at=unlocked_at(from_on, now))
    return open_access(user_name, access, by=by, now=now)


def assign_key(*, key: Key, access: Access, by: str, reason: str = "", now: datetime) -> KeyAssignment:
    """A key from the stock opens this access from now on, in place of one that is lost or defective.

    Each site has one free (§ 2(1)); another one needs a reason, where the KV gives out more at all. Raises
    KeyTaken, KeyOfNoUse, ExtraKey, WrongPlace, MovedMeanwhile.
    """
    if Channel.VPN_SIGN_IN not in rules.ALWAYS[Access.Kind(access.kind)]:
        raise KeyOfNoUse(
            f"{access} is an employee's access: employees come in through their practice's tunnel."
        )
    taken = KeyTaken(
        "The key belongs to an access already, or the access has a key. Take it back: flexnet key take-back"
    )
    with transactions.writing():
        transactions.take_turn_at_facts()
        _require_reason(access, reason)
        instead_of = _replaced(access, now)
        row = KeyAssignment(key=key, access=access, from_at=now)
        transactions.insert_new(row, otherwise=taken)
        movements.step(key, to=Place.ASSIGNED, by=by, reason=reason, now=now)
        data = {"access": str(access), "instead_of": instead_of, "reason": reason}
        audit.record("key.assigned", by=by, subject=f"key:{key.serial}", data=data)
        facts_changed([access.pk], by=by, reason="key_assigned", now=now)
    return row


def take_key_back(*, serial: str, by: str, reason: str, now: datetime) -> None:
    """It opens nothing any more, and what came in by it ends: in stock again, if it never left the house.

    Otherwise it has come back, and goes out again only with a new seed. Raises NoSuchKey, KeyNotHeld.
    """
    key = keys.key(serial)
    with transactions.writing():
        transactions.take_turn_at_facts()
        here, _last = keys.whereabouts_of(key)
        ids = end_assignment(key, now=now)
        back = whereabouts.back_from(here)
        if not ids and not whereabouts.may_go(here, back):
            raise KeyNotHeld(f"The key {serial} belongs to no access.")
        movements.step(key, to=back, by=by, reason=reason, now=now)
        audit.record("key.taken_back", by=by, subject=f"key:{key}", data={"reason": reason})
        facts_changed(ids, by=by, reason="key_taken_back", now=now)


def end_assignment(key: Key, *, now: datetime) -> list[int]:
    """Inside an act that ends with `facts_changed` of what this answers: the accesses that the key opened."""
    held = KeyAssignment.objects.filter(key=key, until_at=None)
    ids = list(held.values_list("access_id", flat=True))
    held.update(until_at=now)
    return ids


def add_service(*, slug: str, name: str, filter_rules: Iterable[str], for_everyone: bool, by: str) -> Service:
    """Something in the closed network that may be granted; `for_everyone` also to narrow sessions.

    Raises BadService, BadFilterRule, ServiceExists.
    """
    text = _service_text(slug, filter_rules)
    there = ServiceExists(f"There is a service {slug} already.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Service.objects.create(slug=slug, name=name, filter_rules=text, for_everyone=for_everyone)
        audit.record("service.added", by=by, subject=f"service:{slug}", data={"for_everyone": for_everyone})
    return row


def grant(*, access: Access, service: Service, by: str, now: datetime) -> Grant:
    """The access may use the service from now on; raises AlreadyGranted, BadPermission.

    An employee gets nothing that the member does not have.
    """
    there = AlreadyGranted(f"{access} may use {service.slug} already.")
    if access.origin and service.slug not in queries.services_of(access.origin, now):
        raise BadPermission(f"{access.origin}, from which {access} is derived, may not use {service.slug}.")
    with transactions.writing():
        with transactions.refused_as(there):
            row = Grant.objects.create(access=access, service=service, from_at=now)
        audit.record("service.granted", by=by, subject=f"access:{access}", data={"service": service.slug})
        facts_changed([access.pk], by=by, reason="grant", now=now)
    return row


def revoke(*, access: Access, service: Service, by: str, reason: str, now: datetime) -> None:
    """The access may use the service no more; revoking what is not granted changes nothing."""
    with transactions.writing():
        granted = Grant.objects.filter(access=access, service=service, until_at=None)
        if granted.update(until_at=now):
            data = {"service": service.slug, "reason": reason}
            audit.record("service.revoked", by=by, subject=f"access:{access}", data=data)
            facts_changed([access.pk], by=by, reason="grant_revoked", now=now)


def change_password(
    *, account: Account, old: str, new: str, by: str, now: datetime
) -> PasswordRefusal | None:
    """A new password by the policy (§ 5(4)); a session that waited for it widens. None: done."""
    bonds = ("site", "person", "origin__site", "origin__person")
    access = Access.objects.select_related(*bonds).get(account=account)
    names = queries.names_inside(access)
    prepared = accounts.prepare_password(account=account, old=old, new=new, names=names, by=by, now=now)
    if isinstance(prepared, list):
        return PasswordRefusal(tuple(prepared))
    with transactions.writing():
        transactions.take_turn_at_facts()
        if _is_password_locked(access, account) or not accounts.store_password(prepared, by=by, now=now):
            return PasswordRefusal(
                (_("Ihre Zugangsdaten wurden gerade an anderer Stelle geändert. Melden Sie sich neu an."),)
            )
        facts_changed([access.pk], by=by, reason="password_changed", now=now)
    return None


def person_changed(*, person: Person, by: str, reason: str, now: datetime) -> None:
    """Inside a transaction: everything that stands on this person is derived anew."""
    members_changed(touched=Touched(people=(person.pk,)), by=by, reason=reason, now=now)


def members_changed(*, touched: Touched, by: str, reason: str, now: datetime, **_: Any) -> None:
    """Receiver of what changes with people, practices and third parties: what they touch is derived anew."""
    facts_changed(changed.standing_on(touched), by=by, reason=reason, now=now)


def facts_changed(access_ids: Iterable[int], *, by: str, reason: str, now: datetime, act: str = "") -> int:
    """Inside a transaction, after a fact was written: rewrite the intervals, end what is no longer allowed.

    What is derived from these accesses goes along. Nobody else changes facts from here on; a query given as
    `access_ids` is asked only now. What ends remembers the `act` by its name. Answers how many browsers were
    signed out.
    """
    transactions.take_turn_at_facts()
    ids = changed.with_derived(set(access_ids))
    if not ids:
        return 0
    transactions.hold(Access, ids)
    known = rewriting.rewrite(ids)
    shut = [
        pk
        for pk in ids
        if isinstance(queries.decide_by(known[pk], channel=Channel.PORTAL, now=now), rules.Refusal)
    ]
    ended = accounts.end_web_sessions(Q(account__access__in=shut)) if shut else 0
    told = signals.facts_changed.send(sender=None, facts=known, by=by, reason=reason, now=now, act=act)
    return ended + sum(int(number or 0) for _receiver, number in told)


def _require_reason(access: Access, reason: str) -> None:
    if not stock.is_extra(access):
        return
    if configuration.current().keys.extra == "refused":
        raise ExtraKey("Each site has one key, and this would be one more: the KV gives out no others.")
    if not reason.strip():
        raise ExtraKey("Each site has one key free, and this would be one more: say for what it is needed.")


def _replaced(access: Access, now: datetime) -> str:
    """A lost or defective key belongs to the access no more; answers which one, empty for none."""
    held = single(KeyAssignment.objects.filter(access=access, until_at=None).select_related("key"))
    if held is None or keys.whereabouts_of(held.key)[0] not in whereabouts.REPLACEABLE:
        return ""
    end_assignment(held.key, now=now)
    return held.key.serial


def _is_password_locked(access: Access, account: Account) -> bool:
    """Whoever is changing a password while it is locked must not get around the lock."""
    locks = Lock.objects.filter(scope=Lock.Scope.PASSWORD, access=access, lifted_at=None)
    return locks.filter(imposed_at__gte=account.password_set_at).exists()


def open_access(
    user_name: str | accounts.Issued, access: Access, *, by: str, now: datetime
) -> accounts.Issued:
    """An account with its initial password, and its use. Raises BadUserName, UserNameTaken."""
    issued = accounts.new_account(user_name, now=now) if isinstance(user_name, str) else user_name
    with transactions.writing():
        accounts.open_account(issued, by=by)
        access.account, access.user_name = issued.account, issued.account.user_name
        transactions.insert(access)
        audit.record("access.opened", by=by, subject=f"access:{access}", data=_bound_to(access))
        facts_changed([access.pk], by=by, reason="access_opened", now=now)
    return issued


def unlocked_at(from_on: date | None, now: datetime) -> datetime:
    """At once, or with a day (§ 3(3))."""
    return rules.day_begins(from_on) if from_on else now


def _bound_to(access: Access) -> dict[str, object]:
    bonds = {"site": access.site, "person": access.person, "origin": access.origin}
    data = {name: str(bond) for name, bond in bonds.items() if bond}
    third = {"third_party": access.third_party_id} if access.third_party_id else {}
    return {"kind": access.kind, **data, **third}


def _service_text(slug: str, rules: Iterable[str]) -> str:
    if not _SLUG.fullmatch(slug):
        raise BadService("A service is named by up to 50 characters: a-z, 0-9 and, inside, hyphens.")
    lines = [filter_rules.checked(rule) for rule in rules]
    if not lines:
        raise BadService("A service has at least one filter rule, or nobody reaches it.")
    return "\n".join(lines)
