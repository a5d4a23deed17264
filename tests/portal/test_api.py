"""The door for programs: who comes in, what they send, and that retries change nothing."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from flexnet.access import locking
from flexnet.access.models import Access, Lock, Program
from flexnet.access.programs import is_of_the_same_house
from flexnet.audit.models import Tally
from flexnet.billing import course, electronic_seal, full_checks, replies
from flexnet.billing.models import Delivery, Precheck, Receipt, Reply, Sending, Upload
from flexnet.portal.api import description
from tests import configured, make
from tests.billing import containers, files
from tests.portal import programs, visiting
from tests.portal.programs import AT, CONTENT, Caller

PDF = b"%PDF-1.7\nA protocol of the KV.\n%%EOF\n"
CONTRACT = Path(__file__).parents[2] / "contracts" / "billing-api.json"


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, programs={"allowed": True, "hands_in": "program"})


@pytest.fixture
def pvs(alice: make.Member) -> Caller:
    return programs.of(alice.practice_access)


@pytest.fixture
def bob(alice: make.Member) -> Caller:
    return programs.of(make.settled("bob").practice_access)


def delivered(pvs: Caller, **more: str) -> str:
    answer = pvs.delivers(**more)  # type: ignore[arg-type]  # only texts are given
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


@pytest.mark.parametrize("path", ["openapi.json", "lieferungen", "uebertragungen", "pruefungen"])
def test_where_the_kv_did_not_agree_there_is_nothing(
    pvs: Caller, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    configured.change(monkeypatch, programs={"allowed": False})
    for method in ("GET", "POST", "PUT"):
        found, unknown = pvs.asks(method, path), pvs.asks(method, "gibt-es-nicht")
        assert found.status_code == unknown.status_code == 404
        assert "Diese Seite gibt es nicht" in found.text


@pytest.mark.parametrize("secret", ["", "fxp_wrong", "x y"])
def test_without_the_right_secret_nobody_comes_in(pvs: Caller, secret: str) -> None:
    answer = Caller(secret).asks("GET", "lieferungen")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "nicht-angemeldet"


def test_the_cookie_of_somebody_who_is_signed_in_is_no_secret(browser: Client) -> None:
    assert browser.get(f"{AT}lieferungen").status_code == 401
    assert browser.post(f"{AT}uebertragungen").status_code == 401


def test_the_secret_is_of_no_use_outside_the_ways_of_members(
    pvs: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, ways={"others": ("127.0.0.0/8", "10.9.0.0/16")})
    assert pvs.asks("GET", "lieferungen").status_code == 200
    inside_the_kv = Caller(pvs.secret, source="10.9.0.3").asks("GET", "lieferungen")
    assert (inside_the_kv.status_code, inside_the_kv.json()["code"]) == (403, "nicht-von-hier")
    assert Caller(pvs.secret, source="192.0.2.9").asks("GET", "lieferungen").content == b""


def test_by_the_tunnel_of_the_practice_it_comes_in(alice: make.Member, pvs: Caller) -> None:
    make.door(alice).open()
    from_tunnel = Caller(pvs.secret, source=make.TUNNEL_ADDRESS)
    assert from_tunnel.asks("GET", "lieferungen").status_code == 200


def test_by_a_tunnel_of_another_practice_it_does_not(
    alice: make.Member, pvs: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    make.door(make.settled("bob")).open()
    answer = Caller(pvs.secret, source=make.TUNNEL_ADDRESS).asks("GET", "lieferungen")
    assert (answer.status_code, answer.json()["code"]) == (403, "nicht-von-hier")
    assert "came by a way that is not its own" in caplog.text
    assert pvs.secret not in caplog.text
    assert Program.objects.get().last_used_at is None
    counted = Tally.objects.get()
    assert (counted.kind, counted.subject) == ("program.refused", f"access:{alice.practice_access}")
    assert (counted.source, counted.reason, counted.count) == (make.TUNNEL_ADDRESS, "foreign_way", 1)


def test_a_tunnel_of_the_same_house_is_the_owners_and_the_third_partys_own(alice: make.Member) -> None:
    bob, third = make.settled("bob"), make.submitter()
    make.mandate(alice.personal_access, third, alice.site)
    of = programs_of_house(alice.practice_access)
    assert of(alice.practice_access)
    assert of(alice.personal_access)
    assert not of(bob.practice_access)
    assert not of(third)
    assert programs_of_house(third)(third)
    assert not programs_of_house(third)(alice.practice_access)


def programs_of_house(access: Access) -> Callable[[Access], bool]:
    return lambda tunnel: is_of_the_same_house(tunnel.pk, access, make.NOW.date())


def test_a_lock_ends_it_with_the_next_request(alice: make.Member, pvs: Caller) -> None:
    lock = locking.of(alice.practice_access, cause=Lock.Cause.MISUSE, now=make.NOW)
    locking.impose_lock(lock, by=make.BY, reason="Anruf")
    assert pvs.asks("GET", "lieferungen").status_code == 401


def test_who_must_first_change_the_password_is_told(db: None) -> None:
    who = make.member("bob")
    answer = programs.of(who.practice_access).asks("GET", "lieferungen")
    assert (answer.status_code, answer.json()["code"]) == (403, "nicht-erlaubt")


def test_too_many_requests_are_told_how_long_to_wait(pvs: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, throttle={"program_requests": 2, "program_refill_milliseconds": 1500})
    answers = [pvs.asks("GET", "lieferungen") for _try in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "2"


def test_in_one_go_a_file_becomes_a_delivery(pvs: Caller) -> None:
    answer = pvs.delivers()
    told = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"{AT}lieferungen/{told['id']}"
    assert (told["stand"], told["bsnr"], told["groesse"]) == ("geprueft", "889999900", len(CONTENT))
    assert told["einreichen_durch"] == "programm"
    assert pvs.asks("GET", answer["Location"]).json() == told
    assert pvs.asks("GET", "lieferungen?quartal=2026q1").json() == {"lieferungen": [told]}
    assert pvs.asks("GET", "lieferungen?quartal=2025q4").json() == {"lieferungen": []}


def test_in_pieces_it_goes_on_where_it_stands(pvs: Caller) -> None:
    url = pvs.announces()["Location"]
    assert pvs.sends(url, CONTENT[:700], 0)["Upload-Offset"] == "700"
    assert pvs.sends(url, CONTENT[600:], 600).status_code == 409
    assert pvs.asks("HEAD", url)["Upload-Offset"] == "700"
    assert pvs.asks("POST", f"{url}/pruefung").status_code == 409
    assert pvs.sends(url, CONTENT[700:], 700).status_code == 204
    told = pvs.asks("POST", f"{url}/pruefung").json()
    assert told["id"] == str(Delivery.objects.get().pk)
    assert not Upload.objects.exists()


def test_whoever_does_everything_three_times_makes_one_delivery(pvs: Caller) -> None:
    urls = {pvs.announces()["Location"] for _try in range(3)}
    [url] = urls
    assert [pvs.sends(url, CONTENT, 0).status_code for _try in range(3)] == [204, 409, 409]
    checked = [pvs.asks("POST", f"{url}/pruefung") for _try in range(3)]
    assert {one.status_code for one in checked} == {201}
    [key] = {one.json()["id"] for one in checked}
    assert pvs.announces()["Upload-Offset"] == str(len(CONTENT))
    handed_in = [pvs.asks("POST", f"lieferungen/{key}/einreichung") for _try in range(3)]
    assert len({one.json()["eingangsbestaetigung"]["nummer"] for one in handed_in}) == 1
    assert (Delivery.objects.count(), Receipt.objects.count()) == (1, 1)
    assert pvs.delivers().json()["id"] == key
    assert pvs.delivers(key="zwei").json()["id"] == key
    assert Delivery.objects.count() == 1


def test_in_one_go_three_times_is_one_delivery(pvs: Caller) -> None:
    assert len({delivered(pvs) for _try in range(3)}) == 1
    assert Delivery.objects.count() == 1


def test_what_broke_off_half_way_is_sent_anew_in_one_go(pvs: Caller) -> None:
    pvs.sends(pvs.announces()["Location"], CONTENT[:700], 0)
    assert delivered(pvs)
    assert Delivery.objects.get().size == len(CONTENT)


def test_what_was_wrong_is_told_again_to_whoever_asks_again(pvs: Caller) -> None:
    content = CONTENT[:-20]
    answers = [pvs.delivers(content) for _try in range(3)]
    assert {one.status_code for one in answers} == {422}
    [finding] = answers[-1].json()["befunde"]
    assert finding["was"] == "Die Datei ist unvollständig: Ihr Ende fehlt."
    assert finding["abhilfe"]
    assert not Upload.objects.exists()
    assert not Delivery.objects.exists()


def test_a_number_is_good_for_one_file(pvs: Caller) -> None:
    delivered(pvs)
    other = pvs.delivers(files.plain(cases=41))
    assert (other.status_code, other.json()["code"]) == (422, "nummer-vergeben")


def test_two_practices_may_use_the_same_number(pvs: Caller, bob: Caller) -> None:
    pvs.announces()
    assert bob.announces().status_code == 201
    assert Sending.objects.count() == 2


def test_another_practices_file_is_refused(bob: Caller) -> None:
    answer = bob.delivers()
    assert answer.status_code == 422
    assert answer.json()["befunde"][0]["code"] == "site_foreign"
    assert not Delivery.objects.exists()


def test_another_practices_reply_is_not_there(pvs: Caller, bob: Caller) -> None:
    at = f"lieferungen/{replied(pvs)}/rueckmeldungen"
    [one, _other] = pvs.asks("GET", at).json()["rueckmeldungen"]
    bobs = bob.delivers(files.plain(files.BOB), name=f"Z01{files.BOB}_10.04.2026_09.30.CON").json()["id"]
    for path in (f"{at}/{one['id']}", f"lieferungen/{bobs}/rueckmeldungen/{one['id']}", f"{at}/x"):
        assert bob.asks("GET", path).status_code == 404, path


def test_what_is_somebody_elses_is_not_there(pvs: Caller, bob: Caller) -> None:
    begun, key = pvs.announces(key="zwei")["Location"], delivered(pvs)
    pvs.asks("POST", f"lieferungen/{key}/einreichung")
    of_delivery = (
        "",
        "/rueckmeldungen",
        "/eingangsbestaetigung.pdf",
        "/eingangsbestaetigung.json",
        "/eingangsbestaetigung.p7s",
    )
    asked = [
        *(("GET", f"lieferungen/{key}{more}") for more in of_delivery),
        ("POST", f"lieferungen/{key}/einreichung"),
        ("HEAD", begun),
        ("DELETE", begun),
        ("POST", f"{begun}/pruefung"),
    ]
    for method, path in asked:
        unknown = path.replace(key, "00000000-0000-4000-8000-000000000000")
        found = [bob.asks(method, one) for one in (path, unknown)]
        assert [one.status_code for one in found] == [404, 404], path
        assert found[0].content == found[1].content
    assert bob.sends(begun, CONTENT, 0).status_code == 404
    assert bob.asks("GET", "lieferungen").json() == {"lieferungen": []}
    assert Upload.objects.get().received == 0


def test_a_colleagues_program_does_not_go_on_with_it(alice: make.Member, pvs: Caller) -> None:
    url = pvs.announces()["Location"]
    hers = programs.of(alice.personal_access)
    assert hers.sends(url, CONTENT, 0).status_code == 404


def test_a_person_hands_in_where_the_kv_wants_it(
    pvs: Caller, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, programs={"hands_in": "person"})
    key = delivered(pvs)
    answer = pvs.asks("POST", f"lieferungen/{key}/einreichung")
    assert (answer.status_code, answer.json()["code"]) == (403, "mensch-noetig")
    assert answer.json()["seite"].endswith(f"/abrechnung/{key}/")
    assert not Receipt.objects.exists()
    assert pvs.asks("GET", f"lieferungen/{key}/eingangsbestaetigung.pdf").status_code == 409
    browser.post(f"/abrechnung/{key}/einreichen/")
    assert pvs.asks("POST", f"lieferungen/{key}/einreichung").json()["stand"] == "eingereicht"


def test_the_receipt_comes_under_its_seal(pvs: Caller) -> None:
    key = delivered(pvs)
    told = pvs.asks("POST", f"lieferungen/{key}/einreichung").json()
    files_of = [f"lieferungen/{key}/eingangsbestaetigung.{one}" for one in ("pdf", "json", "p7s")]
    early = [pvs.asks("GET", one) for one in files_of]
    assert {(one.status_code, one.json()["code"]) for one in early} == {(409, "noch-nicht-gesiegelt")}
    electronic_seal.seal_waiting(make.NOW)
    pdf, statement, signature = (pvs.asks("GET", one) for one in files_of)
    assert pdf.content.startswith(b"%PDF-")
    assert statement.json()["number"] == told["eingangsbestaetigung"]["nummer"]
    assert signature.headers["Content-Type"] == "application/pkcs7-signature"


def test_a_second_whole_billing_needs_a_word(pvs: Caller) -> None:
    pvs.asks("POST", f"lieferungen/{delivered(pvs)}/einreichung")
    second = pvs.delivers(files.plain(cases=41), key="zwei").json()["id"]
    answer = pvs.asks("POST", f"lieferungen/{second}/einreichung")
    assert (answer.status_code, answer.json()["grund"]) == (409, "stands")
    body = json.dumps({"umfang": "teil"}).encode()
    told = pvs.asks("POST", f"lieferungen/{second}/einreichung", body, "application/json").json()
    assert (told["stand"], told["vollstaendig"]) == ("eingereicht", False)


def test_what_became_of_it_is_told(pvs: Caller) -> None:
    key = delivered(pvs)
    pvs.asks("POST", f"lieferungen/{key}/einreichung")
    row = Delivery.objects.get()
    course.begin(delivery=row, by=make.BY, now=make.NOW)
    assert pvs.asks("GET", f"lieferungen/{key}").json()["stand"] == "in_bearbeitung"


def replied(pvs: Caller) -> str:
    """A delivery that was handed in, to which the KV wrote and sent a paper."""
    key = delivered(pvs)
    pvs.asks("POST", f"lieferungen/{key}/einreichung")
    row = Delivery.objects.get(pk=key)
    for minute, new in enumerate(
        (replies.written(row, "Bitte prüfen Sie Fall 3."), replies.looked_at(row, "Protokoll.pdf", PDF))
    ):
        replies.put(new=new, by=make.BY, now=make.NOW + timedelta(minutes=minute))
    return key


def test_the_kvs_replies_are_fetched_and_stay_unread(pvs: Caller) -> None:
    at = f"lieferungen/{replied(pvs)}/rueckmeldungen"
    paper, text = pvs.asks("GET", at).json()["rueckmeldungen"]
    assert [one["art"] for one in (paper, text)] == ["pdf", "text"]
    assert (paper["dateiname"], paper["groesse"]) == ("Protokoll.pdf", len(PDF))
    assert paper["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert pvs.asks("GET", f"{at}/{paper['id']}").content == PDF
    answer = pvs.asks("GET", f"{at}/{text['id']}")
    assert answer.content.decode() == "Bitte prüfen Sie Fall 3."
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert {one["gelesen_am"] for one in pvs.asks("GET", at).json()["rueckmeldungen"]} == {None}
    reply = Reply.objects.get(pk=text["id"])
    replies.withdraw(reply=reply, by=make.BY, reason="Falsche Praxis", now=make.NOW)
    assert [one["id"] for one in pvs.asks("GET", at).json()["rueckmeldungen"]] == [paper["id"]]
    assert pvs.asks("GET", f"{at}/{text['id']}").status_code == 404


def test_what_the_full_check_found_is_fetched_as_a_check_in_advance_is(
    alice: make.Member, pvs: Caller, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    containers.decrypt_by(monkeypatch)
    row = containers.handed_in(alice.practice_access)
    full_checks.work(make.NOW)
    at = f"lieferungen/{row.pk}/rueckmeldungen"
    [told] = pvs.asks("GET", at).json()["rueckmeldungen"]
    assert (told["art"], told["urteil"], told["groesse"]) == ("pruefung", "ok", None)
    found = pvs.asks("GET", f"{at}/{told['id']}").json()
    assert (found["urteil"], found["findings"], found["facts"]["cases"]) == ("ok", [], 3)


def test_a_check_in_advance_keeps_nothing_of_the_file(pvs: Caller, store: Path) -> None:
    for _again in range(2):
        answer = pvs.asks("POST", f"pruefungen?dateiname={files.NAME}", CONTENT)
        assert (answer.status_code, answer.json()["urteil"]) == (200, "ok")
    broken = pvs.asks("POST", "pruefungen", CONTENT[:-20]).json()
    assert broken["urteil"] == "abbruch"
    assert broken["findings"][0]["cure"]
    assert Precheck.objects.count() == 3
    assert not Delivery.objects.exists()
    assert not store.exists() or not [one for one in store.rglob("*") if one.is_file()]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "anfrage"),
        ({"Idempotency_Key": "ä" * 3}, "anfrage"),
        ({"Idempotency_Key": "eins", "kind": "text/plain"}, "art-des-inhalts"),
    ],
)
def test_what_is_missing_is_named(pvs: Caller, headers: dict[str, str], code: str) -> None:
    answer = pvs.asks("POST", "lieferungen?dateiname=x&quartal=1/2026", CONTENT, **headers)
    assert answer.json()["code"] == code


def test_problems_are_told_in_english_too(pvs: Caller) -> None:
    answer = Caller(pvs.secret, language="en").asks("GET", "lieferungen/x")
    assert answer.json()["title"] == "There is no such thing, or it belongs to another access."


def test_another_method_is_told_what_there_is(pvs: Caller) -> None:
    answer = pvs.asks("PUT", "lieferungen")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_what_was_sent_by_a_program_stands_in_the_portal(pvs: Caller, browser: Client) -> None:
    key = delivered(pvs)
    assert files.NAME in browser.get(f"/abrechnung/{key}/").text.replace("<wbr>", "")
    assert visiting.is_signed_in(browser)


def test_the_last_use_is_noted(pvs: Caller) -> None:
    pvs.asks("GET", "lieferungen")
    assert Program.objects.get().last_used_at == make.NOW


def test_the_description_is_served_and_lies_among_the_contracts(db: None) -> None:
    served = Client().get(f"{AT}openapi.json").json()
    kept = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert kept == description.kept()
    assert {**served, "servers": kept["servers"]} == kept
