"""Where does an application stand, may this be done to it, and what would its approval do? Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.applications import checks
from flexnet.applications.content import Content
from flexnet.applications.kinds import Kind, Role, Status, StepKind
from flexnet.configuration import Profile

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


@dataclass(frozen=True)
class Refused:
    """It was not done, and nothing was changed; each text is a sentence."""

    why: Why
    texts: tuple[str, ...]


def refused(why: Why) -> Refused:
    return Refused(why, (str(_TEXTS[why]),))


class Act(StrEnum):
    """One thing that an approval does."""

    ENTER_PRACTICE = "enter_practice"
    ENTER_PERSON = "enter_person"
    ENTER_OWNERSHIP = "enter_ownership"
    ENTER_ACTIVITY = "enter_activity"
    ENTER_DECLARATION = "enter_declaration"
    OPEN_PRACTICE_ACCESS = "open_practice_access"
    OPEN_PERSONAL_ACCESS = "open_personal_access"


@dataclass(frozen=True)
class Known:
    """What is entered already about the site, the person and their accesses; empty where there is nothing."""

    practice: str = ""
    owners: tuple[str, ...] = ()
    person: str = ""
    owns: bool = False
    is_active: bool = False
    has_declared: bool = False
    practice_access: str = ""
    personal_access: str = ""
    terms_in_force: int | None = None
    taken_names: frozenset[str] = frozenset()


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


def plan(kind: Kind, content: Content, known: Known, *, profile: Profile) -> Plan:
    """What approving it would do now; with obstacles it cannot be approved."""
    names = _user_names(content, known)
    acts = tuple(_acts(content, known, names)) if kind is not Kind.THIRD_PARTY else ()
    obstacles = tuple(_obstacles(kind, content, known, acts, profile))
    return Plan(acts, tuple(_notes(content, known)), obstacles, known.terms_in_force or 0, names)


def _acts(content: Content, known: Known, names: dict[Act, str]) -> Iterator[tuple[Act, str]]:
    values = {
        "practice": content.organisation,
        "bsnr": content.bsnr,
        "name": content.name,
        "lanr": content.lanr,
        "version": content.terms_version,
        "practice_access": names[Act.OPEN_PRACTICE_ACCESS],
        "personal": names[Act.OPEN_PERSONAL_ACCESS],
    }
    for act, is_due, text in _possible(content, known):
        if is_due:
            yield act, text % values


def _possible(content: Content, known: Known) -> Iterator[tuple[Act, bool, str]]:
    """Every act in its order, whether it is due, and how it is said."""
    is_owner = content.role == Role.OWNER
    practice = content.wants_practice_access and not known.practice_access
    personal = content.wants_personal_access and not known.personal_access
    yield (
        Act.ENTER_PRACTICE,
        not known.practice,
        _("Die Praxis „%(practice)s“ wird mit der Betriebsstätte %(bsnr)s neu eingetragen."),
    )
    yield (
        Act.ENTER_PERSON,
        not known.person,
        _("%(name)s wird mit der LANR %(lanr)s neu eingetragen."),
    )
    yield (
        Act.ENTER_OWNERSHIP,
        is_owner and not known.owns,
        _("%(name)s wird als Inhaberin oder Inhaber der Praxis eingetragen."),
    )
    yield (
        Act.ENTER_ACTIVITY,
        not known.is_active and content.since_on is not None,
        _("Die vertragsärztliche Tätigkeit von %(name)s wird eingetragen."),
    )
    yield (
        Act.ENTER_DECLARATION,
        not known.has_declared,
        _("Die Teilnahmeerklärung von %(name)s wird vermerkt."),
    )
    yield (
        Act.OPEN_PRACTICE_ACCESS,
        practice,
        _("Der Praxiszugang „%(practice_access)s“ wird eröffnet; dazu gehen Briefe an die Praxis."),
    )
    yield (
        Act.OPEN_PERSONAL_ACCESS,
        personal,
        _("Der persönliche Zugang „%(personal)s“ wird eröffnet; dazu geht ein Brief an die Praxis."),
    )


def _notes(content: Content, known: Known) -> Iterator[str]:
    """What is there already, and where it differs from what stands in the application."""
    differs = _("Eingetragen ist „%(there)s“, im Antrag steht „%(said)s“. Der Eintrag bleibt, wie er ist.")
    for there, said in ((known.practice, content.organisation), (known.person, content.name)):
        if there and there != said:
            yield differs % {"there": there, "said": said}
    if content.role == Role.OWNER and known.owners and not known.owns:
        values = {"owners": ", ".join(known.owners), "name": content.name}
        yield _("Die Praxis gehört nach den Einträgen: %(owners)s. %(name)s kommt hinzu.") % values
    if content.wants_practice_access and known.practice_access:
        text = _(
            "Die Betriebsstätte hat schon den Praxiszugang „%(name)s“ (§ 2 Abs. 1: einer je Betriebsstätte)."
        )
        yield text % {"name": known.practice_access}
    if content.wants_personal_access and known.personal_access:
        yield _("Es gibt schon den persönlichen Zugang „%(name)s“.") % {"name": known.personal_access}


def _obstacles(
    kind: Kind, content: Content, known: Known, acts: Sequence[tuple[Act, str]], profile: Profile
) -> Iterator[str]:
    yield from (problem.text for problem in checks.missing(kind, content, profile=profile))
    if known.terms_in_force is None:
        yield _("Es gibt noch keine Fassung der Nutzungsbedingungen. Sie muss zuerst veröffentlicht werden.")
    elif content.terms_version not in (None, known.terms_in_force) and not known.has_declared:
        values = {"signed": content.terms_version, "now": known.terms_in_force}
        yield (
            _("Unterschrieben ist Fassung %(signed)s der Nutzungsbedingungen, in Kraft ist Fassung %(now)s.")
            % values
        )
    if not acts:
        yield _("Alles, was beantragt ist, gibt es schon. Lehnen Sie den Antrag mit diesem Grund ab.")


def _user_names(content: Content, known: Known) -> dict[Act, str]:
    """Proposals that nobody has: a letter for the kind and the number that the letters' readers know."""
    return {
        Act.OPEN_PRACTICE_ACCESS: _free(f"p{content.bsnr}", known.taken_names),
        Act.OPEN_PERSONAL_ACCESS: _free(f"a{content.lanr}", known.taken_names),
    }


def _free(name: str, taken: frozenset[str]) -> str:
    tries = [name, *(f"{name}-{count}" for count in range(2, 100))]
    return next(one for one in tries if one not in taken)
