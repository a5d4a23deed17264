"""Acts on staff and on the audit trail that need a second pair of eyes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.accounts import four_eyes, staff, staff_queries
from flexnet.accounts.errors import LastAdministrator, NoSuchStaff, StaffEnded
from flexnet.accounts.models import Approval, Role, Staff
from flexnet.audit import actions as audit
from flexnet.office import staff_words
from flexnet.office.plans import Deed, Outdated, Plan


def role_wish(who: Staff, wanted: Iterable[Role]) -> dict[str, object]:
    """The payload of `change_roles`: what is wanted, and what it rests on."""
    return {"before": sorted(who.roles), "after": sorted(wanted)}


def _says_roles(approval: Approval) -> Sequence[str]:
    before, after = _wish(approval)
    name = _person(approval).name
    gains = [staff_words.ROLES[role] for role in Role if role in after - before]
    loses = [staff_words.ROLES[role] for role in Role if role in before - after]
    return [
        *(_("%(name)s bekommt die Rolle „%(role)s“.") % {"name": name, "role": role} for role in gains),
        *(_("%(name)s verliert die Rolle „%(role)s“.") % {"name": name, "role": role} for role in loses),
        _("Wer angemeldet ist, muss sich danach neu anmelden."),
    ]


def _change_roles(approval: Approval) -> Deed:
    before, after = _wish(approval)

    def deed(by: str, now: datetime) -> None:
        who = _person(approval)
        if who.roles != before:
            raise Outdated(_("Die Rollen von %(name)s sind inzwischen andere.") % {"name": who.name})
        with _as_outdated(who):
            staff.set_roles(staff=who, roles=after, by=by, reason=approval.reason, now=now)

    return deed


def _says_reset(approval: Approval) -> Sequence[str]:
    name = _person(approval).name
    return [
        _("Alle Schlüssel, Apps und Notfallcodes von %(name)s gelten nicht mehr.") % {"name": name},
        _("Neue Zugangsdaten sehen danach nur Sie, zehn Minuten lang. Übergeben Sie sie persönlich."),
        _("Wer angemeldet ist, muss sich danach neu anmelden."),
    ]


def _reset(approval: Approval) -> Deed:
    who = _person(approval)
    fresh = staff.fresh_credentials(who)

    def deed(by: str, now: datetime) -> staff.Credentials:
        with _as_outdated(who):
            return staff.reset(fresh, by=by, reason=approval.reason, now=now, is_shown_again=True)

    return deed


def _says_export(approval: Approval) -> Sequence[str]:
    name = approval.asked_by.name
    return [
        _("%(name)s darf 24 Stunden lang das ganze Protokoll als Datei herunterladen.") % {"name": name},
        _("In der Datei steht, wer wann was getan hat. Persönliche Angaben darin bleiben verschlüsselt."),
    ]


def _grant_export(approval: Approval) -> Deed:
    def deed(by: str, now: datetime) -> None:
        data = {"approval": approval.pk, "for": str(approval.asked_by)}
        audit.record("audit.export_granted", by=by, subject="audit", data=data)

    return deed


CHANGE_ROLES = Plan(gettext_lazy("Rollen ändern"), _says_roles, _change_roles)
RESET_STAFF = Plan(gettext_lazy("Zugangsdaten neu ausstellen"), _says_reset, _reset)
EXPORT_AUDIT = Plan(gettext_lazy("Protokoll herunterladen"), _says_export, _grant_export)


def _wish(approval: Approval) -> tuple[frozenset[Role], frozenset[Role]]:
    wish = four_eyes.payload(approval)
    return frozenset(map(Role, wish["before"])), frozenset(map(Role, wish["after"]))


def _person(approval: Approval) -> Staff:
    try:
        return staff_queries.named(approval.subject.removeprefix("staff:"))
    except NoSuchStaff:
        raise Outdated(_("Diese Person ist nicht mehr eingetragen.")) from None


@contextmanager
def _as_outdated(who: Staff) -> Iterator[None]:
    try:
        yield
    except StaffEnded:
        raise Outdated(_("%(name)s arbeitet nicht mehr hier.") % {"name": who.name}) from None
    except LastAdministrator:
        raise Outdated(_("Es bliebe niemand, der die Mitarbeiter verwaltet.")) from None
