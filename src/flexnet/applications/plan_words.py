"""What an approval will do, in sentences for the clerk, and what there is already. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flexnet.applications.content import Content
from flexnet.applications.facts import Known
from flexnet.applications.kinds import Act, Kind, Role
from flexnet.configuration import Profile

_SENTENCES = {
    Act.ENTER_PRACTICE: gettext_lazy(
        "Die Praxis „%(practice)s“ wird mit der Betriebsstätte %(bsnr)s neu eingetragen."
    ),
    Act.REGISTER_ADDRESS: gettext_lazy("Als Anschrift für Briefe wird eingetragen: %(address)s."),
    Act.ENTER_PERSON: gettext_lazy("%(name)s wird mit der LANR %(lanr)s neu eingetragen."),
    Act.ENTER_OWNERSHIP: gettext_lazy("%(name)s wird als Inhaberin oder Inhaber der Praxis eingetragen."),
    Act.ENTER_EMPLOYMENT: gettext_lazy("Es wird eingetragen, dass %(name)s in der Praxis tätig ist."),
    Act.ENTER_ACTIVITY: gettext_lazy("Die vertragsärztliche Tätigkeit von %(name)s wird eingetragen."),
    Act.ENTER_THIRD_PARTY: gettext_lazy("„%(practice)s“ wird als Dritter neu eingetragen."),
    Act.ENTER_DECLARATION: gettext_lazy("Die Teilnahmeerklärung von %(name)s wird vermerkt."),
    Act.OPEN_PRACTICE_ACCESS: gettext_lazy(
        "Der Praxiszugang „%(user_name)s“ wird eröffnet; dazu gehen Briefe an die Praxis."
    ),
    Act.OPEN_PERSONAL_ACCESS: gettext_lazy(
        "Der persönliche Zugang „%(user_name)s“ wird eröffnet; dazu geht ein Brief an die Praxis."
    ),
    Act.OPEN_THIRD_PARTY_ACCESS: gettext_lazy(
        "Der Zugang „%(user_name)s“ für %(name)s wird eröffnet; dazu geht ein Brief an die Einrichtung."
    ),
}

# Where the application itself stands for the declaration (KV Sachsen, step 1), and one letter says it all.
_BY_APPLICATION = {
    Act.ENTER_DECLARATION: gettext_lazy(
        "Der Antrag gilt als Erklärung von %(name)s, die Nutzungsbedingungen einzuhalten."
    ),
}
_BY_ONE_LETTER = {
    Act.OPEN_PRACTICE_ACCESS: gettext_lazy(
        "Der Praxiszugang „%(user_name)s“ wird eröffnet; dazu geht ein Brief an die Praxis."
    ),
}


def acts(
    due: Sequence[Act], content: Content, names: Mapping[Act, str], *, is_for_portal: bool, profile: Profile
) -> tuple[tuple[Act, str], ...]:
    """Each act with its sentence."""
    is_one_letter = profile.letters == "together" and not profile.second_factor
    sentences = (
        _SENTENCES | (_BY_APPLICATION if is_for_portal else {}) | (_BY_ONE_LETTER if is_one_letter else {})
    )
    values = {
        "practice": content.organisation,
        "bsnr": content.bsnr,
        "name": content.name,
        "lanr": content.lanr,
        "address": address(content),
    }
    return tuple((act, str(sentences[act]) % {**values, "user_name": names.get(act)}) for act in due)


def address(content: Content) -> str:
    """On one line, to be compared with what is entered."""
    return f"{content.street}, {content.postcode} {content.town}"


def notes(kind: Kind, content: Content, known: Known, *, promises: bool = True) -> Iterator[str]:
    """What is there already, where it differs from the application, and what did not come with it."""
    differs = _("Eingetragen ist „%(there)s“, im Antrag steht „%(said)s“. Der Eintrag bleibt, wie er ist.")
    pairs = ((known.practice, content.organisation), (known.person, content.name))
    for there, said in (*pairs, (known.address, address(content))):
        if there and there != said:
            yield differs % {"there": there, "said": said}
    yield from _owners(content, known)
    yield from _accesses(content, known)
    if not promises and not known.has_promised:
        text = _(
            "Eine Teilnahmeerklärung von %(name)s ist nicht dabei. Der Zugang öffnet erst, wenn es sie gibt: "
            "auf Papier, oder, wem die Praxis gehört, bei der ersten Anmeldung im Portal."
        )
        yield text % {"name": content.name}
    if kind is Kind.THIRD_PARTY and content.services:
        text = _("Gewünscht sind diese Dienste; geben Sie sie danach einzeln frei: %(services)s")
        yield text % {"services": content.services}


def _owners(content: Content, known: Known) -> Iterator[str]:
    if content.role == Role.OWNER and known.owners and not known.owns:
        values = {"owners": ", ".join(known.owners), "name": content.name}
        yield _("Die Praxis gehört nach den Einträgen: %(owners)s. %(name)s kommt hinzu.") % values


def _accesses(content: Content, known: Known) -> Iterator[str]:
    if content.wants_practice_access and known.practice_access:
        text = _("Die Betriebsstätte hat schon den Praxiszugang „%(name)s“. Jede hat nur einen.")
        yield text % {"name": known.practice_access}
    if content.wants_personal_access and known.personal_access:
        yield _("Es gibt schon den persönlichen Zugang „%(name)s“.") % {"name": known.personal_access}
    if known.third_party_access:
        yield _("Es gibt schon den Zugang „%(name)s“.") % {"name": known.third_party_access}
