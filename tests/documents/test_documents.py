"""Documents: who of a practice sees which, who fetched them first, withdrawn ones, and when they go."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flexnet import configuration
from flexnet.access import delegating, derived, employees
from flexnet.access.models import Access, Permission
from flexnet.access.present import Present
from flexnet.audit.models import Event
from flexnet.configuration import DocumentKind
from flexnet.documents import actions, queries, taking
from flexnet.documents.actions import New
from flexnet.documents.adapters import STORE
from flexnet.documents.errors import AlreadyThere, AlreadyWithdrawn, BadDocument
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import Why
from flexnet.lib.quarters import Quarter
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import succession
from flexnet.members.models import Employment, Site
from tests import configured, make
from tests.documents.dropping import LAST, drop, pdf, put

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAIL = {"server": "127.0.0.1:25", "sender": "kv@example.org"}
DOCUMENTS = Permission.Function.DOCUMENTS


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    configured.change(monkeypatch, state_dir=tmp_path)
    return tmp_path / "documents"


@pytest.fixture
def alice() -> make.Member:
    return make.settled()


def seen(access: Access) -> set[str]:
    return {row.kind for row in queries.for_(access, make.NOW)}


def employed(at: make.Member) -> Access:
    """Erna works in the practice."""
    bob = make.member("bob")
    members.enter_employment(
        practice=at.site.practice,
        person=bob.person,
        kind=Employment.Kind.EMPLOYED,
        from_on=make.NOW.date(),
        by=make.BY,
        now=make.NOW,
    )
    return bob.personal_access


def test_who_sees_a_kind_is_the_profiles_and_for_staff_the_members_too(alice: make.Member) -> None:
    statement, protocol = put(alice.site), put(alice.site, "protokoll")
    carol, erna, dora = make.employee(alice.personal_access), employed(alice), make.third_party()
    both = {"honorarbescheid", "protokoll"}
    wanted = {alice.practice_access: both, alice.personal_access: both, erna: {"protokoll"}}
    assert {access: seen(access) for access in wanted} == wanted
    assert (seen(carol), seen(dora), queries.is_kept_from(carol)) == (set(), set(), True)
    told: dict[str, Any] = {"member": alice.personal_access, "user_name": "carol", "now": make.NOW}
    for _time in range(2):
        delegating.permit(function=DOCUMENTS, **told)
    assert (seen(carol), queries.is_kept_from(carol)) == (both, False)
    listed = employees.one(alice.personal_access, "carol", make.NOW)
    assert listed is not None
    assert (listed.hands_in, listed.sees_documents) == (False, True)
    for row in (statement, protocol):
        assert (queries.one_for(erna, row.pk, make.NOW) is None) == (row == statement)
    delegating.forbid(function=DOCUMENTS, **told)
    assert seen(carol) == set()
    frieda = make.employee(erna, "frieda")
    derived.permit(access=frieda, function=DOCUMENTS, by=make.BY, now=make.NOW)
    assert seen(frieda) == {"protokoll"}


def test_a_mail_says_that_there_are_some_once_for_many_and_nothing_of_them(
    alice: make.Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail=MAIL)
    Site.objects.filter(pk=alice.site.pk).update(email="praxis@example.org")
    folder = tmp_path / "drop"
    folder.mkdir()
    for quarter in ("2025q3", "2025q4", "2026q1"):
        for kind in ("honorarbescheid", "protokoll"):
            drop(folder, f"{alice.site}_{quarter}_{kind}.pdf", pdf(f"{quarter} {kind}"))
    report = taking.take(folder=folder, by=make.BY, now=make.NOW)
    assert [line.what for line in report] == [taking.What.TAKEN] * 6
    mail = Mail.objects.get()
    assert (mail.kind, mail.to) == ("documents_waiting", "praxis@example.org")
    assert not any(word in mail.text for word in ("Honorar", "2025", alice.site.bsnr))
    for later, count in ((DAY, 1), (8 * DAY, 2), (9 * DAY, 2)):
        put(alice.site, text=str(later), now=make.NOW + later)
        assert Mail.objects.count() == count
    for row in Document.objects.all():
        actions.note_fetched(document=row, access=alice.practice_access, by=make.BY, now=make.NOW)
    put(alice.site, text="neu", now=make.NOW + 10 * DAY)
    assert Mail.objects.count() == 3


@pytest.mark.parametrize("why_not", ["no server", "not told", "no address", "for nobody"])
def test_where_nothing_is_told_by_mail_they_are_there_all_the_same(
    why_not: str, alice: make.Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, mail=MAIL)
    if why_not != "no address":
        Site.objects.filter(pk=alice.site.pk).update(email="praxis@example.org")
    if why_not in ("no server", "not told"):
        configured.change(monkeypatch, mail={"server": None} if why_not == "no server" else {"tells_of": ()})
    if why_not == "for nobody":
        kinds = (DocumentKind(slug="honorarbescheid", title="x", readers=()),)
        configured.change(monkeypatch, documents={"kinds": kinds})
    put(alice.site)
    assert not Mail.objects.exists()
    assert Document.objects.count() == 1


def test_another_practice_sees_nothing_and_a_kind_that_is_no_more_stays(alice: make.Member) -> None:
    bob = make.settled("bob")
    row = put(alice.site)
    assert queries.one_for(bob.practice_access, row.pk, make.NOW) is None
    Document.objects.update(kind="frueher")
    assert seen(alice.practice_access) == {"frueher"}
    assert queries.kind("frueher").title == "frueher"


def test_what_was_before_a_takeover_is_not_the_new_owners_to_see(alice: make.Member) -> None:
    for quarter in (LAST, LAST + 1):
        put(alice.site, quarter=quarter)
    person = members.enter_person(lanr="246801101", name="Dr. Neu", by=make.BY)
    practice, on = alice.site.practice, make.NOW.date() + DAY
    succession.takeover(practice=practice, to=person, on=on, by=make.BY, now=make.NOW)
    assert queries.for_(alice.practice_access, make.NOW).count() == 2
    later = queries.for_(alice.practice_access, make.NOW + DAY)
    assert [row.quarter for row in later] == [LAST + 1]


def test_the_first_who_fetches_it_is_noted_once(alice: make.Member) -> None:
    row = put(alice.site)
    assert queries.unfetched_for(Present(alice.practice_access, make.NOW)) == 1
    for access in (alice.personal_access, alice.practice_access):
        actions.note_fetched(document=row, access=access, by=f"portal:{access}", now=make.NOW)
    row.refresh_from_db()
    assert (row.fetched_by, row.fetched_at) == (alice.personal_access, make.NOW)
    assert Event.objects.get(kind="document.fetched").by == "portal:alice"
    assert queries.unfetched_for(Present(alice.practice_access, make.NOW)) == 0


def test_a_clerk_puts_a_correction_but_not_the_same_twice_nor_what_is_none(
    alice: make.Member, store: Path
) -> None:
    put(alice.site, text="falsch")
    put(alice.site, text="richtig")
    kind = queries.kind("honorarbescheid")
    with pytest.raises(AlreadyThere):
        put(alice.site, text="richtig")
    for quarter, content, why in ((LAST, b"x", Why.NOT_PDF), (Quarter(2026, 3), pdf(), Why.QUARTER_AHEAD)):
        with pytest.raises(BadDocument) as raised:
            actions.put(new=New(alice.site, quarter, kind, "x.pdf", content), by=make.BY, now=make.NOW)
        assert raised.value.why is why
    assert len([path for path in store.rglob("*") if path.is_file()]) == 2
    assert queries.for_(alice.practice_access, make.NOW).count() == 2


@pytest.mark.django_db(transaction=True)
def test_withdrawn_it_is_gone_and_can_be_put_anew(alice: make.Member) -> None:
    row = put(alice.site, text="gehört Bob")
    how: dict[str, Any] = {"by": "office:clara", "reason": "vertauscht", "now": make.NOW}
    actions.withdraw(document=row, **how)
    assert queries.one_for(alice.practice_access, row.pk, make.NOW) is None
    assert not STORE.is_there(str(row.pk))
    with pytest.raises(AlreadyWithdrawn):
        actions.withdraw(document=row, **how)
    put(alice.site, text="gehört Bob")
    assert {one.withdrawn_why for one in queries.of_practice(alice.site.practice)} == {"", "vertauscht"}


def test_each_kind_has_its_time(alice: make.Member, store: Path) -> None:
    months = {kind.slug: kind.months for kind in configuration.current().documents.kinds}
    assert months["protokoll"] < months["honorarbescheid"]
    for slug in months:
        put(alice.site, slug)
    over = make.NOW + timedelta(days=31 * months["protokoll"])
    assert actions.clear_old(over) == 0
    assert actions.clear_old(over + DAY) == 1
    assert [row.kind for row in Document.objects.all()] == ["honorarbescheid"]
    assert len([path for path in store.rglob("*") if path.is_file()]) == 1
    assert Event.objects.get(kind="documents.deleted").subject == "documents"


def test_refused_files_are_settled_as_far_as_they_were_shown_and_forgotten_later(alice: make.Member) -> None:
    for name in ("a.pdf", "b.pdf"):
        RefusedFile.objects.create(file_name=name, why=Why.NAME, refused_at=make.NOW)
    first, second = queries.refused()
    assert actions.settle_refused(through=first.pk, by="office:clara", now=make.NOW) == 1
    assert actions.settle_refused(through=first.pk, by="office:clara", now=make.NOW) == 0
    assert list(queries.refused()) == [second]
    assert actions.clear_settled(make.NOW + 100 * DAY) == 1
    assert list(RefusedFile.objects.all()) == [second]
