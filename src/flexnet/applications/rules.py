"""Where does an application stand, may this be done to it, and what would its approval do? Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.applications import checks, plan_words
from flexnet.applications.content import Content
from flexnet.applications.facts import Known
from flexnet.applications.kinds import Act, Channel, Kind, Role, Status, StepKind
from flexnet.configuration import Profile

_TITLES = {"dr", "prof", "med", "dent", "rer", "nat", "phil", "dipl", "psych"}
_STATUS = {
    StepKind.RECEIVED: Status.RECEIVED,
    StepKind.COMPLETED: Status.RECEIVED,
    StepKind.SENT_BACK: Status.INCOMPLETE,
    StepKind.APPROVED: Status.APPROVED,
    StepKind.REFUSED: Status.REFUSED,
    StepKind.WITHDRAWN: Status.WITHDRAWN,
}


class Why(StrEnum):
    """Why an act on an application was refused."""

    CLOSED = "closed"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OBSTACLE = "obstacle"
    NO_REASON = "no_reason"


_TEXTS = {
    Why.CLOSED: gettext_lazy("Der Antrag ist schon abgeschlossen."),
    Why.CHANGED_MEANWHILE: gettext_lazy(
        "Inzwischen hat jemand anderes diesen Antrag bearbeitet. Sehen Sie ihn noch einmal an."
    ),
    Why.NO_REASON: gettext_lazy("Geben Sie den Grund an. Wer den Antrag gestellt hat, liest ihn."),
}

_OTHER_VERSION = gettext_lazy(
    "Unterschrieben ist Fassung %(signed)s der Nutzungsbedingungen, in Kraft ist Fassung %(now)s."
)


@dataclass(frozen=True)
class Refused:
    """It was not done, and nothing was changed; each text is a sentence."""

    why: Why
    texts: tuple[str, ...]


def refused(why: Why) -> Refused:
    return Refused(why, (str(_TEXTS[why]),))


@dataclass(frozen=True)
class Plan:
    """What an approval will do, in this order, each with its sentence; what is there already; obstacles."""

    acts: tuple[tuple[Act, str], ...] = ()
    notes: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    terms_version: int = 0
    user_names: dict[Act, str] = field(default_factory=dict)

    def does(self, act: Act) -> bool:
        return any(act is planned for planned, _text in self.acts)


def status(steps: Sequence[StepKind], *, is_signed: bool) -> Status:
    """An end holds; before it the last step says whose turn it is."""
    found = _STATUS[steps[-1]]
    return Status.UNSIGNED if found is Status.RECEIVED and not is_signed else found


def why_not(steps: Sequence[StepKind], *, seen: int) -> Refused | None:
    """May somebody act who has seen the first `seen` steps? Not on what is closed, nor past another's act."""
    if any(step in (StepKind.APPROVED, StepKind.REFUSED, StepKind.WITHDRAWN) for step in steps):
        return refused(Why.CLOSED)
    return refused(Why.CHANGED_MEANWHILE) if len(steps) != seen else None


def plan(
    kind: Kind, content: Content, known: Known, *, profile: Profile, channel: Channel = Channel.PAPER
) -> Plan:
    """What approving it would do now; with obstacles it cannot be approved."""
    names = user_names(content, known.taken_names)
    promises = channel is not Channel.PORTAL or content.terms_version is not None
    due = [
        act
        for act, is_due in _acts(kind, content, known)
        if is_due and (promises or act is not Act.ENTER_DECLARATION)
    ]
    missing = checks.missing(kind, content, profile=profile, channel=channel)
    obstacles = (*(problem.text for problem in missing), *_obstacles(content, known, due))
    notes = plan_words.notes(kind, content, known, promises=promises)
    return Plan(
        plan_words.acts(due, content, names, is_for_portal=kind is Kind.PORTAL_ACCESS, profile=profile),
        tuple(notes),
        obstacles,
        known.terms_in_force or 0,
        names,
    )


def user_names(content: Content, taken: frozenset[str]) -> dict[Act, str]:
    """Proposals that nobody has: a letter and the number that the letters' readers know, or the name."""
    return {
        Act.OPEN_PRACTICE_ACCESS: _free(f"p{content.bsnr}", taken),
        Act.OPEN_PERSONAL_ACCESS: _free(f"a{content.lanr}", taken),
        Act.OPEN_THIRD_PARTY_ACCESS: _free(_from_name(content.name), taken),
    }


def _acts(kind: Kind, content: Content, known: Known) -> Iterator[tuple[Act, bool]]:
    """Every act in its order, and whether it is due."""
    if kind is Kind.THIRD_PARTY:
        yield Act.ENTER_THIRD_PARTY, known.third_party is None
        yield Act.REGISTER_ADDRESS, not known.address
        yield Act.ENTER_DECLARATION, not known.has_declared
        yield Act.OPEN_THIRD_PARTY_ACCESS, not known.third_party_access
        return
    is_owner = content.role == Role.OWNER
    yield Act.ENTER_PRACTICE, not known.practice
    yield Act.REGISTER_ADDRESS, not known.address
    yield Act.ENTER_PERSON, not known.person
    yield Act.ENTER_OWNERSHIP, is_owner and not known.owns
    yield Act.ENTER_EMPLOYMENT, not is_owner and not known.works
    yield Act.ENTER_ACTIVITY, not known.is_active and content.since_on is not None
    yield Act.ENTER_DECLARATION, not known.has_declared
    yield Act.OPEN_PRACTICE_ACCESS, content.wants_practice_access and not known.practice_access
    yield Act.OPEN_PERSONAL_ACCESS, content.wants_personal_access and not known.personal_access


def _obstacles(content: Content, known: Known, due: Sequence[Act]) -> Iterator[str]:
    if known.terms_in_force is None:
        yield _("Es gibt noch keine Fassung der Nutzungsbedingungen. Sie muss zuerst veröffentlicht werden.")
    elif content.terms_version not in (None, known.terms_in_force) and not known.has_declared:
        values = {"signed": content.terms_version, "now": known.terms_in_force}
        text = _(
            "Unterschrieben ist Fassung %(signed)s der Nutzungsbedingungen, in Kraft ist Fassung %(now)s."
        )
        yield text % values
    if not due:
        yield _("Alles, was beantragt ist, gibt es schon. Lehnen Sie den Antrag mit diesem Grund ab.")


def _from_name(name: str) -> str:
    """`dr. Dora Müller-Dritte` becomes `dora.muller-dritte`: as much of a name as a user name may hold."""
    ascii_only = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    words = [word.strip("-") for word in re.findall(r"[a-z0-9-]+", ascii_only)]
    return ".".join(word for word in words if word not in _TITLES)[:28].rstrip(".-") or "dritter"


def _free(name: str, taken: frozenset[str]) -> str:
    tries = [name, *(f"{name}-{count}" for count in range(2, 100))]
    return next(one for one in tries if one not in taken)
