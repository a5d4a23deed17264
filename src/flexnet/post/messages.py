"""What letters say that bring nothing: terms, keys to come back, locks, ends, costs, a new address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flexnet import configuration
from flexnet.access.models import Lock
from flexnet.post.wording import Text, day, moment, return_address


def reminder(due_on: date, about: str) -> Text:
    """New terms wait for an answer."""
    profile = configuration.current().profile
    return Text(
        f"Erinnerung: {profile.terms_title}",
        [
            f"für {about} gelten neue {profile.terms_title}. Ihre Zustimmung fehlt uns noch.",
            f"Bitte stimmen Sie bis zum {day(due_on)} zu. Das geht nach dem Anmelden im Portal "
            f"{profile.portal_name}. Danach erreichen Sie dort nur noch die Seite zum Zustimmen.",
        ],
        after=["Haben Sie inzwischen zugestimmt, dann ist dieser Brief erledigt."],
    )


def written(subject: str, text: str) -> Text:
    """In the words of whoever wrote it; a blank line begins a paragraph."""
    return Text(subject, [" ".join(part.split()) for part in text.split("\n\n") if part.strip()])


def key_back(serial: str, about: str, *, cents: int) -> Text:
    """A key must come back; the first letter and each reminder say the same."""
    return Text(
        "Bitte schicken Sie den YubiKey zurück",
        [
            f"der YubiKey mit der Seriennummer {serial} wird nicht mehr gebraucht für: {about}. "
            f"Bitte schicken Sie ihn zurück an: {return_address()}."
        ],
        after=[
            "Legen Sie diesen Brief bei, damit wir den YubiKey zuordnen können. Haben Sie ihn schon "
            "zurückgeschickt, dann ist dieser Brief erledigt.",
            "Finden Sie ihn nicht mehr? Dann rufen Sie uns bitte an." + _what_it_costs(cents),
        ],
    )


def _what_it_costs(cents: int) -> str:
    return f" Ein verlorener YubiKey kostet {amount(cents)}{_by('§ 6 Abs. 3')}." if cents else ""


def _by(paragraph: str) -> str:
    """In brackets, where the terms are those that we know."""
    return f" ({paragraph})" if configuration.current().profile.cites_paragraphs else ""


def amount(cents: int) -> str:
    """`49,00 €`."""
    return f"{cents // 100},{cents % 100:02d} €"


CAUSES = {
    Lock.Cause.LOSS: "gemeldeter Verlust",
    Lock.Cause.MISUSE: "Verdacht auf Missbrauch",
    Lock.Cause.VIOLATION: "Verstoß gegen die Nutzungsbedingungen",
    Lock.Cause.OBJECTION: "Widerspruch gegen die Nutzungsbedingungen",
    Lock.Cause.OTHER: "ein anderer wichtiger Grund",
}


def lock_notice(since: datetime, cause: str, about: str) -> Text:
    """Something is locked: since when, why, and what to do."""
    return Text(
        "Ihr Zugang ist gesperrt",
        [f"seit dem {moment(since)}, ist gesperrt: {about}.", f"Grund: {cause}."],
        after=[
            "Solange die Sperre besteht, ist damit keine Anmeldung möglich. Rufen Sie uns bitte an, damit "
            "wir klären, wie es weitergeht.",
        ],
    )


@dataclass(frozen=True)
class End:
    """An access ends with its last day; what comes with it."""

    last_day: date
    about: str
    has_key: bool = False
    has_derived: bool = False


def notice_received(end: End, received_on: date, *, today: date) -> Text:
    """A member's own notice is here (§ 10(2))."""
    return _ends(end, [f"Ihre Kündigung ist am {day(received_on)} bei uns eingegangen."], today)


def notice_of_kv(end: End, *, today: date) -> Text:
    """The KV itself gives notice (§ 10(2)), which this letter is."""
    given = f"hiermit kündigen wir{_by('§ 10 Abs. 2')}: {end.about}."
    return Text(
        "Kündigung Ihres Zugangs", [given, f"Letzter Tag: {day(end.last_day)}."], after=_with_it(end, today)
    )


def notice_for_cause(end: End, *, today: date) -> Text:
    """One side gave notice for an important reason (§ 10(2))."""
    return _ends(end, ["Er ist aus wichtigem Grund gekündigt."], today)


