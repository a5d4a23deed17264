"""Which acts there are, where, and who may do them; an access's page offers those that make sense."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet.access import overview, requests
from flexnet.access.models import Access, CredentialRequest, Lock
from flexnet.access.overview import Known
from flexnet.accounts.models import Role, Staff
from flexnet.keys import queries as keys
from flexnet.keys import whereabouts
from flexnet.members import overview as members
from flexnet.office import (
    acting,
    acts_of_credentials,
    acts_of_desk,
    acts_of_ending,
    acts_of_keys,
    acts_of_locking,
    acts_of_questions,
    acts_of_travelling,
    finding,
)
from flexnet.office.acting import Act, Place
from flexnet.office.roles import fresh, only

_CLERK: Final = (Role.CLERK,)
_KEYS: Final = (Role.CLERK, Role.KEY_DESK)
_LOSSES: Final = (Role.CLERK, Role.KEY_DESK, Role.IT)


@dataclass(frozen=True)
class Offer:
    """An act on an access as its page offers it; `fits` asks whether there is anything to do it to."""

    name: str
    address: str
    act: Act[Known]
    roles: tuple[Role, ...]
    picture: str
    text: Promise
    is_fresh: bool = False
    fits: Callable[[Known], bool] = lambda known: True


@dataclass(frozen=True)
class Tile:
    """An offer to one person about one access."""

    url: str
    picture: str
    title: str | Promise
    text: str | Promise


def _may_have_key(known: Known) -> bool:
    """It has none, or one that is lost or defective."""
    if known.access.kind == Access.Kind.EMPLOYEE:
        return False
    return known.key is None or keys.whereabouts_of(known.key)[0] in whereabouts.REPLACEABLE


OFFERS: Final = (
    Offer(
        "access-loss",
        "verlust",
        acts_of_locking.LOSS,
        _LOSSES,
        "warning",
        gettext_lazy("Verlorenes sofort sperren, auch auf Zuruf"),
    ),
    Offer(
        "access-lock",
        "sperren",
        acts_of_locking.LOCK,
        _CLERK,
        "lock",
        gettext_lazy("Zugang, YubiKey, Zugangsdaten oder ganze Praxis"),
        is_fresh=True,
    ),
    Offer(
        "access-restrict",
        "einschraenken",
        acts_of_locking.RESTRICT,
        _CLERK,
        "lock",
        gettext_lazy("Nur noch bestimmte Dienste"),
        is_fresh=True,
    ),
    Offer(
        "access-notice",
        "kuendigen",
        acts_of_ending.NOTICE,
        _CLERK,
        "leave",
        gettext_lazy("Vom Mitglied oder von der KV"),
        is_fresh=True,
        fits=lambda known: known.access.origin_id is None,
    ),
    Offer(
        "access-exempt",
        "ausnahme",
        acts_of_ending.EXEMPT,
        _CLERK,
        "clock",
        gettext_lazy("Länger als vier Quartale nach dem Ende der Tätigkeit"),
        fits=lambda known: known.access.kind in (Access.Kind.PRACTICE, Access.Kind.PERSONAL),
    ),
    Offer(
        "access-travel",
        "auslandsfreigabe",
        acts_of_travelling.GRANT,
        _CLERK,
        "globe",
        gettext_lazy("Für einige Tage auch aus dem Ausland benutzen"),
        is_fresh=True,
        fits=acts_of_travelling.is_possible,
    ),
    Offer(
        "access-anew",
        "neue-zugangsdaten",
        acts_of_credentials.ANEW,
        _CLERK,
        "mail",
        gettext_lazy("Jederzeit, auch ohne Verlust"),
    ),
    Offer(
        "access-word",
        "neues-sperrkennwort",
        acts_of_credentials.WORD,
        _CLERK,
        "lock",
        gettext_lazy("Per Brief; sonst ändert sich nichts"),
        fits=lambda known: not known.access.account.password_is_initial,
    ),
    Offer(
        "key-resync",
        "yubikey/gleichlauf",
        acts_of_keys.RESYNC,
        _LOSSES,
        "change",
        gettext_lazy("Wenn seine Codes nicht mehr angenommen werden"),
        fits=lambda known: known.key is not None,
    ),
    Offer(
        "key-take-back",
        "yubikey/zuruecknehmen",
        acts_of_keys.TAKE_BACK,
        _KEYS,
        "key",
        gettext_lazy("Zurückgegeben, defekt oder nicht mehr gebraucht"),
        fits=lambda known: known.key is not None,
    ),
)


def offered(known: Known, staff: Staff) -> Iterator[Tile]:
    """What this person may do to this access."""
    for offer in OFFERS:
        if staff.roles & frozenset(offer.roles) and offer.fits(known):
            url = reverse(offer.name, args=[known.access])
            yield Tile(url, offer.picture, offer.act.title, offer.text)
    yield from _elsewhere(known, staff)


def _elsewhere(known: Known, staff: Staff) -> Iterator[Tile]:
    """What has pages of its own."""
    if staff.roles & frozenset(_KEYS) and _may_have_key(known):
        url = reverse("key-assign", args=[known.access])
        yield Tile(
            url, "key", gettext_lazy("YubiKey zuordnen"), gettext_lazy("Einen YubiKey aus dem Bestand")
        )
    if Role.CLERK in staff.roles:
        url = reverse("access-letters", args=[known.access])
        yield Tile(url, "mail", gettext_lazy("Briefe"), gettext_lazy("Was zu drucken und zu verschicken ist"))
    if Role.CLERK in staff.roles and known.access.kind in (Access.Kind.PRACTICE, Access.Kind.PERSONAL):
        url = reverse("employee-access-enter", args=[known.access])
        text = gettext_lazy("Für jemanden vom Praxispersonal, an diesem Zugang")
        yield Tile(url, "file", gettext_lazy("Mitarbeiterzugang eröffnen"), text)


def addresses() -> Sequence[URLPattern]:
    """Each act has its own."""
    rows = (
        ("sperre/<int:number>/aufheben/", "lock-lift", _on_lock(acts_of_locking.LIFT)),
        ("sperre/<int:number>/nachgefragt/", "lock-review", _on_lock(acts_of_locking.REVIEW)),
        ("einschraenkung/<int:number>/aufheben/", "restriction-lift", _unrestrict),
        ("kuendigung/<int:number>/zuruecknehmen/", "notice-withdraw", _withdraw),
        ("ausnahme/<int:number>/widerrufen/", "exemption-revoke", _revoke),
        ("auslandsfreigabe/<int:number>/widerrufen/", "travel-revoke", _come_home),
        ("datenschutzvorfall/<int:number>/", "breach", _breach),
        ("widerspruch/<int:number>/", "objection", _objection),
        ("registerfrage/<int:number>/", "question", _question),
        ("zugangsdaten/<int:number>/rueckruf/", "credential-call-back", _call_back),
        ("zugangsdaten/<int:number>/ablehnen/", "credential-refuse", _refuse),
    )
    return [
        *(path(f"zugang/<str:user_name>/{one.address}/", _on_access(one), name=one.name) for one in OFFERS),
        *(path(address, view, name=name) for address, name, view in rows),
    ]


def _on_access(offer: Offer) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest, user_name: str) -> HttpResponseBase:
        known = finding.access(user_name)
        if not offer.fits(known):
            if request.method == "POST":
                return acting.over(request, _at(known.access).url)
            raise Http404
        return acting.perform(request, offer.act, known, _at(known.access))

    guarded = fresh(view) if offer.is_fresh else view
    return only(*offer.roles, auditors_read=False)(require_http_methods(["GET", "POST"])(guarded))


def _on_lock(act: Act[Lock]) -> Callable[..., HttpResponseBase]:
    def view(request: HttpRequest, number: int) -> HttpResponseBase:
        lock = finding.there(overview.lock(number))
        return acting.perform(request, act, lock, place_of_lock(lock))

    return _by_clerks(view)


def _by_clerks(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    return only(*_CLERK, auditors_read=False)(require_http_methods(["GET", "POST"])(fresh(view)))


@_by_clerks
def _unrestrict(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.restriction(number))
    return acting.perform(request, acts_of_locking.UNRESTRICT, row, _at(row.access))


@_by_clerks
def _withdraw(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.notice(number))
    return acting.perform(request, acts_of_ending.WITHDRAW, row, _at(row.access))


@_by_clerks
def _revoke(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.exemption(number))
    return acting.perform(request, acts_of_ending.REVOKE, row, _at(row.access))


@_by_clerks
def _come_home(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.travel_pass(number))
    return acting.perform(request, acts_of_travelling.REVOKE, row, _at(row.access))


@_by_clerks
def _breach(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.breach(number))
    if row.closed_at:
        return acting.over(request, _desk().url)
    return acting.perform(request, acts_of_desk.BREACH, row, _desk())


@_by_clerks
def _objection(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(overview.objection(number))
    if row.judged_at:
        return acting.over(request, _desk().url)
    return acting.perform(request, acts_of_desk.OBJECTION, row, _desk())


@_by_clerks
def _question(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(members.question(number))
    place = Place(reverse("practice", args=[row.practice_id]), row.practice.name)
    if row.answered_at:
        return acting.over(request, place.url)
    return acting.perform(request, acts_of_questions.QUESTION, row, place)


@only(*_CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def _call_back(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(requests.request(number))
    if row.confirmed_at or not row.is_open:
        return acting.over(request, _of_request(row).url)
    return acting.perform(request, acts_of_credentials.CALL_BACK, row, _of_request(row))


@only(*_CLERK, auditors_read=False)
@require_http_methods(["GET", "POST"])
def _refuse(request: HttpRequest, number: int) -> HttpResponseBase:
    row = finding.there(requests.request(number))
    if not row.is_open:
        return acting.over(request, _of_request(row).url)
    return acting.perform(request, acts_of_credentials.REFUSE, row, _of_request(row))


def _of_request(row: CredentialRequest) -> Place:
    name = gettext_lazy("Neue Zugangsdaten")
    if row.what == CredentialRequest.What.WORD:
        name = gettext_lazy("Neues Sperrkennwort")
    return Place(reverse("credential-request", args=[row.pk]), str(name))


def _desk() -> Place:
    return Place(reverse("desk"), str(gettext_lazy("Schreibtisch")))


def _at(access: Access) -> Place:
    return Place(reverse("access", args=[access]), str(access))


def place_of_lock(lock: Lock) -> Place:
    """The page of what is locked."""
    if lock.practice:
        return Place(reverse("practice", args=[lock.practice_id]), lock.practice.name)
    if lock.access:
        return _at(lock.access)
    holder = overview.last_holder(lock.key_id) if lock.key_id else None
    return _at(holder) if holder else _desk()
