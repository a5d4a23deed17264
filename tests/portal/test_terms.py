"""The page for the terms: what is told to whom, ticking, objecting, and the narrow way to it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from flexnet.access import actions, derived, objections, queries, terms
from flexnet.access.models import Access, Declaration, Objection, Permission, Terms
from flexnet.gateway.models import Change
from flexnet.members import actions as members
from tests import configured, make
from tests.portal import visiting

URL, OBJECT = "/nutzungsbedingungen/", "/nutzungsbedingungen/widerspruch/"
TODAY, DAY = make.NOW.date(), timedelta(days=1)
SOON = TODAY + 14 * DAY


@pytest.fixture
def owner(alice: make.Member) -> Client:
    return visiting.signed_in(alice.personal_access)


@pytest.fixture
def two(alice: make.Member) -> Terms:
    return make.changed_terms(effective_on=SOON)


@pytest.fixture
def consent(monkeypatch: pytest.MonkeyPatch) -> None:
    configured.change(monkeypatch, profile={"terms_change": "consent"})


def words(shown: Terms, **more: str) -> dict[str, object]:
    return {"version": shown.version, "sha256": shown.sha256, **more}


def answer(client: Client, url: str = URL, /, **posted: object) -> tuple[int, str]:
    response = client.post(url, posted, follow=True) if posted else client.get(url, follow=True)
    return response.status_code, response.text


class TestReading:
    def test_the_text_its_days_and_its_hash_are_there(self, browser: Client) -> None:
        shown = make.terms()
        page = browser.get(URL).text
        for text in ("Fassung 1", "28. April 2016", shown.sha256[:8], "Am 13. April 2026 von Dr. alice."):
            assert text in page

    def test_what_changes_is_shown_word_by_word(self, alice: make.Member, owner: Client) -> None:
        make.publish(2, TODAY)
        make.tick(alice.personal_access, make.publish(3, TODAY + DAY))
        make.publish(4, SOON)
        page = " ".join(owner.get(URL).text.split())
        assert "Verglichen mit Fassung 3, die bisher angenommen ist:" in page
        assert "Mindestens <del>13</del> Zeichen." in page
        assert "Mindestens <ins>14</ins> Zeichen." in page

    def test_a_text_with_markup_does_no_harm(self, owner: Client, alice: make.Member) -> None:
        terms.publish(
            version=2, text="<script>x</script>", effective_on=SOON, by=make.BY, now=make.NOW, title="<b>T"
        )
        page = owner.get(URL).text
        assert "&lt;script&gt;x" in page
        assert "&lt;b&gt;T" in page
        assert "<script>x" not in page

    def test_before_any_are_published_there_is_no_page(self, db: None) -> None:
        site = members.enter_practice(bsnr="889999900", name="Praxis", by=make.BY)
        person = members.enter_person(lanr="123456601", name="Dr.", by=make.BY)
        since = date(2020, 1, 1)
        members.enter_ownership(
            practice=site.practice, person=person, from_on=since, by=make.BY, now=make.NOW
        )
        issued = actions.open_personal_access(person=person, user_name="erste", by=make.BY, now=make.NOW)
        actions.change_password(
            account=issued.account, old=issued.initial_password, new=make.PASSWORD, by=make.BY, now=make.NOW
        )
        client = visiting.signs_in("erste", make.PASSWORD)
        assert client.get("/")["Location"] == URL
        assert answer(client)[0] == 404


class TestAccepting:
    def test_an_owner_ticks_and_is_told_so(self, alice: make.Member, owner: Client, two: Terms) -> None:
        status, page = answer(owner, **words(two, tick="on"))
        assert status == 200
        assert "Sie haben die Nutzungsbedingungen angenommen." in page
        row = Declaration.objects.get(terms=two)
        assert (row.person, row.way, row.access) == (alice.person, "portal", alice.personal_access)
        assert "Angenommen" in owner.get(URL).text

    def test_without_the_tick_nothing_is_accepted(self, owner: Client, two: Terms) -> None:
        status, page = answer(owner, **words(two))
        assert status == 422
        assert "Kreuzen Sie bitte an" in page
        assert not Declaration.objects.filter(terms=two).exists()

    def test_what_was_replaced_meanwhile_is_shown_anew(self, owner: Client) -> None:
        read = make.terms()
        shown = make.publish(2, TODAY)
        status, page = answer(owner, **words(read, tick="on"))
        assert status == 200
        assert "Inzwischen gibt es eine neue Fassung." in page
        assert f'value="{shown.sha256}"' in page
        assert "checked" not in page

    def test_staff_read_but_do_not_accept(self, browser: Client, two: Terms) -> None:
        page = browser.get(URL).text
        assert "Sie müssen also nichts tun." in page
        assert 'name="tick"' not in page
        assert answer(browser, **words(two, tick="on"))[0] == 404
        assert not Declaration.objects.filter(terms=two).exists()

    def test_a_second_click_is_the_first(self, owner: Client, two: Terms) -> None:
        assert [answer(owner, **words(two, tick="on"))[0] for _ in range(2)] == [200, 200]
        assert Declaration.objects.filter(terms=two).count() == 1


class TestOthers:
    def test_the_signatory_of_a_third_party_accepts_for_it(self, two: Terms) -> None:
        dora = make.third_party()
        permit(dora)
        client = visiting.signed_in(dora)
        page = client.get(URL).text
        assert "Das gilt auch für Ihr Praxispersonal" not in page
        assert answer(client, **words(two, tick="on"))[0] == 200
        assert Declaration.objects.get(terms=two).third_party == dora.third_party
        assert "von Abrechnungsstelle." in client.get(URL).text

    @pytest.mark.usefixtures("consent")
    def test_another_of_the_third_party_may_not(self, two: Terms) -> None:
        party = make.third_party().third_party
        assert party is not None
        issued = derived.open_third_party_access(
            party=party, holder="Emil", user_name="emil", by=make.BY, now=make.NOW
        )
        emil, old = queries.access_named("emil"), issued.initial_password
        actions.change_password(account=emil.account, old=old, new=make.PASSWORD, by=make.BY, now=make.NOW)
        permit(emil)
        client = visiting.signed_in(emil)
        assert "die für Ihre Einrichtung unterschreibt" in client.get(URL).text
        assert answer(client, **words(two, tick="on"))[0] == 404

    def test_an_employee_of_an_owner_may_not(self, alice: make.Member, two: Terms) -> None:
        client = visiting.signed_in(make.employee(alice.personal_access))
        assert 'name="tick"' not in client.get(URL).text
        assert answer(client, **words(two, tick="on"))[0] == 404
        assert answer(client, OBJECT, **words(two, text="x"))[0] == 404


class TestObjecting:
    def test_an_owner_objects_and_keeps_everything(self, owner: Client, two: Terms) -> None:
        assert OBJECT in owner.get(URL).text
        assert "Ihr Zugang bleibt bestehen" in owner.get(OBJECT).text
        status, page = answer(owner, OBJECT, **words(two, text="§ 2: zu lang\x07"))
        assert status == 200
        assert "Ihr Widerspruch ist bei uns eingegangen." in page
        assert "Ihr Widerspruch liegt uns vor" in page
        assert (Objection.objects.get().text, Objection.objects.get().way) == ("§ 2: zu lang", "portal")
        assert owner.get("/abrechnung/").status_code == 200

    @pytest.mark.parametrize(
        ("justified", "told"),
        [(True, "Ihr Widerspruch ist begründet"), (False, "&lt;i&gt;Gilt für alle")],
    )
    def test_the_judgement_is_told(self, owner: Client, two: Terms, justified: bool, told: str) -> None:
        answer(owner, OBJECT, **words(two, text="§ 2"))
        objections.judge(
            number=Objection.objects.get().pk,
            is_justified=justified,
            by=make.BY,
            reason="<i>Gilt für alle",
            now=make.NOW,
        )
        assert told in owner.get(URL).text

    def test_to_what_was_replaced_meanwhile_it_is_not_sent_but_kept(self, owner: Client, two: Terms) -> None:
        make.publish(3, SOON + DAY)
        status, page = answer(owner, OBJECT, **words(two, text="§ 2 geht nicht"))
        assert status == 422
        assert "Inzwischen gibt es eine neue Fassung." in page
        assert "§ 2 geht nicht</textarea>" in page
        assert not Objection.objects.exists()

    def test_too_much_is_said_and_nothing_typed_is_lost(self, owner: Client, two: Terms) -> None:
        typed = "Wort " * 801
        status, page = answer(owner, OBJECT, **words(two, text=typed))
        assert status == 422
        assert "höchstens 4000 Zeichen" in page
        assert typed.strip() in page
        assert not Objection.objects.exists()

    def test_not_to_what_is_accepted_not_twice_and_not_by_staff(
        self, owner: Client, browser: Client, two: Terms
    ) -> None:
        assert answer(browser, OBJECT)[0] == 404
        assert answer(browser, OBJECT, **words(two, text="x"))[0] == 404
        answer(owner, OBJECT, **words(two, text="§ 2"))
        assert answer(owner, OBJECT)[0] == 404
        answer(owner, **words(two, tick="on"))
        assert answer(owner, OBJECT)[0] == 404
        assert Objection.objects.count() == 1


class TestStartPage:
    def test_new_terms_are_told_while_they_are_news(
        self, owner: Client, two: Terms, clock: time_machine.Traveller
    ) -> None:
        page = owner.get("/").text
        assert "Die Nutzungsbedingungen ändern sich" in page
        assert "gilt ab dem 28. April 2026" in page
        answer(owner, OBJECT, **words(two, text="§ 2"))
        assert "Die Nutzungsbedingungen ändern sich" not in owner.get("/").text

    def test_and_no_longer(self, alice: make.Member, two: Terms, clock: time_machine.Traveller) -> None:
        for days, told in ((55, True), (2, False)):
            clock.shift(days * DAY)
            page = visiting.signed_in(alice.practice_access).get("/").text
            assert ("Die Nutzungsbedingungen ändern sich" in page) == told

    def test_whoever_knows_the_terms_is_not_bothered(self, owner: Client) -> None:
        assert "Nutzungsbedingungen ändern" not in owner.get("/").text

    @pytest.mark.usefixtures("consent")
    def test_where_consent_is_needed_the_last_day_is_told(
        self, owner: Client, browser: Client, two: Terms
    ) -> None:
        for client, told in ((owner, False), (browser, True)):
            page = client.get("/").text
            assert "Zeit dafür ist bis zum 8. Juni 2026." in page
            assert ("Mit diesem Zugang können Sie sie nicht annehmen." in page) == told
        answer(owner, **words(two, tick="on"))
        for client in (owner, browser):
            assert "Zeit dafür" not in client.get("/").text


@pytest.mark.usefixtures("consent")
class TestNarrow:
    @pytest.fixture
    def late(self, alice: make.Member, two: Terms, clock: time_machine.Traveller) -> None:
        clock.move_to(make.NOW + 57 * DAY)

    @pytest.mark.usefixtures("late")
    def test_everything_leads_to_the_terms_until_an_owner_accepts(
        self, alice: make.Member, two: Terms
    ) -> None:
        owner, staff = (visiting.signs_in(str(who), make.PASSWORD) for who in accesses(alice))
        for client in (owner, staff):
            for url in ("/", "/abrechnung/", "/zugangsdaten/"):
                assert client.get(url)["Location"] == URL
        assert "Nehmen Sie zuerst die Nutzungsbedingungen an" in owner.get(URL).text
        assert "Das kann, wem die Praxis gehört" in staff.get(URL).text
        assert answer(owner, **words(two, tick="on"))[0] == 200
        for client in (owner, staff):
            assert client.get("/abrechnung/").status_code == 200

    @pytest.mark.usefixtures("late")
    def test_who_objects_is_wide_again_while_it_is_looked_at(self, alice: make.Member, two: Terms) -> None:
        owner = visiting.signs_in(str(alice.personal_access), make.PASSWORD)
        assert owner.get(OBJECT).status_code == 200
        answer(owner, OBJECT, **words(two, text="§ 2"))
        assert owner.get("/abrechnung/").status_code == 200

    @pytest.mark.usefixtures("late")
    def test_one_may_always_leave(self, alice: make.Member) -> None:
        owner = visiting.signs_in(str(alice.personal_access), make.PASSWORD)
        assert "Sie sind abgemeldet." in owner.post("/abmelden/", follow=True).text

    def test_a_tunnel_widens_with_the_tick(
        self, alice: make.Member, two: Terms, clock: time_machine.Traveller
    ) -> None:
        clock.move_to(make.NOW + 57 * DAY)
        door = make.door(alice)
        door.open(now=make.NOW + 57 * DAY)
        owner = visiting.signs_in(str(alice.personal_access), make.PASSWORD)
        answer(owner, **words(two, tick="on"))
        assert [row.kind for row in Change.objects.all()] == [Change.Kind.COA]


class TestFirstPromise:
    def test_password_then_terms_then_everything(self, db: None) -> None:
        bob = make.member("bob", declared=False)
        client = visiting.signed_in(bob.personal_access, bob.personal_password)
        assert client.get("/")["Location"] == "/zugangsdaten/"
        changed = {"old": bob.personal_password, "new": make.PASSWORD, "again": make.PASSWORD}
        page = client.post("/zugangsdaten/", changed, follow=True)
        assert page.redirect_chain[-1][0] == URL
        assert "dürfen wir den Zugang nicht freischalten" in page.text
        assert OBJECT not in page.text
        assert answer(client, OBJECT)[0] == 404
        assert answer(client, **words(make.terms(), tick="on"))[0] == 200
        assert client.get("/abrechnung/").status_code == 200


def test_the_page_speaks_english_too(owner: Client, two: Terms) -> None:
    page = owner.get(URL, headers={"Accept-Language": "en"}).text
    assert "What changes" in page
    assert "Accept the terms of use" in page
    assert '<article class="terms" lang="de">' in page


def permit(access: Access) -> None:
    derived.permit(access=access, function=Permission.Function.PORTAL, by=make.BY, now=make.NOW)


def accesses(who: make.Member) -> tuple[object, object]:
    return who.personal_access, who.practice_access


def test_dates_are_written_out(owner: Client, two: Terms) -> None:
    assert two.effective_on == date(2026, 4, 28)
    assert "28. April 2026" in owner.get(URL).text