def activity_over(end: End, *, today: date) -> Text:
    """Four quarters after the activity, or when an exception from that is over (§ 10(3))."""
    why = (
        "Die vertragsärztliche Tätigkeit, zu der er gehört, ist beendet. Danach bleibt ein Zugang nur noch "
        f"eine bestimmte Zeit bestehen{_by('§ 10 Abs. 3')}."
    )
    late = "Haben Sie danach noch etwas einzureichen? Dann rufen Sie uns bitte vorher an."
    return _ends(end, [why] if end.last_day < today else [why, late], today)


def interest_over(end: End, *, today: date) -> Text:
    """A third party's access was for a time (§ 1(1))."""
    why = f"Er {'war' if end.last_day < today else 'ist'} bis dahin befristet."
    longer = "Brauchen Sie ihn länger? Dann rufen Sie uns bitte vorher an."
    return _ends(end, [why] if end.last_day < today else [why, longer], today)


def _ends(end: End, why: Sequence[str], today: date) -> Text:
    word = "endete" if end.last_day < today else "endet"
    said = f"mit dem {day(end.last_day)} {word}: {end.about}."
    return Text("Ihr Zugang endet", [said, *why], after=_with_it(end, today))


def _with_it(end: End, today: date) -> list[str]:
    """What holds until then, and what goes back (§ 10(2))."""
    said = ["Bis dahin bleibt alles, wie es ist. Danach ist keine Anmeldung mehr möglich."]
    back = "gleich nach dem letzten Tag"
    if end.last_day < today:
        said, back = ["Seitdem ist keine Anmeldung mehr möglich."], "jetzt"
    if end.has_derived:
        said.append("Mit ihm enden auch die Zugänge Ihres Praxispersonals, die daran hängen.")
    if end.has_key:
        said.append(f"Den YubiKey schicken Sie bitte {back} zurück an: {return_address()}.")
    return said


def charge(serial: str, amount: str, about: str, *, is_member: bool) -> Text:
    """A lost key is paid for (§ 6(3)); the amount as it is written, `49,00 €`."""
    profile = configuration.current().profile
    rule = "§ 6 Abs. 3 der" if profile.cites_paragraphs else "den"
    is_set_off = is_member and profile.payment.members == "set_off"
    boxes = [("Betrag", amount)]
    if profile.payment.iban and not is_set_off:
        boxes += [("IBAN", _in_fours(profile.payment.iban)), ("Empfängerin", profile.name)]
    return Text(
        "Kosten für einen verlorenen YubiKey",
        [
            f"es geht um den YubiKey mit der Seriennummer {serial} für: {about}.",
            "Er ist als verloren gemeldet oder wurde nicht zurückgegeben. "
            f"Nach {rule} Nutzungsbedingungen sind die Kosten zu ersetzen.",
        ],
        boxes,
        [
            _how_to_pay(is_set_off=is_set_off),
            "Taucht der YubiKey wieder auf, dann schicken Sie ihn bitte zurück. "
            "Benutzen können Sie ihn nicht mehr.",
            *_how_to_object(),
        ],
    )


def _how_to_object() -> list[str]:
    """The KV's own words, where it charges by an administrative act; none are ours."""
    whole = configuration.current()
    if not whole.profile.payment.is_act or whole.texts.remedy is None:
        return []
    paragraphs = whole.texts.remedy.read_text(encoding="utf-8").strip().split("\n\n")
    return [" ".join(one.split()) for one in paragraphs]


def _how_to_pay(*, is_set_off: bool) -> str:
    payment = configuration.current().profile.payment
    if is_set_off:
        return (
            "Überweisen müssen Sie nichts: Wir verrechnen den Betrag mit Ihrer nächsten Honorarzahlung. Er "
            "steht dann im Honorarbescheid."
        )
    if payment.iban:
        return (
            f"Bitte überweisen Sie den Betrag innerhalb von {payment.days} Tagen. Geben Sie als "
            "Verwendungszweck unser Zeichen an; es steht oben rechts."
        )
    return "Überweisen Sie noch nichts: Dazu bekommen Sie eine eigene Rechnung."


def _in_fours(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def new_address(from_on: date) -> Text:
    """Tells the former address that letters go elsewhere; where, is none of its business."""
    return Text(
        "Neue Anschrift",
        [
            f"für Sie ist bei uns eine neue Anschrift eingetragen. Ab dem {day(from_on)} gehen unsere Briefe "
            "dorthin. Dieser Brief geht deshalb noch einmal an die bisherige Anschrift.",
        ],
        after=[
            "Stimmt das, dann müssen Sie nichts tun.",
            "Wissen Sie nichts von einer neuen Anschrift? Dann rufen Sie uns bitte sofort an, damit niemand "
            "Briefe bekommt, die für Sie bestimmt sind.",
        ],
    )
