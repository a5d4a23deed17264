"""A configuration is read whole or refused with every key, value and cure."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flexnet import configuration
from flexnet.configuration import BadConfiguration, Configuration

ROOT = Path(__file__).resolve().parent.parent
GOOD = """\
database_url = "sqlite:///flexnet.sqlite3"
secret_key_file = "secrets/django"
key_ring = "secrets/key-ring.json"
state_dir = "state"
[profile]
slug = "kvsa"
name = "KV"
short_name = "KV"
portal_name = "Portal"
hotline = "1"
email = "a@example.de"
[password]
[throttle]
[hotp]
[radius]
[portal]
[billing]
store = "deliveries"
[seal]
certificate = "secrets/seal.pem"
key = "secrets/seal.key"

[audit]
anchor_dir = "anchors"
signing_key = "secrets/audit.pem"
"""


def loaded(tmp_path: Path, text: str = GOOD) -> Configuration:
    path = tmp_path / "flexnet.toml"
    path.write_text(text, encoding="utf-8")
    return configuration.load(path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(BadConfiguration) as error:
        loaded(tmp_path, text)
    return str(error.value)


def with_line(section: str, line: str) -> str:
    """The good one with a line more, or in place of the one with its key."""
    if section and f"[{section}]\n" not in GOOD:
        return f"{GOOD}\n[{section}]\n{line}\n"
    if section:
        return GOOD.replace(f"[{section}]\n", f"[{section}]\n{line}\n")
    key = line.split(" = ")[0]
    return "".join(f"{line}\n" if old.startswith(f"{key} =") else f"{old}\n" for old in GOOD.splitlines())


@pytest.mark.parametrize("name", ["kvsa", "kvs"])
def test_the_examples_are_whole(name: str) -> None:
    assert configuration.load(ROOT / "deploy" / f"{name}.toml").profile.slug == name


def test_the_two_associations_differ_as_their_papers_do() -> None:
    kvsa, kvs = (configuration.load(ROOT / "deploy" / f"{name}.toml") for name in ("kvsa", "kvs"))
    assert (kvsa.profile.words.password, kvs.profile.words.password) == ("Kennwort", "Passwort")
    assert (kvsa.profile.second_factor, kvs.profile.second_factor) == (True, False)
    assert (kvsa.profile.activation, kvs.profile.activation) == ("at_once", "next_quarter")
    assert kvsa.password.lifetime == timedelta(days=180)
    assert kvsa.password.initial_valid == timedelta(days=28)


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    read = loaded(tmp_path)
    assert read.key_ring == tmp_path / "secrets/key-ring.json"
    assert read.billing.store == tmp_path / "deliveries"
    assert configuration.database(read.database_url)["NAME"] == f"{tmp_path}/flexnet.sqlite3"
    assert loaded(tmp_path, with_line("billing", 'drop = "drop"')).billing.drop == tmp_path / "drop"
    absolute = loaded(tmp_path, with_line("", 'database_url = "sqlite:////elsewhere/a.sqlite3"'))
    assert configuration.database(absolute.database_url)["NAME"] == "/elsewhere/a.sqlite3"


def test_it_does_not_change_afterwards(tmp_path: Path) -> None:
    read: Any = loaded(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        read.profile.name = "another"


@pytest.mark.parametrize(
    ("section", "line", "said"),
    [
        ("", "colour = 1", "colour: unknown key; take it out or mend its spelling"),
        ("radius", "udp_listen = 1", "radius.udp_listen: unknown key"),
        ("", "database_url = 5", "database_url: "),
        ("", 'database_url = "mysql://localhost/a"', "neither sqlite:///PATH nor postgresql://"),
        ("", 'database_url = "sqlite:///"', "neither sqlite:///PATH nor postgresql://"),
        ("", 'database_url = "postgresql://localhost"', "neither sqlite:///PATH nor postgresql://"),
        ("", 'database_url = "postgresql://localhost:port/a"', "database_url: "),
        ("password", "minimum_length = 7", "password.minimum_length = 7: "),
        ("password", "minimum_length = 20\nmaximum_bytes = 19", "no password could be chosen; lower it"),
        ("password", "maximum_bytes = 65", "password.maximum_bytes = 65: "),
        ("throttle", "tries = 0", "throttle.tries = 0: "),
        ("hotp", "window = 51", "hotp.window = 51: "),
        ("hotp", "window = 20\nresync_window = 10", "resync_window is below window"),
        ("radius", 'radsec_listen = "10.30.0.10:2083"', "radsec_listen needs certificate, key and ca"),
        ("radius", 'nudge = "127.0.0.1"', "write host:port, for example 127.0.0.1:1812"),
        ("radius", 'nudge = "127.0.0.1:70000"', "radius.nudge = '127.0.0.1:70000': write host:port"),
        ("portal", 'certificate = "a.pem"', "certificate and key belong together"),
        ("portal", 'url = "https://portal.example/"', "says https, but no certificate is given"),
        ("portal", 'listen = "10.20.0.10:443"', "leaves loopback without TLS"),
        ("portal", 'certificate = "a"\nkey = "b"', "url 'http://127.0.0.1:8443/' does not say https"),
        ("portal", "idle_minutes = 700", "idle_minutes is longer than absolute_hours"),
        ("ways", 'others = ["10.20.0.1/16"]', "is no network"),
        ("[services]", 'slug = "forms"\nways = []', "nobody could reach the service"),
        ("[services]", 'slug = "forms"\nways = ["post"]', "services.0.ways.0"),
        ("[services]", 'slug = "forms"\nurl = "https://a.example/"', "give it a title too"),
        ("[services]", 'slug = "forms"\n[[services]]\nslug = "forms"', "named twice: forms"),
        ("audit", "checkpoint_seconds = 0", "audit.checkpoint_seconds = 0: "),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, section: str, line: str, said: str) -> None:
    text = f"{line}\n{GOOD}" if line.startswith("colour") else with_line(section, line)
    answer = refused(tmp_path, text)
    assert said in answer
    assert str(tmp_path / "flexnet.toml") in answer


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    text = with_line("hotp", "window = 51\nspeed = 3").replace('slug = "kvsa"\n', "")
    lines = refused(tmp_path, text).splitlines()
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "profile.slug",
        "hotp.window = 51",
        "hotp.speed",
    ]
    assert "missing; add it (deploy/kvsa.toml shows an example)" in lines[1]


def test_a_password_in_the_databases_url_is_not_shown(tmp_path: Path) -> None:
    line = 'database_url = "postgresql://flexnet:geheim@localhost:port/a"'
    assert "geheim" not in refused(tmp_path, with_line("", line))
    assert "geheim" not in repr(loaded(tmp_path, with_line("", line.replace(":port", ":5432"))))


def test_a_file_that_is_not_there_or_no_toml(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="There is no file"):
        configuration.load(tmp_path / "nowhere.toml")
    assert "must be TOML" in refused(tmp_path, "a = ")
    (tmp_path / "latin.toml").write_bytes("name = 'Jörg'".encode("latin-1"))
    with pytest.raises(BadConfiguration, match="UTF-8"):
        configuration.load(tmp_path / "latin.toml")
    with pytest.raises(BadConfiguration, match="cannot be read"):
        configuration.load(tmp_path)


def test_a_charge_that_is_an_act_needs_the_words_how_to_object(tmp_path: Path) -> None:
    text = with_line("profile", "payment = {is_act = true}")
    assert "texts.remedy" in refused(tmp_path, text)
    named = text + '[texts]\nremedy = "remedy.txt"\n'
    assert "texts.remedy cannot be read" in refused(tmp_path, named)
    tmp_path.joinpath("remedy.txt").write_text(" \n")
    assert "texts.remedy" in refused(tmp_path, named)
    tmp_path.joinpath("remedy.txt").write_text("Widerspruch")
    assert loaded(tmp_path, named).texts.remedy == tmp_path / "remedy.txt"


def test_without_a_name_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(configuration.VARIABLE)
    with pytest.raises(BadConfiguration, match="FLEXNET_CONFIG names no file"):
        configuration.current.__wrapped__()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///flexnet?host=/run/postgresql", ("flexnet", "", "", "/run/postgresql", "")),
        ("postgresql://a:b%40c@db.example:5433/flexnet", ("flexnet", "a", "b@c", "db.example", "5433")),
        ("postgresql://a@/flexnet?host=/run/x&port=5433", ("flexnet", "a", "", "/run/x", "5433")),
    ],
)
def test_the_url_of_a_postgresql_database(url: str, expected: tuple[str, ...]) -> None:
    entry = configuration.database(url)
    assert tuple(entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


@pytest.mark.parametrize(
    ("text", "pair"), [("127.0.0.1:1812", ("127.0.0.1", 1812)), ("[::1]:53", ("::1", 53))]
)
def test_an_address_is_host_and_port(text: str, pair: tuple[str, int]) -> None:
    assert configuration.address(text) == pair


def test_a_telephone_number_stays_in_one_line_and_words_in_its_place_do_not() -> None:
    profile = configuration.current().profile.model_dump()
    for said, kept in (
        ("0391 627 7000", "0391_627_7000"),
        ("steht im Brief vom 3. Mai", "steht im Brief vom 3. Mai"),
    ):
        shown = configuration.Profile(**{**profile, "hotline": said}).hotline
        assert shown == kept.replace("_", "\N{NO-BREAK SPACE}")
