"""Make it happen: somebody objects to the terms, and a clerk judges it and may lock (§ 14(2), § 10(1))."""

from datetime import date, datetime

from flexnet import configuration, transactions
from flexnet.access import acceptances, actions, locking, queries, rules, signers
from flexnet.access.errors import AlreadyJudged, AlreadyObjected, BadObjection
from flexnet.access.models import Access, Declaration, Lock, Objection
from flexnet.access.signers import Signer
from flexnet.access.terms import NotAccepted, shown_to
from flexnet.audit import actions as audit
from flexnet.lib import canonical_text

RULE = "§ 10 Abs. 1 (Verweis in § 14 Abs. 2)"
LONGEST = 4000


def enter(*, signer: Signer, version: int, received_on: date, text: str, by: str, now: datetime) -> Objection:
    """A letter arrived in which somebody objects; what came of it a clerk says later.

    Raises NoSuchTerms, BadObjection, AlreadyObjected.
    """
    terms = queries.terms(version)
    if received_on > rules.day_of(now):
        raise BadObjection(f"A letter cannot have arrived on {received_on}: that day is still to come.")
    if received_on < terms.published_on:
        raise BadObjection(f"Version {version} was published on {terms.published_on}, after the letter came.")
    who, way = signers.fields(signer), Objection.Way.LETTER
    row = Objection(**who, terms=terms, way=way, text=text, received_on=received_on)
    with transactions.writing():
        transactions.take_turn_at_facts()
        if Objection.objects.filter(**who, terms=terms).exists():
            raise AlreadyObjected(f"{signer} objects to version {version} already.")
        return _enter(row, by=by, now=now)


def object_in_portal(
    *, access: Access, version: int, sha256: str, text: str, by: str, now: datetime
) -> Objection | NotAccepted:
    """Whoever signs in here objects to the terms that were shown; a second time finds the first.

    Where the profile wants it signed on paper nothing happens. Raises BadObjection.
    """
    if configuration.current().profile.statements == "form":
        return NotAccepted.ON_PAPER
    with transactions.writing():
        transactions.take_turn_at_facts()
        shown = shown_to(access, version=version, sha256=sha256, now=now)
        if isinstance(shown, NotAccepted):
            return shown
        who, way = signers.fields(shown.signer), Objection.Way.PORTAL
        there = Objection.objects.filter(**who, terms=shown.terms).first()
        if there:
            return there
        row = Objection(**who, terms=shown.terms, way=way, text=text, received_on=rules.day_of(now))
        return _enter(row, by=by, now=now)


def judge(*, number: int, is_justified: bool, by: str, reason: str, now: datetime) -> Objection:
    """Justified: the access stays as it is. Not: nothing happens by itself, a clerk may lock (§ 14(2)).

    Raises NoSuchObjection, BadObjection without a reason, AlreadyJudged.
    """
    row = acceptances.objection(number)
    _check_reason(reason)
    with transactions.writing():
        open_one = Objection.objects.filter(pk=number, judged_at=None)
        if not open_one.update(judged_at=now, is_justified=is_justified, judgement=reason):
            raise AlreadyJudged(f"Objection {number} was judged already.")
        data = {"objection": number, "justified": is_justified, "reason": reason}
        audit.record("objection.judged", by=by, subject=signers.subject(row.signer), data=data)
        _changed(row, "objection_judged", by=by, now=now)
    row.refresh_from_db()
    return row


def lock(*, number: int, access: Access, by: str, reason: str, now: datetime) -> Lock:
    """After an unjustified objection a clerk locks an access that rests on that person's promise.

    Raises NoSuchObjection, BadObjection.
    """
    row = acceptances.objection(number)
    _check_reason(reason)
    with transactions.writing():
        transactions.take_turn_at_facts()
        row.refresh_from_db()
        _check_lock(row, access, now)
        said = f"{RULE}, objection {number}: {reason}"
        return locking.lock_access(access=access, cause=Lock.Cause.OBJECTION, by=by, reason=said, now=now)


def _enter(row: Objection, *, by: str, now: datetime) -> Objection:
    """Inside a transaction, when it is one's turn. Raises BadObjection."""
    if _has_accepted(row):
        raise BadObjection(f"{row.signer} has accepted version {row.terms}; it is ended by notice (§ 10(2)).")
    row.text, row.entered_at = canonical_text.visible(row.text), now
    if len(row.text) > LONGEST:
        raise BadObjection(f"The text has more than {LONGEST} characters: shorten it, the letter is kept.")
    row.save(force_insert=True)
    data = {"objection": row.pk, "terms": row.terms.version, "way": row.way}
    data["received"] = row.received_on.isoformat()
    audit.record("objection.entered", by=by, subject=signers.subject(row.signer), data=data)
    _changed(row, "objection", by=by, now=now)
    return row


def _changed(row: Objection, reason: str, *, by: str, now: datetime) -> None:
    actions.members_changed(touched=signers.touched(row.signer), by=by, reason=reason, now=now)


def _has_accepted(row: Objection) -> bool:
    theirs = Declaration.objects.filter(**signers.fields(row.signer))
    return theirs.filter(terms__version__gte=row.terms.version).exists()


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadObjection("This is decided with a reason: give it.")


def _check_lock(row: Objection, access: Access, now: datetime) -> None:
    if row.is_justified is not False:
        raise BadObjection(f"Objection {row.pk} is not judged to be unjustified: nothing is locked for it.")
    if _has_accepted(row):
        raise BadObjection(f"{row.signer} has accepted version {row.terms} since.")
    if row.signer not in signers.behind(access, rules.day_of(now)):
        raise BadObjection(f"{access} does not rest on a promise of {row.signer}.")
