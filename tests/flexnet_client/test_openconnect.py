"""How openconnect is called and what its lines mean; the lines are openconnect 9.01's own."""

import json
import shlex
from pathlib import Path

import pytest

from flexnet_client import openconnect
from flexnet_client.gateway import Gateway
from flexnet_client.progress import Heard
from flexnet_client.settings import Settings

CHOSEN = Settings("flexnet.kv.example", "Flexnet-Yubikey", ca_file=Path("/etc/ca.pem"))
FOUND = Gateway("flexnet.kv.example", "198.51.100.1", 443)


def arguments(chosen: Settings = CHOSEN, found: Gateway = FOUND) -> list[str]:
    return openconnect.arguments(chosen, found, "p-1", Path("/run/with space/script"))


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("Login failed.", Heard.REFUSED),
        ("User input required in non-interactive mode", Heard.REFUSED),
        ("Unexpected 401 result from server", Heard.REFUSED),
        ("Unexpected 503 result from server", Heard.UNAVAILABLE),
        ('Auth choice "Other" not available', Heard.NO_SUCH_GROUP),
        ('Certificate from VPN server "other.test" failed verification.', Heard.BAD_CERTIFICATE),
        ("Server certificate verify failed: signer not found", Heard.BAD_CERTIFICATE),
        ("Got inappropriate HTTP CONNECT response: HTTP/1.1 401 Unauthorized", Heard.NOT_ADMITTED),
        ("Cookie was rejected by server; exiting.", Heard.COOKIE_REJECTED),
        ("Cookie is no longer valid, ending session", Heard.COOKIE_REJECTED),
        ("Received server disconnect", Heard.ENDED_BY_GATEWAY),
        ("Session terminated by server; exiting.", Heard.ENDED_BY_GATEWAY),
        ("Established DTLS connection (using GnuTLS). Ciphersuite (DTLS1.2)-(PSK).", Heard.DTLS),
        ("DTLS Dead Peer Detection detected dead peer!", Heard.NO_DTLS),
        ("Write error on DTLS session: Error in the push function.", Heard.NO_DTLS),
        ("Configured as 10.66.0.5, with SSL connected and DTLS connected", Heard.CONFIGURED),
        ("CSTP Dead Peer Detection detected dead peer!", Heard.INTERRUPTED),
        ("Failed to reconnect to host flexnet.kv.example: Network is unreachable", Heard.INTERRUPTED),
        ("User requested reconnect", Heard.INTERRUPTED),
        ("Failed to connect to 198.51.100.80:443: Connection refused", Heard.UNREACHABLE),
        ("Failed to open HTTPS connection to flexnet.kv.example", Heard.UNREACHABLE),
        ("Got CONNECT response: HTTP/1.1 200 CONNECTED", None),
        ("Please enter your password.", None),
        ("", None),
    ],
)
def test_each_line_has_its_meaning(line: str, heard: Heard | None) -> None:
    assert openconnect.meaning(line) is heard


def test_the_gateways_sentence_for_a_service_that_is_away_is_known_again() -> None:
    texts = json.loads(Path("contracts/texts.json").read_text(encoding="utf-8"))
    assert openconnect.meaning(texts["sign_in_service_away"]) is Heard.SERVICE_AWAY


def test_the_end_of_the_session_is_read_as_local_time() -> None:
    end = openconnect.expiry("Session authentication will expire at Sun Nov  1 10:49:08 2026")
    assert end is not None
    assert (f"{end:%Y-%m-%d %H:%M:%S}", end.tzinfo is not None) == ("2026-11-01 10:49:08", True)
    assert openconnect.expiry("Session authentication will expire at some time") is None
    assert openconnect.expiry("Configured as 10.66.0.5") is None


def test_openconnect_dies_with_the_client_and_trusts_only_what_it_is_given() -> None:
    called = arguments()
    assert called[:4] == ["setpriv", "--pdeathsig", "TERM", "openconnect"]
    for wanted in ("--no-system-trust", "--cafile=/etc/ca.pem", "--resolve=flexnet.kv.example:198.51.100.1"):
        assert wanted in called
    for wanted in (
        "--passwd-on-stdin",
        "--user=p-1",
        "--authgroup=Flexnet-Yubikey",
        "--reconnect-timeout=60",
    ):
        assert wanted in called
    assert called[-1] == "flexnet.kv.example"
    assert not any(word.startswith(("--servercert", "--no-dtls")) for word in called)


def test_without_an_issuer_of_its_own_the_systems_are_trusted() -> None:
    called = arguments(Settings("flexnet.kv.example", "Flexnet-Yubikey"))
    assert not any(word.startswith(("--no-system-trust", "--cafile")) for word in called)


def test_another_port_is_part_of_the_address() -> None:
    assert (
        arguments(found=Gateway("flexnet.kv.example", "198.51.100.1", 4443))[-1] == "flexnet.kv.example:4443"
    )


def test_the_script_is_one_shell_line_with_every_word_kept() -> None:
    script = next(word for word in arguments() if word.startswith("--script="))
    words = shlex.split(script.removeprefix("--script="))
    assert words[1:3] == ["-I", "-S"]
    assert Path(words[3]).is_file()
    assert words[4] == "/run/with space/script"
