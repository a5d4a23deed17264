"""Passwords: what they must be, how they are kept, how they are changed."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.access import actions
from flexnet.access.actions import PasswordRefusal
from flexnet.accounts import passwords, rules
from flexnet.accounts.models import Account, FormerPassword, WebSession
from flexnet.configuration import PasswordPolicy
from tests import configured, make

MINUTE = timedelta(minutes=1)
POLICY = PasswordPolicy(minimum_length=12, classes=3)


def unmet(password: str, *, names: tuple[str, ...] = ("alice-praxis", "889999900")) -> list[str]:
    return [
        demand.name for demand in rules.demands(password, policy=POLICY, names=names) if not demand.is_met
    ]


class TestDemands:
    @pytest.mark.parametrize(
        ("wrong", "right", "name"),
        [
            ("Abcdefghij1", "Abcdefghij12", "length"),
            ("Ab1" + "x" * 62, "Ab1" + "x" * 61, "bytes"),
            ("abcdefghijk1", "Abcdefghijk1", "classes"),
            ("Frühling-2026", "Fruehling-2026", "printable"),
            ("Fruehling\t2026", "Fruehling 2026", "printable"),
            (" Fruehling-2026", "Fruehling -2026", "edges"),
            ("Meine-ALICE-Praxis1", "Meine-Bob-Praxis1", "names"),
            ("BSNR-889999900x", "BSNR-889999901x", "names"),
        ],
    )
    def test_each_demand_and_its_neighbour(self, wrong: str, right: str, name: str) -> None:
        assert unmet(wrong) == [name]
        assert unmet(right) == []

    def test_blank_names_stand_in_no_password(self) -> None:
        assert unmet("Fruehling-2026", names=("",)) == []

    @given(st.text(max_size=80))
    def test_any_text_has_an_answer(self, text: str) -> None:
        assert {demand.name for demand in rules.demands(text, policy=POLICY, names=())} == {
            "length",
            "bytes",
            "classes",
            "printable",
            "edges",
            "names",
        }


class TestKept:
    def test_only_the_right_one_fits(self) -> None:
        kept = passwords.sealed_hash("Fruehling-2026", user_name="alice")
        assert passwords.is_right(b"Fruehling-2026", kept, user_name="alice")
        assert not passwords.is_right(b"Fruehling-2025", kept, user_name="alice")

    def test_a_hash_moved_to_another_account_opens_nothing(self) -> None:
        from flexnet.lib.sealed import SealBroken

        kept = passwords.sealed_hash("Fruehling-2026", user_name="alice")
        with pytest.raises(SealBroken):
            passwords.is_right(b"Fruehling-2026", kept, user_name="bob")

    def test_two_hashes_of_one_password_differ(self) -> None:
        hashes = {passwords.sealed_hash("Fruehling-2026", user_name="alice") for _ in range(2)}
        assert len(hashes) == 2


def test_a_letters_password_is_readable_and_keeps_every_demand() -> None:
    for _ in range(200):
        word = passwords.generate()
        assert re.fullmatch(r"(?:[A-Za-z0-9]{5}-){2}[A-Za-z0-9]{5}", word)
        assert not set(word) & set("0O1lIyzYZ")
        assert unmet(word) == []


@pytest.mark.django_db
class TestChange:
    NEW = "Sommer-2026-neu"

    @pytest.fixture
    def alice(self) -> make.Member:
        return make.settled()

    def change(
        self,
        who: make.Member,
        *,
        old: str = make.PASSWORD,
        new: str = NEW,
        now: datetime = make.NOW + MINUTE,
    ) -> PasswordRefusal | None:
        account = Account.objects.get(pk=who.practice_access.account_id)
        return actions.change_password(account=account, old=old, new=new, by=make.BY, now=now)

    def test_the_new_one_holds_and_the_old_one_is_history(self, alice: make.Member) -> None:
        assert self.change(alice) is None
        account = Account.objects.get(user_name="alice-praxis")
        assert passwords.is_right(self.NEW.encode(), account.password, user_name="alice-praxis")
        assert account.password_set_at == make.NOW + MINUTE
        assert not account.password_is_initial
        assert account.password_first_changed_at == make.NOW  # when the initial one was changed
        assert FormerPassword.objects.filter(account=account).count() == 2

    def test_it_counts_as_set_after_the_old_one_whatever_the_clocks_say(self, alice: make.Member) -> None:
        assert self.change(alice) is None
        assert self.change(alice, old=self.NEW, new="Herbstlaub-2026", now=make.NOW) is None
        assert Account.objects.get(user_name="alice-praxis").password_set_at > make.NOW + MINUTE

    def test_the_old_one_must_be_right(self, alice: make.Member) -> None:
        assert self.change(alice, old="Fruehling-2025") == PasswordRefusal(
            ("Das bisherige Kennwort stimmt nicht.",)
        )
        assert self.change(alice) is None

    def test_whoever_guesses_the_old_one_is_throttled(self, alice: make.Member) -> None:
        for _ in range(10):
            self.change(alice, old="Fruehling-2025")
        refusal = self.change(alice)
        assert refusal == PasswordRefusal(
            ("Das bisherige Kennwort war zu oft falsch. Warten Sie eine Minute.",)
        )
        assert self.change(alice, now=make.NOW + 2 * MINUTE) is None

    def test_every_unmet_demand_is_said(self, alice: make.Member) -> None:
        refusal = self.change(alice, new="alice-praxis")
        assert refusal is not None
        assert refusal.problems == (
            "Das neue Kennwort braucht: 3 von 4 Arten: Kleinbuchstaben, Großbuchstaben, Ziffern, "
            "Zeichen wie !\xa0?\xa0+\xa0-.",
            "Das neue Kennwort braucht: nicht der Name, mit dem Sie sich anmelden, "
            "nicht Ihre BSNR oder LANR.",
        )

    def test_the_number_of_the_site_must_not_stand_inside(self, alice: make.Member) -> None:
        assert self.change(alice, new=f"Meine-{alice.site.bsnr}") is not None
        assert self.change(alice, new="Meine-889999901") is None

    def test_the_last_ten_do_not_come_back(self, alice: make.Member) -> None:
        words = [f"Wort-Nummer-{number}" for number in range(11)]
        current = make.PASSWORD
        for minute, word in enumerate(words, 1):
            assert self.change(alice, old=current, new=word, now=make.NOW + minute * MINUTE) is None
            current = word
        later = make.NOW + timedelta(hours=1)
        for word in words:
            assert self.change(alice, old=current, new=word, now=later) is not None
        assert self.change(alice, old=current, new=make.PASSWORD, now=later) is None
        assert FormerPassword.objects.filter(account__user_name="alice-praxis").count() == 10

    def test_the_present_one_is_no_new_one_even_without_history(
        self, alice: make.Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured.change(monkeypatch, password={"history": 0})
        assert self.change(alice, new=make.PASSWORD) is not None
        assert self.change(alice) is None
        assert not FormerPassword.objects.filter(account__user_name="alice-praxis").exists()

    def test_of_two_changes_at_once_the_second_is_told(
        self, alice: make.Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        genuine = passwords.sealed_hash

        def meanwhile(password: str, *, user_name: str) -> str:
            monkeypatch.setattr(passwords, "sealed_hash", genuine)
            assert self.change(alice, new="Herbst-2026-neu") is None
            return genuine(password, user_name=user_name)

        monkeypatch.setattr(passwords, "sealed_hash", meanwhile)
        refusal = self.change(alice, now=make.NOW + 2 * MINUTE)
        assert refusal is not None
        assert "an anderer Stelle geändert" in refusal.problems[0]

    def test_all_browsers_are_signed_out(self, alice: make.Member) -> None:
        for name, access in (("mine", alice.practice_access), ("hers", alice.personal_access)):
            WebSession.objects.create(
                session_key=name, session_data="", expire_date=make.NOW, account=access.account
            )
        assert self.change(alice) is None
        assert [row.session_key for row in WebSession.objects.all()] == ["hers"]
