"""The gateway from outside: its address, and whether the one that answers there is the right one."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from flexnet_client.failures import Exit, Failure
from flexnet_client.settings import Settings

_PATIENCE = 8  # seconds for each address
_CLOCK_HINT = (
    "Oft geht die Uhr dieses Computers falsch: Sie zeigt {now:%d.%m.%Y, %H:%M} Uhr. "
    "Stellen Sie Datum und Uhrzeit und versuchen Sie es noch einmal; "
)


@dataclass(frozen=True)
class Gateway:
    """The gateway under the one address that is used from now on."""

    name: str
    address: str
    port: int

    @property
    def authority(self) -> str:
        """Name and port as a URL has them."""
        return self.name if self.port == 443 else f"{self.name}:{self.port}"


def find(settings: Settings) -> Gateway:
    """Resolve the name once, take the first address that answers, check its certificate. Raises Failure."""
    failures: list[OSError] = []
    for address in _addresses(settings):
        try:
            _shake_hands(settings, address)
        except ssl.SSLCertVerificationError as error:
            raise Failure(_wrong_certificate(settings, error), Exit.GATEWAY) from None
        except OSError as error:
            failures.append(error)
        else:
            return Gateway(settings.gateway, address, settings.port)
    raise Failure(
        f"Das Gateway {settings.gateway} antwortet nicht ({_reason(failures[0])}). Prüfen Sie, ob dieser "
        f"Computer ins Internet kommt. Wenn ja, versuchen Sie es in einigen Minuten wieder; "
        f"bleibt es dabei, {settings.call_hotline}.",
        Exit.GATEWAY,
    )


def _addresses(settings: Settings) -> list[str]:
    try:
        found = socket.getaddrinfo(settings.gateway, settings.port, type=socket.SOCK_STREAM)
    except OSError:
        raise Failure(
            f"Den Rechnernamen {settings.gateway} kennt das Internet nicht, oder dieser Computer ist nicht "
            "mit dem Internet verbunden. Prüfen Sie die Schreibweise des Namens und die Internetverbindung.",
            Exit.GATEWAY,
        ) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _shake_hands(settings: Settings, address: str) -> None:
    context = ssl.create_default_context(cafile=settings.ca_file and str(settings.ca_file))
    # Python 3.13 would ask more of the KV's certificates than openconnect does, and than older ones did.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection((address, settings.port), _PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=settings.gateway),
    ):
        pass


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "Verbindung abgelehnt"
    if isinstance(error, TimeoutError):
        return "keine Antwort"
    return "kein TLS" if isinstance(error, ssl.SSLError) else "kein Weg dorthin"


def _wrong_certificate(settings: Settings, error: ssl.SSLCertVerificationError) -> str:
    """Say in German what OpenSSL found (X509_V_ERR_* of openssl/x509_vfy.h); nothing has been sent yet."""
    head = f"Es wurde nichts gesendet: Das Zertifikat von {settings.gateway} "
    tail = f"bleibt es dabei, {settings.call_hotline}."
    clock = _CLOCK_HINT.format(now=datetime.now(UTC).astimezone())
    if error.verify_code == 9:  # X509_V_ERR_CERT_NOT_YET_VALID
        return f"{head}gilt noch nicht. {clock}{tail}"
    if error.verify_code == 10:  # X509_V_ERR_CERT_HAS_EXPIRED
        return f"{head}ist abgelaufen. {clock}{tail}"
    if error.verify_code == 62:  # X509_V_ERR_HOSTNAME_MISMATCH
        return (
            f"{head}gehört zu einem anderen Namen. Prüfen Sie die Schreibweise des Gateways. "
            f"Stimmt sie, dann antwortet dort ein falscher Rechner: Geben Sie Ihr Kennwort nicht ein; {tail}"
        )
    return (
        f"{head}stammt nicht vom richtigen Aussteller. Vielleicht antwortet dort ein falscher Rechner, oder "
        f"ein Virenschutz öffnet die Verbindung. Geben Sie Ihr Kennwort nicht ein; {tail}"
    )
