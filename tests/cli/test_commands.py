"""Every command with good and with bad input, as the KV's staff give them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, OperationalError, ProgrammingError
from typer.testing import CliRunner, Result

from flexnet.access import queries
from flexnet.access.models import Access, Breach, Exemption, Grant, Lock, Notice, Restriction, Service, Terms
from flexnet.access.rules import Channel, Granted
from flexnet.audit import queries as trail
from flexnet.audit import standalone
from flexnet.audit.models import Event
from flexnet.cli import commands, options, output
from flexnet.gateway.models import Gateway
from flexnet.keys.models import Key
from flexnet.lib import identifiers
from flexnet.members import actions as members
from flexnet.members import addresses
from tests import configured, make

pytestmark = pytest.mark.django_db
SEED = "3132333435363738393031323334353637383930"
BSNR, LANR = "889999900", "123456601"


def give(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(commands.app, words, input=stdin)


def done(*words: str, stdin: str = "") -> str:
    result = give(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result.output


def answered(*words: str, stdin: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done(*words, "--json", stdin=stdin).splitlines()[-1])
    return found


def refused(*words: str, stdin: str = "", status: int = 1) -> str:
    result = give(*words, stdin=stdin)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def entered() -> None:
    done("practice", "add", "--bsnr", BSNR, "--name", "Praxis")
    done("person", "add", "--lanr", LANR, "--name", "Dr. Anna")


@pytest.fixture
def access(entered: None) -> Access:
    """A practice access, with a key in stock."""
    done("access", "add", "practice", "--bsnr", BSNR, "--user-name", "praxis1")
    done("key", "add", "--serial", "20000001", "--seed-stdin", stdin=f"{SEED}\n")
    return queries.access_named("praxis1")


def test_a_practice_is_entered_from_nothing_to_its_first_sign_in(tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("Fassung 1")
    rule = "permit in tcp from assigned to 10.20.0.10 443"
    done("service", "add", "--slug", "portal", "--name", "KVSAonline", "--rule", rule, "--everyone")
    done("terms", "add", "--version", "1", "--file", str(terms), "--effective-on", "2016-04-28")
    done("practice", "add", "--bsnr", BSNR, "--name", "Praxis")
    done("person", "add", "--lanr", LANR, "--name", "Dr. Anna")
    done("owner", "add", "--bsnr", BSNR, "--lanr", LANR, "--from", "2020-01-01")
    done("activity", "add", "--lanr", LANR, "--from", "2020-01-01")
    issued = answered("access", "add", "practice", "--bsnr", BSNR, "--user-name", "praxis1")
    assert (issued["user_name"], len(issued["initial_password"])) == ("praxis1", 17)
    assert len(issued["revocation_word"].split("-")) == 4
    answered("access", "add", "personal", "--lanr", LANR, "--user-name", "arzt1")
    done("key", "add", "--serial", "20000001", "--seed-stdin", "--digits", "6", stdin=f"{SEED}\n")
    done("key", "assign", "--serial", "20000001", "--user-name", "praxis1")
    done("gateway", "add", "--name", "gw1", "--certificate-name", "gw1.kvsa.test")
    before = answered("explain", "praxis1")
    assert (before["granted"], before["reason"], before["rule"]) == (False, "declaration_missing", "§ 1(3)")
    done("declaration", "add", "--lanr", LANR, "--terms", "1", "--signed-on", "2026-04-01")
    after = answered("explain", "praxis1")
    assert (after["granted"], after["reason"]) == (True, "password_change_due")
    who = queries.access_named("praxis1")
    decision = queries.decide_access(who.pk, channel=Channel.VPN_SIGN_IN, now=make.NOW)
    assert isinstance(decision, Granted)
    assert Service.objects.get().for_everyone
    assert Gateway.objects.get().certificate_name == "gw1.kvsa.test"


class TestNumbers:
    """Numbers are refused in English; pages say the same in German."""

    def test_every_fault_has_its_sentence(self) -> None:
        assert set(output._NUMBERS) == set(identifiers.Why)

    def test_a_typing_error_is_told(self) -> None:
        said = refused("person", "add", "--lanr", "123456701", "--name", "Dr.")
        assert said == "The LANR has a typing error: its seventh digit does not fit the six before it."

    def test_what_is_there_is_told(self, entered: None) -> None:
        assert "is there already" in refused("practice", "add", "--bsnr", BSNR, "--name", "Praxis")
        assert "is there already" in refused("person", "add", "--lanr", LANR, "--name", "Dr.")

    def test_what_is_not_there_is_told_with_what_to_do(self) -> None:
        words = ("owner", "add", "--bsnr", BSNR, "--lanr", LANR, "--from", "2020-01-01")
        assert "Enter it first: flexnet practice add" in refused(*words)


class TestOptions:
    @pytest.mark.parametrize(
        "words",
        [
            ("practice", "add", "--bsnr", BSNR),
            ("practice", "add", BSNR, "--name", "Praxis"),
            ("terms", "add", "1", "terms.txt", "--effective-on", "2016-04-28"),
            ("lock", "practice", "--bsnr", BSNR),
            ("lock", "access", "--user-name", "a", "--reason", "b", "--cause", "bad-mood"),
            ("key", "add", "--serial", "1", "--digits", "six"),
            ("run", "nothing"),
            ("nothing",),
        ],
    )
    def test_what_is_missing_or_strange_is_told_with_status_2(self, words: tuple[str, ...]) -> None:
        assert "Error" in refused(*words, status=2)

    @pytest.mark.parametrize("day", ["2026-02-30", "1.4.2026", "soon"])
    def test_a_day_that_is_none(self, entered: None, day: str) -> None:
        words = ("owner", "add", "--bsnr", BSNR, "--lanr", LANR, "--from", day)
        assert "is no day; write it as 2026-04-01" in refused(*words, status=2)

    def test_without_words_it_shows_its_commands(self) -> None:
        assert "practice" in give().output
        assert give("practice", "--help").exit_code == 0


class TestPeople:
    def test_an_owner_leaves(self, entered: None) -> None:
        done("owner", "add", "--bsnr", BSNR, "--lanr", LANR, "--from", "2020-01-01")
        early = ("owner", "end", "--bsnr", BSNR, "--lanr", LANR, "--until", "2019-01-01")
        assert "cannot end on 2019-01-01" in refused(*early)
        done("owner", "end", "--bsnr", BSNR, "--lanr", LANR, "--until", "2026-03-31")
        assert "does not own" in refused(
            "owner", "end", "--bsnr", BSNR, "--lanr", LANR, "--until", "2026-04-01"
        )

    def test_an_activity_ends(self, entered: None) -> None:
        assert "no activity" in refused("activity", "end", "--lanr", LANR, "--until", "2026-03-31")
        done("activity", "add", "--lanr", LANR, "--from", "2020-01-01")
        assert "End it first" in refused("activity", "add", "--lanr", LANR, "--from", "2021-01-01")
        done("activity", "end", "--lanr", LANR, "--until", "2026-03-31")
        done("activity", "add", "--lanr", LANR, "--from", "2026-04-01", "--until", "2026-06-30")


class TestAccesses:
    def test_terms_come_from_a_text_in_utf_8(self, tmp_path: Path) -> None:
        terms = tmp_path / "terms.txt"
        words = ("terms", "add", "--version", "1", "--effective-on", "2016-04-28", "--file", str(terms))
        assert "does not exist" in refused(*words, status=2)
        terms.write_bytes("Fürs Erste".encode("latin-1"))
        assert "no text in UTF-8" in refused(*words, status=2)
        terms.write_text("Fassung 1")
        assert "SHA-256 " in done(*words)
        assert "published already" in refused(*words)
        assert Terms.objects.get().effective_on == date(2016, 4, 28)

    def test_every_version_is_listed_and_shown_as_it_was_agreed_to(self) -> None:
        make.terms()
        two = make.publish(2, make.NOW.date())
        rows = answered("terms", "list")["versions"]
        assert [row["version"] for row in rows] == [2, 1]
        assert rows[0]["sha256"] == two.sha256
        assert done("terms", "show", "2") == two.text
        assert "Publish it first" in refused("terms", "show", "3")

    def test_a_declaration_comes_with_its_scan_and_who_reads_it_says_why(
        self, entered: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, state_dir=tmp_path)
        make.terms()
        paper, out = tmp_path / "paper.pdf", tmp_path / "out.pdf"
        words = ("declaration", "add", "--lanr", LANR, "--terms", "1", "--signed-on", "2026-04-01")
        paper.write_bytes(b"half")
        assert "no whole PDF" in refused(*words, "--scan", str(paper))
        paper.write_bytes(b"%PDF-1.7\n%%EOF")
        done(*words, "--scan", str(paper))
        read = ("declaration", "scan", "--lanr", LANR, "--terms", "1", "--to", str(out))
        assert "Missing option '--reason'" in refused(*read, status=2)
        done(*read, "--reason", "Nachweis")
        assert out.read_bytes() == paper.read_bytes()
        assert "File exists" in refused(*read, "--reason", "Nachweis")
        (promise,) = answered("terms", "proof", "--lanr", LANR)["promises"]
        assert (promise["way"], promise["signed_on"]) == ("paper", "2026-04-01")
        assert promise["scan"]
        assert Event.objects.get(pk=promise["audit_entry"]).kind == "declaration.entered"

    def test_a_scan_may_follow(self, entered: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.change(monkeypatch, state_dir=tmp_path)
        paper = tmp_path / "paper.pdf"
        paper.write_bytes(b"%PDF-1.7\n%%EOF")
        words = ("declaration", "add-scan", "--lanr", LANR, "--terms", "1", "--file", str(paper))
        assert "has not declared" in refused(*words)
        make.terms()
        done("declaration", "add", "--lanr", LANR, "--terms", "1", "--signed-on", "2026-04-01")
        assert "14 bytes" in done(*words)
        assert "never exchanged" in refused(*words)

    def test_who_is_missing_and_who_is_to_be_reminded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.change(monkeypatch, profile={"terms_change": "consent", "terms_reminder_days": (41,)})
        make.settled()
        make.member("bob", declared=False)
        make.publish(2, options.now().date(), now=options.now())
        rows = answered("terms", "missing")["missing"]
        assert [(row["signer"], row["terms"], bool(row["until"])) for row in rows] == [
            ("person:765432201", 2, False),
            (f"person:{LANR}", 2, True),
        ]
        assert {row["signer"] for row in answered("terms", "reminders")["due"]} == {f"person:{LANR}"}

    def test_an_objection_is_entered_judged_and_only_then_may_lock(self) -> None:
        make.settled()
        make.publish(2, make.NOW.date())
        words = ("--lanr", LANR, "--terms", "2", "--text", "§ 2 geht nicht.")
        assert "still to come" in refused("objection", "add", *words, "--received-on", "2999-01-01")
        done("objection", "add", *words, "--received-on", "2026-04-15")
        (row,) = answered("objection", "list")["objections"]
        number = str(row["number"])
        lock = ("objection", "lock", number, "--user-name", "alice-praxis", "--reason", "ohne Grund")
        assert "not judged" in refused(*lock)
        done("objection", "judge", number, "--unjustified", "--reason", "§ 2 gilt für alle")
        assert answered("objection", "list")["objections"] == []
        assert answered("explain", "alice-praxis")["granted"]
        assert "§ 10 Abs. 1 (Verweis in § 14 Abs. 2)" in done(*lock)
        assert answered("explain", "alice-praxis")["reason"] == "locked"

    def test_changed_terms_are_explained_with_their_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.change(monkeypatch, profile={"terms_change": "consent"})
        make.settled()
        make.publish(2, make.NOW.date())
        told = done("explain", "alice-praxis", "--on", "2026-05-01")
        assert "granted narrowly, terms_not_accepted comes first" in told
        assert "2026-05-25T22:00:00+00:00" in told
        later = answered("explain", "alice-praxis", "--on", "2026-06-01")
        assert (later["granted"], later["reason"]) == (True, "terms_not_accepted")

    def test_a_declaration_needs_its_terms_and_comes_once(self, entered: None) -> None:
        words = ("declaration", "add", "--lanr", LANR, "--terms", "1", "--signed-on", "2026-04-01")
        assert "Publish it first" in refused(*words)
        make.terms()
        done(*words)
        assert "has declared" in refused(*words)

    @pytest.mark.parametrize(
        "words",
        [
            ("practice", "--lanr", LANR),
            ("personal", "--bsnr", BSNR),
            ("practice",),
            ("office", "--bsnr", BSNR),
            ("practice", "--bsnr", BSNR, "--lanr", LANR),
        ],
    )
    def test_an_access_is_of_a_site_or_of_a_person(self, entered: None, words: tuple[str, ...]) -> None:
        said = refused("access", "add", *words, "--user-name", "praxis1", status=2)
        assert "Say `practice --bsnr …` or `personal --lanr …`." in said

    def test_a_user_name_is_checked(self, access: Access) -> None:
        words = ("access", "add", "practice", "--bsnr", BSNR, "--user-name")
        assert "3 to 32 characters" in refused(*words, "praxis 1")
        assert "is taken" in refused(*words, "PRAXIS1")

    def test_an_access_may_open_on_a_day(self, entered: None) -> None:
        words = ("access", "add", "personal", "--lanr", LANR, "--user-name", "arzt1", "--from", "2099-01-01")
        done(*words)
        assert queries.access_named("arzt1").unlocked_at.year == 2098  # midnight in Germany

    def test_notice_is_given_and_withdrawn(self, access: Access) -> None:
        words = ("access", "notice", "--user-name", "praxis1", "--received-on", "2026-02-03")
        said = done(*words, "--kind", "kv", "--reason", "Umzug")
        assert "ends with 2026-03-31" in said
        assert Notice.objects.get().kind == "kv"
        assert "no access" in refused(*words[:3], "nobody", *words[4:], "--kind", "kv", "--reason", "")
        number = str(Notice.objects.get().pk)
        assert "--posted-on for a letter of the KV" in refused(
            *words, "--posted-on", "2026-01-30", "--kind", "kv", "--reason", "", status=2
        )
        assert "has ended" in refused("access", "withdraw-notice", number, "--agreement", "Telefonat")

    def test_a_notice_may_be_posted_and_is_withdrawn_by_agreement(self, access: Access) -> None:
        words = ("access", "notice", "--user-name", "praxis1", "--kind", "kv", "--reason", "Umzug")
        assert "--received-on" in refused(*words, status=2)
        assert "ends with 2099-06-30" in done(*words, "--posted-on", "2099-03-01")
        number = str(Notice.objects.get().pk)
        assert "agreement" in refused("access", "withdraw-notice", number, "--agreement", " ")
        assert "praxis1 goes on" in done("access", "withdraw-notice", number, "--agreement", "Telefonat")
        assert f"no notice {make.NO_ROW}" in refused(
            "access", "withdraw-notice", make.NO_ROW, "--agreement", "Telefonat"
        )

    def test_an_exception_is_made_and_revoked(self, access: Access) -> None:
        words = ("access", "exempt", "--user-name", "praxis1", "--until-on", "2099-03-31", "--reason")
        assert "lasts through 2099-03-31" in done(*words, "Übergabe")
        number = str(Exemption.objects.get().pk)
        assert "is revoked" in done("access", "revoke-exemption", number, "--reason", "Praxis übergeben")
        assert "revoked already" in refused("access", "revoke-exemption", number, "--reason", "")

    def test_services_are_checked_granted_and_revoked(self, access: Access) -> None:
        new = ("service", "add", "--slug", "letters", "--name", "Briefe", "--rule")
        assert "is no filter rule" in refused(*new, "permit all")
        done(*new, "permit in tcp from assigned to 10.20.0.30 443")
        assert "already" in refused(*new, "permit in tcp from assigned to 10.20.0.30 443")
        assert "no service" in refused("service", "grant", "--slug", "other", "--user-name", "praxis1")
        grant = ("service", "grant", "--slug", "letters", "--user-name", "praxis1")
        done(*grant)
        assert "may use letters already" in refused(*grant)
        done("service", "revoke", "--slug", "letters", "--user-name", "praxis1", "--reason", "Ende")
        assert Grant.objects.get().until_at is not None

    def test_intervals_are_derived_anew(self, access: Access) -> None:
        assert "of 1 accesses" in done("access", "rewrite-intervals")


class TestKeysAndGateways:
    def test_a_seed_comes_over_stdin_or_a_prompt_and_is_checked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add = ("key", "add", "--serial", "20000001")
        assert "not hexadecimal" in refused(*add, "--seed-stdin", stdin="seed\n", status=2)
        assert "16 to 64 bytes" in refused(*add, "--seed-stdin", stdin="00\n")
        assert "6 or 8 digits" in refused(*add, "--seed-stdin", "--digits", "7", stdin=f"{SEED}\n")
        monkeypatch.setattr("getpass.getpass", lambda prompt: SEED)
        said = done(*add, "--digits", "8", "--identifier", "ubhe00001234", "--counter", "16")
        assert SEED not in said
        key = Key.objects.get()
        assert (key.digits, key.identifier, key.counter) == (8, "ubhe00001234", 16)
        assert "is there already" in refused(*add)

    def test_a_key_goes_and_comes_back(self, access: Access) -> None:
        assign = ("key", "assign", "--serial", "20000001", "--user-name", "praxis1")
        back = ("key", "take-back", "--serial", "20000001", "--reason", "defekt")
        assert "belongs to no access" in refused(*back)
        done(*assign)
        assert "Take it back" in refused(*assign)
        done(*back)
        done(*assign)
        assert "no key" in refused("key", "assign", "--serial", "2", "--user-name", "praxis1")

    def test_a_key_is_followed_from_place_to_place(self, access: Access) -> None:
        serial = ("--serial", "20000001")
        done("key", "assign", *serial, "--user-name", "praxis1")
        because = (*serial, "--reason", "Grund")
        assert "is assigned" in refused("keys", "move", *because, "--to", "posted")
        for place in ("packed", "posted", "in_use", "to_be_returned"):
            done("keys", "move", *because, "--to", place)
        told = answered("keys", "show", *serial)
        assert told["place"] == "to_be_returned"
        done("keys", "remind", *serial)
        assert "nothing, for the key 20000001" in done("keys", "declare-lost", *because)
        assert answered("keys", "due")["to_replace"] == ["20000001 of praxis1"]
        done("key", "take-back", *because)
        assert "not hexadecimal" in refused("key", "reseed", *because, "--seed-stdin", stdin="x\n", status=2)
        assert "in stock" in done("key", "reseed", *because, "--seed-stdin", stdin=f"{SEED[::-1]}\n")
        done("keys", "dispose-of", *because)

    def test_keys_come_from_a_file_after_a_look_at_it(self, tmp_path: Path) -> None:
        file = tmp_path / "keys.csv"
        file.write_text(f"30000001,{SEED},hotp,8\n30000002,1212\n")
        bring = ("keys", "import", str(file), "--format", "oath")
        assert "2: 30000002 is wrong: its seed" in refused(*bring)
        assert answered(*bring, "--good-rows", "--dry-run")["written"] is False
        told = answered(*bring, "--good-rows", "--reason", "Lieferschein 7")
        assert (told["new"], told["refused"], told["written"]) == (1, 1, True)
        assert SEED not in done(*bring, "--good-rows")
        file.write_text(f"30000001,{SEED[::-1]},hotp,8\n")
        assert "flexnet key reseed" in refused(*bring)
        file.write_text("nothing\n")
        assert "no XML" in refused("keys", "import", str(file), "--format", "pskc")

    def test_a_container_is_opened_by_key_or_password_from_stdin(self, tmp_path: Path) -> None:
        figures = Path(__file__).parents[1] / "lib" / "rfc6030"
        bring = ("keys", "import", str(figures / "figure-7.xml"), "--format", "pskc")
        assert "give its password" in refused(*bring)
        assert "does not open" in refused(*bring, "--password", stdin="azerty\n")
        assert answered(*bring, "--password", stdin="qwerty\n")["new"] == 1
        other = ("keys", "import", str(figures / "figure-6.xml"), "--format", "pskc", "--key")
        assert "not hexadecimal" in refused(*other, stdin="x\n", status=2)
        assert answered(*other, stdin="12345678901234567890123456789012\n")["there"] == 1

    def test_a_loss_is_charged_waived_and_withdrawn(
        self, access: Access, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, keys={"lost_cents": 2500})
        done("key", "assign", "--serial", "20000001", "--user-name", "praxis1")
        number = str(answered("key", "lost", "--serial", "20000001", "--reason", "im Zug")["lock"])
        assert "25.00 EUR" in done("keys", "charge", number, "--reason", "im Zug")
        assert "already" in refused("keys", "waive", number, "--reason", "Post")
        (row,) = answered("keys", "charges")["charges"]
        assert (row["access"], row["cents"]) == ("praxis1", 2500)
        done("keys", "withdraw-charge", str(row["charge"]), "--reason", "Kulanz")
        assert answered("keys", "charges") == {"charges": []}

    def test_a_lost_key_is_locked(self, access: Access) -> None:
        told = answered("key", "lost", "--serial", "20000001", "--reason", "im Zug")
        lock = Lock.objects.get(pk=told["lock"])
        assert (lock.scope, lock.cause, lock.imposed_at.isoformat()) == ("key", "loss", told["imposed_at"])
        assert "no key" in refused("key", "lost", "--serial", "1", "--reason", "im Zug")

    def test_a_gateway_of_plain_radius_needs_both(self) -> None:
        add = ("gateway", "add", "--name", "gw1", "--certificate-name", "gw1.kvsa.test")
        assert "both" in refused(*add, "--address", "192.0.2.1")
        assert "at least 16" in refused(*add, "--address", "192.0.2.1", "--secret-stdin", stdin="short\n")
        said = done(*add, "--address", "192.0.2.1", "--secret-stdin", stdin="sixteen bytes or more\n")
        assert "sixteen" not in said
        assert "is there already" in refused(*add)


class TestLocks:
    def test_a_practice_is_locked_and_the_lock_lifted(self, access: Access) -> None:
        told = answered("lock", "practice", "--bsnr", BSNR, "--reason", "Verdacht", "--cause", "violation")
        assert answered("explain", "praxis1", "--channel", "portal")["granted"] is False
        assert Lock.objects.get().cause == "violation"
        for _ in range(2):
            done("lock", "lift", str(told["lock"]), "--reason", "ausgeräumt")
        assert Lock.objects.get().lifted_at is not None
        assert Event.objects.filter(kind="lock.lifted").count() == 1
        assert f"no lock {make.NO_ROW}" in refused("lock", "lift", make.NO_ROW, "--reason", "")

    def test_a_misuse_is_lifted_by_two(self, access: Access) -> None:
        told = answered("lock", "practice", "--bsnr", BSNR, "--reason", "Verdacht")
        lift = ("lock", "lift", str(told["lock"]), "--reason", "ausgeräumt")
        assert "second person" in refused(*lift)
        done(*lift, "--approved-by", "bea")
        assert Lock.objects.get().lift_approved_by == "bea"

    def test_a_report_says_who_and_by_which_way(self, access: Access) -> None:
        locked = ("lock", "password", "--user-name", "praxis1", "--reason", "Zettel weg")
        assert "belong together" in refused(*locked, "--reported-by", "Frau Muster", status=2)
        told = answered(*locked, "--reported-by", "Frau Muster", "--way", "telephone")
        lock = Lock.objects.get(pk=told["lock"])
        assert lock.report is not None
        assert (lock.scope, lock.report.way, lock.report.reported_by) == (
            "password",
            "telephone",
            "Frau Muster",
        )
        assert "Say whom" in refused("lock", "review", str(lock.pk), "--note", " ")
        done("lock", "review", str(lock.pk), "--note", "zurückgerufen")
        assert queries.desk_reported_locks() == []

    def test_a_restriction_is_imposed_told_and_lifted(self, access: Access) -> None:
        make.service("letters", make.PORTAL_RULE)
        restrict = ("lock", "restrict", "--user-name", "praxis1", "--reason", "Verstoß", "--service")
        assert "no service" in refused(*restrict, "unknown")
        done(*restrict, "letters")
        assert "restricted to: letters" in done("explain", "praxis1")
        assert answered("explain", "praxis1")["restricted_to"] == ["letters"]
        number = str(Restriction.objects.get().pk)
        done("lock", "lift-restriction", number, "--reason", "vorbei")
        assert answered("explain", "praxis1")["restricted_to"] is None
        assert f"no restriction {make.NO_ROW}" in refused(
            "lock", "lift-restriction", make.NO_ROW, "--reason", "vorbei"
        )

    def test_credentials_are_asked_for_confirmed_and_written(self, access: Access) -> None:
        ask = ("credentials", "request", "--user-name", "praxis1", "--reason", "Zettel weg")
        number = str(answered(*ask, "--lock")["request"])
        assert Lock.objects.get().scope == Lock.Scope.PASSWORD
        assert "waits: call_back" in done("credentials", "list")
        assert "Call back" in refused("credentials", "carry-out", number)
        done("credentials", "confirm", number, "--spoken-to", "Frau Muster", "--note", "0391 1234")
        assert "No address" in refused("credentials", "carry-out", number)
        site = access.site
        assert site is not None
        addresses.register(
            addressee=site,
            address=addresses.PostalAddress("Am Markt 1", "39104", "Magdeburg"),
            seen=None,
            from_on=date(2020, 1, 1),
            by=make.BY,
            now=make.NOW,
        )
        assert "the letter can be written" in done("credentials", "list")
        issued = answered("credentials", "carry-out", number)
        assert issued["user_name"] == "praxis1"
        assert "no open request" in refused("credentials", "refuse", number, "--reason", "zu spät")

    def test_a_receipt_is_written_into_a_new_file(self, access: Access, tmp_path: Path) -> None:
        told = answered("lock", "access", "--user-name", "praxis1", "--reason", "Verdacht")
        write = ("lock", "receipt", str(told["lock"]), "--into", str(tmp_path / "receipt.pdf"))
        assert answered(*write)["receipt"] == f"S-{told['lock']:06d}-1"
        assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF-")
        assert "exists" in refused(*write)

    def test_a_journey_is_granted_listed_and_revoked(self, access: Access) -> None:
        journey = (
            "travel",
            "grant",
            "--user-name",
            "praxis1",
            "--reason",
            "Kongress",
            "--from",
            "2098-05-01",
        )
        assert "second person" in refused(*journey, "--until", "2098-06-30")
        number = str(answered(*journey, "--until", "2098-05-04")["travel_pass"])
        assert "praxis1  2098-05-01 to 2098-05-04  Kongress" in done("travel", "list")
        done("travel", "revoke", number, "--reason", "fällt aus")
        assert "no travel pass" in refused("travel", "revoke", number, "--reason", "fällt aus")

    def test_a_breach_is_listed_told_and_closed(self, access: Access) -> None:
        told = answered("lock", "practice", "--bsnr", BSNR, "--reason", "Verdacht")
        breach = Breach.objects.get(lock=told["lock"])
        number, at = str(breach.pk), "2026-11-01T08:00"
        assert f"{number}  practice:" in done("breach", "list")
        tell = ("breach", "tell", number, "--authority", at, "--supervisor")
        assert "no instant" in refused(*tell, "yesterday", "--reason", "", status=2)
        done(*tell, f"{at}+01:00", "--reason", "gemeldet")
        breach.refresh_from_db()
        assert breach.told_authority_at == breach.told_supervisor_at
        assert "decided" in done("breach", "list")
        assert "already" in refused("breach", "dismiss", number, "--reason", "doch nicht")
        done("breach", "close", number, "--reason", "erledigt")
        assert done("breach", "list") == ""
        assert "no open breach" in refused("breach", "close", number, "--reason", "erledigt")

    def test_a_breach_is_dismissed_for_reasons(self, access: Access) -> None:
        answered("lock", "practice", "--bsnr", BSNR, "--reason", "Verdacht")
        number = str(Breach.objects.get().pk)
        assert "reasons" in refused("breach", "dismiss", number, "--reason", "")
        done("breach", "dismiss", number, "--reason", "Fehlalarm")

    def test_an_access_is_locked(self, access: Access) -> None:
        told = answered("lock", "access", "--user-name", "praxis1", "--reason", "Verdacht")
        assert Lock.objects.get(pk=told["lock"]).access == access
        assert "no access" in refused("lock", "access", "--user-name", "nobody", "--reason", "Verdacht")


class TestExplain:
    KEYS = ("granted", "reason", "rule", "since", "cure", "restricted_to", "next_change", "changes")

    def test_it_says_what_holds_from_abroad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.change(monkeypatch, profile={"abroad": "refused"})
        make.settled(now=datetime.now(UTC))
        assert answered("explain", "alice-praxis")["granted"]
        assert answered("explain", "alice-praxis", "--abroad")["reason"] == "outside_germany"

    def test_it_says_why_and_until_when_also_of_a_future_day(self, entered: None) -> None:
        alice = make.member("bob")
        members.enter_activity(
            person=alice.person,
            from_on=date(2010, 1, 1),
            until_on=date(2025, 12, 31),
            by=make.BY,
            now=make.NOW,
        )
        told = answered("explain", "bob", "--channel", "portal", "--on", "2026-05-01")
        assert tuple(told) == self.KEYS
        assert (told["granted"], told["reason"]) == (True, "password_change_due")
        told = answered("explain", "bob", "--channel", "portal", "--on", "2027-01-01")
        assert (told["granted"], told["reason"], told["rule"]) == (False, "activity_over", "§ 10(3)")
        assert told["since"] == "2026-12-31 23:00:00+00:00"
        assert told["changes"] == []

    def test_it_tells_every_change_to_come(self, entered: None) -> None:
        make.member("bob")
        words = ("access", "notice", "--user-name", "bob-praxis", "--kind", "kv", "--reason", "Umzug")
        done(*words, "--received-on", "2026-04-14")
        told = answered("explain", "bob-praxis", "--on", "2026-04-15")
        assert [one["reason"] for one in told["changes"]] == ["initial_password_expired", "ended"]
        assert told["changes"][1]["from"] == "2026-06-30 22:00:00+00:00"
        said = done("explain", "bob-praxis", "--on", "2026-04-15")
        assert "granted narrowly, password_change_due comes first" in said
        assert "from 2026-06-30T22:00:00+00:00: refused, ended (§ 10(2))" in said
        assert "it stays so" in done("explain", "bob-praxis", "--on", "2026-07-15")

    def test_of_nobody_it_says_unknown(self) -> None:
        told = answered("explain", "nobody")
        assert (told["granted"], told["reason"], told["next_change"]) == (False, "unknown", None)


@pytest.mark.usefixtures("anchor_dir")
class TestAudit:
    def test_the_trail_is_sealed_shown_exported_and_verified(self, access: Access, tmp_path: Path) -> None:
        assert "entries sealed; head signed" in done("audit", "seal")
        assert "nothing new to sign" in done("audit", "seal")
        told = answered("audit", "verify")
        assert (told["ok"], told["first_bad"], told["checkpoints"]) == (True, None, 1)
        assert told["entries"] == Event.objects.count() == told["anchored_up_to"]
        file = tmp_path / "export"
        assert "records written" in done("audit", "export", str(file))
        assert "File exists" in refused("audit", "export", str(file))
        assert "BEGIN PUBLIC KEY" in done("audit", "public-key")
        assert "nothing of" in done("audit", "forget", "access:praxis1")

    def test_a_trail_that_is_not_whole_is_told_with_status_1(
        self, access: Access, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken = standalone.Report(3, 1, "entry 2 is altered", 0)
        monkeypatch.setattr(trail, "verify", lambda: broken)
        said = refused("audit", "verify", "--json")
        assert "NOT WHOLE: entry 2 is altered" in said
        assert '"ok": false, "first_bad": "entry 2 is altered"' in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("connection refused"), "The database does not answer: connection refused"),
        (ProgrammingError("no such relation"), "was `flexnet migrate` run?"),
        (DataError("value too long"), "The database cannot hold what was entered: value too long"),
        (PermissionError(13, "Permission denied", "secrets/django"), "Permission denied"),
    ],
)
def test_what_breaks_outside_is_one_sentence(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(members, "enter_practice", broken)
    assert said in refused("practice", "add", "--bsnr", BSNR, "--name", "Praxis")


def test_what_we_did_not_foresee_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a defect of ours")

    monkeypatch.setattr(members, "enter_practice", broken)
    with pytest.raises(KeyError):
        CliRunner().invoke(
            commands.app, ["practice", "add", "--bsnr", BSNR, "--name", "a"], catch_exceptions=False
        )


def test_who_gives_a_command_stands_in_the_trail(entered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "clerk")
    done("activity", "add", "--lanr", LANR, "--from", "2020-01-01")
    assert Event.objects.get(kind="activity.entered").by == "cli:clerk"
