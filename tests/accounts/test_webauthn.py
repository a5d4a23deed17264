"""Security keys: what they answer is right for one question, one office and one person, once."""

import base64
import json
from typing import Any

import pytest
from fido2.webauthn import AuthenticatorData
from hypothesis import given
from hypothesis import strategies as st

from flexnet import configuration
from flexnet.accounts import app_secrets, factors, staff, webauthn
from flexnet.accounts.errors import BadFactor, FactorTaken, LastFactor, NotEnrolling
from flexnet.accounts.models import Role, SecurityKey, Staff
from flexnet.accounts.proofs import Outcome, Signature
from flexnet.lib import totp
from tests import configured, make
from tests.authenticator import Authenticator

NAMES = st.sampled_from(["id", "rawId", "response", "clientDataJSON", "attestationObject", "x"])
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=8,
)
NOTHING = AuthenticatorData.FLAG(0)
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}


@pytest.fixture
def clara(db: None) -> Staff:
    return make.colleague(Role.CLERK).staff


def ask(who: Staff) -> webauthn.Question:
    return webauthn.ask_to_register(user_id=who.pk, user_name=str(who), name=who.name, known=[])


def added(who: Staff, key: Authenticator) -> SecurityKey:
    question = ask(who)
    answer = key.create(question.options)
    return factors.add_key(staff=who, name="Bund", answer=answer, kept=question.kept, **ACT)


def shown(who: Staff, key: Authenticator) -> Outcome:
    question = webauthn.ask_to_sign([key.credential_id])
    return Signature(key.get(question.options), question.kept).spend(who, now=make.NOW)


class TestRegistering:
    def test_the_browser_is_asked_for_this_office_and_this_person(self, clara: Staff) -> None:
        options = json.loads(ask(clara).options)
        assert options["rp"]["id"] == configuration.current().office.host
        assert options["user"]["name"] == "clara"
        assert options["authenticatorSelection"]["userVerification"] == "discouraged"

    def test_a_key_that_is_there_is_named_so_that_it_refuses(self, clara: Staff) -> None:
        known = webauthn.ask_to_register(user_id=1, user_name="x", name="x", known=[b"one", b"two"])
        named = [one["id"] for one in json.loads(known.options)["excludeCredentials"]]
        assert named == [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (b"one", b"two")]

    def test_every_question_is_another(self, clara: Staff) -> None:
        assert ask(clara).kept != ask(clara).kept

    @pytest.mark.parametrize(
        "bad",
        [
            {"origin": "https://evil.example"},
            {"origin": "http://localhost"},
            {"host": "evil.example"},
            {"flags": NOTHING},
            {"algorithm": -65535},
        ],
    )
    def test_what_does_not_fit_is_refused(self, clara: Staff, bad: dict[str, Any]) -> None:
        with pytest.raises(BadFactor):
            added(clara, Authenticator(**bad))
        added(clara, Authenticator())

    def test_an_answer_to_another_question_is_refused(self, clara: Staff) -> None:
        answer = Authenticator().create(ask(clara).options)
        for kept in (ask(clara).kept, {}):
            with pytest.raises(BadFactor):
                factors.add_key(staff=clara, name="Bund", answer=answer, kept=kept, **ACT)

    def test_a_signature_is_no_registration(self, clara: Staff) -> None:
        key, question = Authenticator(), ask(clara)
        with pytest.raises(BadFactor):
            webauthn.registered(key.get(question.options), question.kept)

    def test_one_key_belongs_to_one(self, clara: Staff) -> None:
        key = Authenticator()
        added(clara, key)
        with pytest.raises(FactorTaken):
            added(make.colleague(Role.CLERK, name="dora").staff, key)
        assert SecurityKey.objects.count() == 1

    def test_who_has_no_factor_needs_a_code_that_was_not_used(self, db: None) -> None:
        dora = staff.enter(user_name="dora", name="Dora", **ACT).staff
        question, key, code = ask(dora), Authenticator(), dora.enrolment_codes.get().pk
        answer: dict[str, Any] = {
            "staff": dora,
            "name": "Bund",
            "answer": key.create(question.options),
            "kept": question.kept,
            **ACT,
        }
        for enrolling in (None, code + 1):
            with pytest.raises(NotEnrolling):
                factors.add_key(**answer, enrolling=enrolling)
        factors.add_key(**answer, enrolling=code)
        with pytest.raises(NotEnrolling):
            factors.add_app(staff=dora, **an_app(dora), enrolling=code, **ACT)

    @given(ANSWERS)
    def test_whatever_comes_instead_is_a_bad_factor(self, answer: object) -> None:
        question = webauthn.ask_to_sign([b"one"])
        for text in (json.dumps(answer), str(answer)):
            with pytest.raises(BadFactor):
                webauthn.registered(text, question.kept)
            with pytest.raises(BadFactor):
                webauthn.signed(text, question.kept, [])

    @given(st.binary(max_size=300))
    def test_whatever_stands_in_the_attestation_too(self, content: bytes) -> None:
        question = webauthn.ask_to_register(user_id=1, user_name="x", name="x", known=[])
        answer = json.loads(Authenticator().create(question.options))
        answer["response"]["attestationObject"] = base64.urlsafe_b64encode(content).decode()
        with pytest.raises(BadFactor):
            webauthn.registered(json.dumps(answer), question.kept)

    def test_an_answer_nested_without_end_is_a_bad_factor(self) -> None:
        for text in ("[" * 50_000, '{"id":' * 50_000):
            with pytest.raises(BadFactor):
                webauthn.registered(text, {})


