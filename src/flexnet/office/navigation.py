"""Where one can go: the areas of the office, each for those roles that have something to do there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from flexnet import configuration
from flexnet.accounts import four_eyes
from flexnet.accounts.models import Role, Staff
from flexnet.configuration import Profile
from flexnet.correspondence import queries as correspondence
from flexnet.office.middleware import StaffRequest
from flexnet.web.navigation import Link


def _nothing(_staff: Staff, _now: datetime) -> int:
    return 0


@dataclass(frozen=True)
class Area:
    """`url` is its first page; pages whose name begins with one of `covers` lie in it.

    A KV that has nothing of the kind is not shown it.
    """

    url: str
    word: Promise
    roles: frozenset[Role]
    covers: tuple[str, ...] = ()
    count: Callable[[Staff, datetime], int] = _nothing
    is_there: Callable[[Profile], bool] = lambda _profile: True


def _to_decide(staff: Staff, now: datetime) -> int:
    return four_eyes.waiting_for(staff, now=now).count()


def _waiting(_staff: Staff, _now: datetime) -> int:
    return correspondence.waiting_count()


_ALL: Final = frozenset(Role)
_DECIDING: Final = frozenset().union(*four_eyes.DECIDED_BY.values())
_DESK: Final = frozenset({Role.CLERK, Role.RECEPTION, Role.AUDITOR})
_SERVING: Final = _DESK | {Role.IT, Role.KEY_DESK}

AREAS: Final = (
    Area("desk", gettext_lazy("Schreibtisch"), _ALL, ("breach", "objection")),
    Area(
        "search",
        gettext_lazy("Suchen"),
        frozenset({Role.RECEPTION, Role.CLERK, Role.KEY_DESK, Role.IT, Role.AUDITOR}),
    ),
    Area(
        "entering",
        gettext_lazy("Eintragen"),
        frozenset({Role.CLERK, Role.RECEPTION}),
        (
            "application-choose",
            "application-enter",
            "practice-enter",
            "practice-setup",
            "third-party-enter",
            "person-enter",
            "site-enter",
            "activity-enter",
            "declaration-enter",
            "import",
            "question",
            "personal-access-enter",
            "practice-access-enter",
        ),
    ),
    Area("applications", gettext_lazy("Anträge"), _DESK, ("application",)),
    Area(
        "practices",
        gettext_lazy("Praxen"),
        _SERVING,
        ("practice", "site", "person", "note", "third-part", "document", "change", "mandate"),
    ),
    Area(
        "accesses",
        gettext_lazy("Zugänge"),
        _SERVING,
        ("access", "employee-access", "credential", "old-address", "exemption", "restriction", "travel"),
    ),
    Area(
        "keys",
        gettext_lazy("YubiKeys"),
        _SERVING,
        ("key", "charge", "loss-decide"),
        is_there=lambda profile: profile.second_factor,
    ),
    Area("post", gettext_lazy("Post"), frozenset({Role.CLERK, Role.AUDITOR}), ("batch", "letter", "sheets")),
    Area(
        "software",
        gettext_lazy("Software"),
        frozenset({Role.CLERK, Role.IT, Role.AUDITOR}),
        is_there=lambda profile: profile.software != "none",
    ),
    Area(
        "deliveries",
        gettext_lazy("Abrechnung"),
        frozenset({Role.BILLING, Role.CLERK, Role.AUDITOR}),
        ("deliver", "evening", "extension", "repl", "full-check"),
    ),
    Area("messages", gettext_lazy("Nachrichten"), frozenset({Role.CLERK}), ("message",), _waiting),
    Area(
        "providers", gettext_lazy("Anbieter"), frozenset({Role.CLERK, Role.IT, Role.AUDITOR}), ("provider",)
    ),
    Area("locks", gettext_lazy("Sperren"), _DESK | {Role.IT}, ("lock",)),
    Area("notices", gettext_lazy("Kündigungen"), _DESK, ("notice",)),
    Area("mails", gettext_lazy("Mails"), _DESK | {Role.IT}, ("mail",)),
    Area("approvals", gettext_lazy("Freigaben"), _DECIDING, ("approval",), _to_decide),
    Area("staff", gettext_lazy("Mitarbeiter"), frozenset({Role.ADMINISTRATOR}), ("staff",)),
    Area("audit", gettext_lazy("Protokoll"), frozenset({Role.AUDITOR}), ("audit",)),
)


def links(request: HttpRequest) -> Sequence[Link]:
    """Those areas in which this person has something to do."""
    staff, now = cast(StaffRequest, request).staff, datetime.now(UTC)
    match = request.resolver_match
    here, profile = _area_of((match.url_name if match else None) or ""), configuration.current().profile
    return [
        Link(reverse(area.url), area.word, area is here, area.count(staff, now))
        for area in AREAS
        if area.roles & staff.roles and area.is_there(profile)
    ]


def _area_of(page: str) -> Area | None:
    """Of all whose covers begin its name, the area that says it most exactly."""
    fits = [(cover, area) for area in AREAS for cover in (area.url, *area.covers) if page.startswith(cover)]
    return max(fits, key=lambda fit: len(fit[0]))[1] if fits else None
