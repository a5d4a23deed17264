"""What the person reads at the end of a connection."""

from datetime import UTC, datetime

import pytest

from flexnet_client import outcome, progress
from flexnet_client.failures import Exit, Failure
from flexnet_client.progress import Heard, Progress, Tunnel
from flexnet_client.settings import Settings

CHOSEN = Settings("flexnet.kv.example", "Flexnet-Yubikey", hotline="0391 627 7000")
BEGUN = Progress(since=0.0)
UP = progress.tunnel_up(BEGUN, Tunnel("10.66.0.5", 1434, ""), 1.0)


def failure(start: Progress, *heard: Heard, asked: bool = False) -> Failure:
    for one in heard:
        start = progress.follow(start, one, 2.0)
    with pytest.raises(Failure) as caught:
        outcome.closing(start, CHOSEN, asked=asked)
    return caught.value


def test_an_end_on_purpose_says_that_lan_and_internet_are_back() -> None:
    said = outcome.closing(UP, CHOSEN, asked=True)
    assert said == "Getrennt. Ihr LAN und das Internet sind wieder erreichbar."


@pytest.mark.parametrize(
    ("heard", "code", "said"),
    [
        (Heard.REFUSED, Exit.REFUSED, "Die Anmeldung wurde nicht angenommen."),
        (Heard.NOT_ADMITTED, Exit.REFUSED, "nicht freigegeben"),
        (Heard.UNAVAILABLE, Exit.GATEWAY, "zurzeit gestört"),
        (Heard.SERVICE_AWAY, Exit.GATEWAY, "Anmeldedienst der KV ist zurzeit nicht erreichbar"),
        (Heard.NO_SUCH_GROUP, Exit.SETTINGS, "Verbindung (group)"),
        (Heard.BAD_CERTIFICATE, Exit.GATEWAY, "Es wurde nichts gesendet"),
        (Heard.UNREACHABLE, Exit.GATEWAY, "nicht erreichbar"),
        (Heard.NO_DEVICE, Exit.MACHINE, "(TUN)"),
        (Heard.UNUSABLE, Exit.MACHINE, "nicht einrichten"),
        (Heard.DTLS, Exit.GATEWAY, "das Gateway antwortet nicht"),
    ],
)
def test_a_connection_that_never_came_up_names_its_reason_and_whom_to_call(
    heard: Heard, code: Exit, said: str
) -> None:
    what = failure(BEGUN, heard)
    assert what.code is code
    assert said in str(what)
    assert str(what).endswith("rufen Sie bitte die Hotline an: 0391 627 7000.")
    assert outcome.OPEN_AGAIN in str(what)


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ((), "Das Tunnelprogramm wurde unerwartet beendet."),
        ((Heard.ENDED_BY_GATEWAY,), "Das Gateway hat die Verbindung beendet."),
        ((Heard.INTERRUPTED,), "ließ sich nicht wiederaufbauen."),
        ((Heard.INTERRUPTED, Heard.COOKIE_REJECTED), "nicht wieder aufgenommen."),
    ],
)
def test_a_lost_connection_says_why_and_what_now(heard: tuple[Heard, ...], said: str) -> None:
    what = failure(UP, *heard)
    assert what.code is Exit.LOST
    assert said in str(what)
    assert "Melden Sie sich neu an" in str(what)


def test_a_service_that_is_away_is_not_put_on_the_person() -> None:
    """ocserv adds its own "Login failed." to the sentence that the gateway gave it."""
    assert "nicht angenommen" not in str(failure(BEGUN, Heard.SERVICE_AWAY, Heard.REFUSED))


def test_a_sign_in_that_was_broken_off_is_no_refusal() -> None:
    assert failure(BEGUN, asked=True).code is Exit.INTERRUPTED


def test_the_summary_says_group_address_transport_end_and_key() -> None:
    end = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    url = "https://portal.example/"
    said = outcome.Summary("Flexnet-Yubikey", "10.66.0.5", "DTLS", end, url, opened=True).text()
    for word in ("Flexnet-Yubikey", "10.66.0.5", "DTLS", "22.11.2026, 20:30 Uhr", "Der Browser öffnet", url):
        assert word in said
    assert said.endswith("Sie können den YubiKey jetzt abziehen.")
    by_hand = outcome.Summary("Flexnet-Yubikey", "10.66.0.5", "DTLS", None, url, opened=False).text()
    assert f"Öffnen Sie im Browser {url}" in by_hand
    assert "Sitzung" not in by_hand