def an_app(who: Staff) -> dict[str, Any]:
    sealed = app_secrets.make(who)
    return {"sealed_secret": sealed, "typed": totp.code(app_secrets.opened(sealed, who), make.NOW)}


class TestSigning:
    def test_a_touch_is_the_second_factor(self, clara: Staff) -> None:
        key = Authenticator()
        row = added(clara, key)
        assert shown(clara, key) is Outcome.RIGHT
        row.refresh_from_db()
        assert (row.sign_count, row.used_at) == (1, make.NOW)

    @pytest.mark.parametrize(
        "bad", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": NOTHING}]
    )
    def test_what_does_not_fit_is_wrong(self, clara: Staff, bad: dict[str, Any]) -> None:
        key = Authenticator()
        added(clara, key)
        other = Authenticator(**bad, key=key.key, count=key.count)
        assert shown(clara, other) is Outcome.WRONG
        assert shown(clara, Authenticator()) is Outcome.WRONG
        assert shown(clara, key) is Outcome.RIGHT

    def test_an_answer_fits_one_question(self, clara: Staff) -> None:
        key = Authenticator()
        added(clara, key)
        first, second = (webauthn.ask_to_sign([key.credential_id]) for _ in range(2))
        answer = key.get(first.options)
        for kept in (second.kept, {}):
            assert Signature(answer, kept).spend(clara, now=make.NOW) is Outcome.WRONG

    def test_another_ones_key_is_wrong(self, clara: Staff) -> None:
        key, dora = Authenticator(), make.colleague(Role.CLERK, name="dora").staff
        added(clara, key)
        assert shown(dora, key) is Outcome.WRONG

    @pytest.mark.parametrize(("first", "second"), [(5, 5), (5, 4), (5, 0)])
    def test_a_count_that_does_not_grow_is_a_copys(self, clara: Staff, first: int, second: int) -> None:
        key = Authenticator(count=first - 1)
        added(clara, key)
        assert shown(clara, key) is Outcome.RIGHT
        copy = Authenticator(key=key.key, count=second, step=0)
        assert shown(clara, copy) is Outcome.ALREADY_USED

    def test_a_key_that_does_not_count_is_right_again(self, clara: Staff) -> None:
        key = Authenticator(count=0, step=0)
        added(clara, key)
        assert [shown(clara, key), shown(clara, key)] == [Outcome.RIGHT] * 2


class TestTakingAway:
    def test_the_last_factor_stays(self, clara: Staff) -> None:
        row = added(clara, Authenticator())
        factors.remove_app(staff=clara, **ACT)
        with pytest.raises(LastFactor):
            factors.remove_key(staff=clara, number=row.pk, **ACT)
        assert factors.are_set_up(clara)

    def test_one_of_two_may_go(self, clara: Staff) -> None:
        key = Authenticator()
        row = added(clara, key)
        factors.remove_key(staff=clara, number=row.pk, **ACT)
        assert shown(clara, key) is Outcome.WRONG
        with pytest.raises(LastFactor):
            factors.remove_app(staff=clara, **ACT)

    def test_another_ones_key_is_not_touched(self, clara: Staff) -> None:
        row, dora = added(clara, Authenticator()), make.colleague(Role.CLERK, name="dora").staff
        factors.remove_key(staff=dora, number=row.pk, **ACT)
        assert SecurityKey.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://office.kv.example/", "https://office.kv.example"),
        ("https://office.kv.example:443/", "https://office.kv.example"),
        ("https://office.kv.example:8444/", "https://office.kv.example:8444"),
        ("http://localhost:8444", "http://localhost:8444"),
    ],
)
def test_an_origin_is_written_as_browsers_do(
    clara: Staff, monkeypatch: pytest.MonkeyPatch, url: str, origin: str
) -> None:
    configured.change(monkeypatch, office={"url": url})
    added(clara, Authenticator(origin=origin))
