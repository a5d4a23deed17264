"""What the person reads: the summary once connected, each turn of a connection, and why it ended."""

from dataclasses import dataclass
from datetime import datetime

from flexnet_client.failures import Exit, Failure
from flexnet_client.progress import Heard, Phase, Progress
from flexnet_client.settings import Settings

OPEN_AGAIN = "Ihr LAN und das Internet sind wieder erreichbar."
RECONNECTING = (
    "Die Verbindung ist unterbrochen und wird wiederaufgebaut (höchstens 60 Sekunden); "
    "bis dahin bleibt dieser Computer abgeschottet."
)
RESUMED = "Die Verbindung steht wieder."


@dataclass(frozen=True)
class Summary:
    """What is told once the tunnel is up."""

    group: str
    address: str
    transport: str
    expires_at: datetime | None
    portal_url: str
    opened: bool

    def text(self) -> str:
        """Return it for people."""
        lines = [
            f"Verbunden mit {self.group} (Adresse {self.address}, {self.transport}).",
            "Solange die Verbindung besteht, sind Ihr LAN und das Internet nicht erreichbar.",
        ]
        if self.expires_at:
            lines.append(f"Die Sitzung dauert höchstens bis {self.expires_at:%d.%m.%Y, %H:%M} Uhr.")
        if self.portal_url:
            how = "Der Browser öffnet" if self.opened else "Öffnen Sie im Browser"
            lines.append(f"{how} {self.portal_url}")
        lines.append("Sie können den YubiKey jetzt abziehen.")
        return "\n".join(lines)


def closing(progress: Progress, settings: Settings, *, asked: bool) -> str:
    """Return the last words of a connection that was ended on purpose; raises Failure for every other end."""
    if progress.tunnel is None:
        raise (
            Failure(f"Abgebrochen. {OPEN_AGAIN}", Exit.INTERRUPTED)
            if asked
            else _never_up(progress, settings)
        )
    if asked:
        return f"Getrennt. {OPEN_AGAIN}"
    raise Failure(f"{_why_lost(progress)} {OPEN_AGAIN} {_SIGN_IN_AGAIN}", Exit.LOST)


def _why_lost(progress: Progress) -> str:
    if progress.heard & {Heard.COOKIE_REJECTED, Heard.NOT_ADMITTED}:
        return "Das Gateway hat die Sitzung nicht wieder aufgenommen."
    if Heard.ENDED_BY_GATEWAY in progress.heard:
        return "Das Gateway hat die Verbindung beendet."
    if progress.phase is Phase.RECONNECTING:
        return "Die Verbindung ließ sich nicht wiederaufbauen."
    return "Das Tunnelprogramm wurde unerwartet beendet."


_SIGN_IN_AGAIN = "Melden Sie sich neu an, wenn Sie weiterarbeiten möchten."


def _never_up(progress: Progress, settings: Settings) -> Failure:
    """The first that holds answers; before sign-in never more than the person may know."""
    for what, (text, code) in _REASONS.items():
        if what in progress.heard:
            return Failure(f"{text} {_ask(settings)}", code)
    return Failure(
        f"Die Anmeldung kam nicht zustande, das Gateway antwortet nicht. {_ask(settings)}", Exit.GATEWAY
    )


def _ask(settings: Settings) -> str:
    return f"{OPEN_AGAIN} Gelingt es wiederholt nicht, {settings.call_hotline}."


_REASONS = {
    Heard.BAD_CERTIFICATE: (
        "Es wurde nichts gesendet: Das Zertifikat des Gateways ist nicht das richtige.",
        Exit.GATEWAY,
    ),
    Heard.NO_DEVICE: ("Der Tunnel lässt sich auf diesem Computer nicht anlegen (TUN).", Exit.MACHINE),
    Heard.UNUSABLE: ("Der Tunnel lässt sich auf diesem Computer nicht einrichten.", Exit.MACHINE),
    Heard.NOT_ADMITTED: (
        "Das Gateway hat die Anmeldung angenommen, die Verbindung aber nicht freigegeben. "
        "Versuchen Sie es in einigen Minuten mit einem neuen Code wieder.",
        Exit.REFUSED,
    ),
    Heard.SERVICE_AWAY: (
        "Der Anmeldedienst der KV ist zurzeit nicht erreichbar; an Ihrer Eingabe liegt es nicht. "
        "Versuchen Sie es in einigen Minuten mit einem neuen Code wieder.",
        Exit.GATEWAY,
    ),
    Heard.UNAVAILABLE: (
        "Der Dienst ist zurzeit gestört. Versuchen Sie es in einigen Minuten mit einem neuen Code wieder.",
        Exit.GATEWAY,
    ),
    Heard.REFUSED: (
        "Die Anmeldung wurde nicht angenommen. Geben Sie Ihr Kennwort noch einmal ein und drücken Sie den "
        "Knopf am YubiKey für einen neuen Code; jeder Code gilt nur einmal.",
        Exit.REFUSED,
    ),
    Heard.NO_SUCH_GROUP: (
        "Das Gateway kennt die eingestellte Verbindung (group) nicht.",
        Exit.SETTINGS,
    ),
    Heard.UNREACHABLE: ("Das Gateway ist nicht erreichbar.", Exit.GATEWAY),
}
