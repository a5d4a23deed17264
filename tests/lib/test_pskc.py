"""Key containers: the figures of RFC 6030, what is wrong with which key, and what is not read at all."""

import base64
import hmac
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import pskc
from flexnet.lib.key_rows import BadKeyFile, KeyRow, Row, Why, WrongRow

SEED = b"12345678901234567890"
PRE_SHARED = pskc.Secrets(key=bytes.fromhex("12345678901234567890123456789012"))
PASSWORD = pskc.Secrets(password="qwerty")
FIGURES = Path(__file__).parent / "rfc6030"
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def figure(number: int) -> str:
    """Of the RFC, letter by letter."""
    return (FIGURES / f"figure-{number}.xml").read_text(encoding="ascii")


@dataclass(frozen=True)
class Container:
    """One key, as we write it; `mac` is over what is encrypted."""

    serial: str = "<SerialNo>10000001</SerialNo>"
    algorithm: str = "urn:ietf:params:xml:ns:keyprov:pskc:hotp"
    shape: str = '<ResponseFormat Length="6" Encoding="DECIMAL"/>'
    secret: str = f"<PlainValue>{base64.b64encode(SEED).decode()}</PlainValue>"
    counter: str = "<Counter><PlainValue>32</PlainValue></Counter>"
    policy: str = ""
    head: str = ""

    def __str__(self) -> str:
        return f"""<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"
 xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">{self.head}
<KeyPackage><DeviceInfo>{self.serial}<Model>YubiKey 5</Model></DeviceInfo>
<Key Id="1" Algorithm="{self.algorithm}"><AlgorithmParameters>{self.shape}</AlgorithmParameters>
<Data><Secret>{self.secret}</Secret>{self.counter}</Data>{self.policy}</Key></KeyPackage></KeyContainer>"""


def read(text: object, secrets: pskc.Secrets = pskc.NONE) -> Row:
    (row,) = pskc.read(str(text).encode(), secrets)
    return row


def why(text: object, secrets: pskc.Secrets = pskc.NONE) -> Why | None:
    row = read(text, secrets)
    return row.why if isinstance(row, WrongRow) else None


class TestFigures:
    """RFC 6030, 4.2, 6.1 and 6.2."""

    def test_the_smallest_one_names_no_serial_number(self) -> None:
        assert read(figure(2)) == WrongRow(1, "", Why.NO_SERIAL)

    def test_a_plain_one_with_its_policy(self) -> None:
        assert read(figure(3)) == KeyRow(1, "987654321", SEED, 8)

    def test_a_pre_shared_key(self) -> None:
        assert read(figure(6), PRE_SHARED) == KeyRow(1, "987654321", SEED, 8)

    def test_a_password(self) -> None:
        assert read(figure(7), PASSWORD) == KeyRow(1, "987654321", SEED, 8)

    @pytest.mark.parametrize(
        ("number", "secrets"),
        [
            (6, pskc.NONE),
            (6, PASSWORD),
            (6, pskc.Secrets(key=bytes(16))),
            (6, pskc.Secrets(key=bytes(32))),
            (7, pskc.NONE),
            (7, PRE_SHARED),
            (7, pskc.Secrets(password="azerty")),
        ],
    )
    def test_nothing_opens_without_the_right_secret(self, number: int, secrets: pskc.Secrets) -> None:
        try:
            assert why(figure(number), secrets) is Why.BAD_MAC
        except BadKeyFile:
            return

    @pytest.mark.parametrize(("number", "secrets"), [(6, PRE_SHARED), (7, PASSWORD)])
    def test_a_changed_value_has_a_wrong_mac(self, number: int, secrets: pskc.Secrets) -> None:
        good = figure(number)
        for old, new in (
            ("AAECAwQF", "AAECAwQG"),
            ("oTvo+S22", "oTvo+S23"),
            ("Su+Nv", "Su+Nw"),
            ("LP6xM", "LP6xN"),
        ):
            if old in good:
                assert why(good.replace(old, new), secrets) is Why.BAD_MAC


def test_what_a_container_says_of_a_key() -> None:
    assert read(Container()) == KeyRow(1, "10000001", SEED, counter=32, model="YubiKey 5")
    assert read(replace(Container(), counter="")) == KeyRow(1, "10000001", SEED, model="YubiKey 5")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"serial": ""}, Why.NO_SERIAL),
        ({"serial": "<SerialNo>1 2</SerialNo>"}, Why.BAD_SERIAL),
        ({"algorithm": "urn:ietf:params:xml:ns:keyprov:pskc:totp"}, Why.NOT_HOTP),
        ({"shape": '<ResponseFormat Length="7" Encoding="DECIMAL"/>'}, Why.BAD_DIGITS),
        ({"shape": '<ResponseFormat Length="6" Encoding="HEXADECIMAL"/>'}, Why.BAD_DIGITS),
        ({"shape": '<ResponseFormat Length="6" Encoding="DECIMAL" CheckDigits="true"/>'}, Why.BAD_DIGITS),
        ({"shape": ""}, Why.BAD_DIGITS),
        ({"secret": ""}, Why.NO_SEED),
        ({"secret": "<PlainValue>MTIzNA==</PlainValue>"}, Why.BAD_SEED),
        ({"secret": "<PlainValue>ä</PlainValue>"}, Why.BAD_SEED),
        ({"secret": "<EncryptedValue/>"}, Why.NO_MAC),
        ({"counter": "<Counter><PlainValue>33</PlainValue></Counter>"}, Why.COUNTER_STEP),
        ({"counter": "<Counter><EncryptedValue/></Counter>"}, Why.BAD_COUNTER),
        ({"policy": "<Policy><PINPolicy PINUsageMode='Local'/></Policy>"}, Why.UNKNOWN_POLICY),
    ],
)
def test_what_is_wrong_with_a_key_is_said(changed: dict[str, str], reason: Why) -> None:
    assert why(replace(Container(), **changed)) is reason


def encrypted(method: str, mac_method: str, blob: bytes, mac: bytes | None) -> Container:
    value = (
        f'<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#{method}"/>'
        f"<xenc:CipherData><xenc:CipherValue>{base64.b64encode(blob).decode()}"
        "</xenc:CipherValue></xenc:CipherData>"
    )
    shown = f"<ValueMAC>{base64.b64encode(mac).decode()}</ValueMAC>" if mac else ""
    head = f'<EncryptionKey/><MACMethod Algorithm="{mac_method}"/>'
    return Container(secret=f"<EncryptedValue>{value}</EncryptedValue>{shown}", head=head)


SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"


@pytest.mark.parametrize("size", [16, 24, 32])
def test_longer_keys_and_another_mac_and_arbitrary_padding(size: int) -> None:
    key = bytes(range(size))
    padded = SEED + b"any bytes!!" + b"\x0c"
    cipher = Cipher(algorithms.AES(key), modes.CBC(b"initial vector!!")).encryptor()
    blob = b"initial vector!!" + cipher.update(padded)
    good = encrypted(f"aes{8 * size}-cbc", SHA256, blob, hmac.digest(key, blob, "sha256"))
    secrets = pskc.Secrets(key=key)
    assert read(good, secrets) == KeyRow(1, "10000001", SEED, counter=32, model="YubiKey 5")
    assert why(encrypted(f"aes{8 * size}-cbc", SHA256, blob, None), secrets) is Why.NO_MAC
    assert why(encrypted(f"aes{8 * size}-cbc", "md5", blob, b"x"), secrets) is Why.NO_MAC
    other = encrypted("tripledes-cbc", SHA256, blob, hmac.digest(key, blob, "sha256"))
    assert why(other, secrets) is Why.UNKNOWN_ENCRYPTION


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<x/>",
        "<KeyContainer/>",
        BOMB + str(Container()),
        BOMB + str(replace(Container(), serial="<SerialNo>&b;</SerialNo>")),
        '<!DOCTYPE x SYSTEM "file:///etc/hostname">' + str(Container()),
        '<?xml version="1.0" encoding="klingon"?>' + str(Container()),
        figure(7).replace("<IterationCount>1000<", "<IterationCount>99999999999<"),
        figure(7).replace("<IterationCount>1000<", "<IterationCount>0<"),
        figure(7).replace("<KeyLength>16<", "<KeyLength>9999999<"),
        figure(7).replace("#pbkdf2", "#scrypt"),
        figure(7).replace("Ej7/PEpyEpw=", "\u00e4"),
    ],
)
def test_what_is_no_container_or_takes_too_long_is_not_read(content: str) -> None:
    with pytest.raises(BadKeyFile) as refused:
        pskc.read(content.encode(), PASSWORD)
    assert refused.value.__cause__ is None


def test_no_secret_is_shown() -> None:
    for thing in (read(Container()), PRE_SHARED, PASSWORD):
        assert repr(SEED)[2:-1] not in repr(thing)
        assert "qwerty" not in repr(thing)
        assert repr(PRE_SHARED.key) not in repr(thing)


PIECES = st.sampled_from([figure(6), figure(7), str(Container())])


@given(PIECES, st.integers(0, 2500), st.integers(0, 30), st.text(max_size=8))
def test_whatever_is_cut_out_or_put_in_nothing_else_comes_of_it(
    text: str, begin: int, cut: int, put: str
) -> None:
    mangled = (text[:begin] + put + text[begin + cut :]).encode("utf-8", "replace")
    for secrets in (PRE_SHARED, pskc.Secrets(key=PRE_SHARED.key, password="qwerty")):
        try:
            rows = pskc.read(mangled, secrets)
        except BadKeyFile:
            continue
        assert all(isinstance(row, KeyRow | WrongRow) for row in rows)
