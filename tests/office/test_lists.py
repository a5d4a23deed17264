"""Lists: what their filters leave, page by page, in few queries, and as a file for Excel."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from flexnet.access import endings, locking
from flexnet.access.models import Lock, Notice
from flexnet.accounts.models import Role
from flexnet.applications import actions as applications
from flexnet.audit.models import Event
from flexnet.keys.models import Key
from flexnet.members import actions as members
from flexnet.office.lists import export, listing
from tests import configured, make
from tests.applications import forms
from tests.office import visiting

pytestmark = pytest.mark.django_db
QUERIES = (
    *({"state": state} for state in ("", "granted", "locked", "held", "free", "declaration_missing")),
    *({"begins": text} for text in ("alice", "88", "85", "a", "zz")),
    {"kind": "practice", "state": "granted"},
    {"kind": "personal", "begins": "b"},
    {"kind": "single", "begins": "88"},
)
LISTS = ("practices", "accesses", "keys", "locks", "notices", "applications")


@pytest.fixture
def clerk(db: None) -> Client:
    return visiting.as_(Role.CLERK)


def seen(client: Client, page: str, **query: str) -> list[str]:
    """What stands first in each line."""
    answer = client.get(reverse(page), query)
    assert answer.status_code == 200
    return [re.sub("<[^>]+>", "", one) for one in re.findall(r'<th scope="row">(.*?)</th>', answer.text)]


def file(client: Client, name: str, **query: str) -> list[list[str]]:
    answer = client.get(reverse(f"{name}-file"), query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


def many(count: int) -> None:
    for number in range(count):
        members.enter_practice(bsnr=f"8800{number:03}00", name=f"Praxis {number:03}", by=make.BY)


def test_accesses_are_found_by_kind_and_by_where_they_stand(clerk: Client) -> None:
    alice, bob = make.member(), make.member("bob", declared=False)
    make.employee(alice.practice_access)
    locking.lock_access(
        access=alice.personal_access, cause=Lock.Cause.LOSS, by=make.BY, reason="weg", now=make.NOW
    )
    assert seen(clerk, "accesses") == ["alice", "alice-praxis", "bob", "bob-praxis", "carol"]
    assert seen(clerk, "accesses", kind="personal") == ["alice", "bob"]
    assert seen(clerk, "accesses", state="locked") == ["alice"]
    assert seen(clerk, "accesses", state="granted") == ["alice-praxis", "bob", "carol"]
    assert seen(clerk, "accesses", begins="bob") == ["bob", "bob-praxis"]
    assert seen(clerk, "accesses", sort="new")[0] == "carol"
    assert bob.key.serial in clerk.get(reverse("accesses")).text


def test_where_a_third_party_stands_is_asked_at_the_tunnel(clerk: Client) -> None:
    make.third_party()
    page = clerk.get(reverse("accesses"), {"kind": "third_party"}).text
    assert "Ohne gültigen YubiKey" in page
    assert "Nicht freigegeben" not in page


def test_time_alone_moves_an_access_in_the_list(clerk: Client, clock: time_machine.Traveller) -> None:
    alice = make.member()
    endings.give_notice(
        access=alice.personal_access,
        kind=Notice.Kind.MEMBER,
        received_on=make.NOW.date(),
        by=make.BY,
        reason="x",
        now=make.NOW,
    )
    assert seen(clerk, "accesses", state="ended") == []
    assert seen(clerk, "notices", state="running") == ["alice"]
    then = make.NOW + timedelta(days=15)
    clock.move_to(then)
    later = visiting.signed_in(make.colleague(Role.CLERK, name="cora", now=then), now=then)
    assert seen(later, "accesses", state="ended") == ["alice"]
    assert seen(later, "notices", state="over") == ["alice"]
    assert seen(later, "notices", state="withdrawn") == []


@pytest.mark.parametrize("page", ["accesses", "practices", "keys"])
def test_few_and_many_are_found_in_two_ways_that_agree(
    clerk: Client, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    alice, _bob, _dora = make.member(), make.member("bob"), make.third_party()
    make.employee(alice.practice_access)
    make.stock_key()
    locking.lock_practice(
        practice=alice.site.practice, cause=Lock.Cause.OTHER, by=make.BY, reason="x", now=make.NOW
    )
    queries = [{"sort": sort, **query} for sort in ("", "new") for query in QUERIES]
    few = [seen(clerk, page, **query) for query in queries]
    monkeypatch.setattr(listing, "COUNTED", 0)
    assert [seen(clerk, page, **query) for query in queries] == few
    assert len({tuple(one) for one in few}) > 3


def test_practices_are_found_by_number_name_and_kind(clerk: Client) -> None:
    make.member(), make.member("bob")
    assert seen(clerk, "practices") == ["Praxis alice", "Praxis bob"]
    assert seen(clerk, "practices", begins="88") == ["Praxis alice"]
    assert seen(clerk, "practices", name="Praxis b") == ["Praxis bob"]
    assert seen(clerk, "practices", kind="mvz") == []
    assert "Dr. bob" in clerk.get(reverse("practices")).text


def test_keys_are_found_by_where_they_are(clerk: Client) -> None:
    alice, bob, free = make.member(), make.member("bob"), make.stock_key()
    locking.report_key_lost(serial=bob.key.serial, by=make.BY, reason="weg", now=make.NOW)
    assert seen(clerk, "keys", state="free") == [free.serial]
    assert seen(clerk, "keys", state="held") == [alice.key.serial]
    assert seen(clerk, "keys", state="locked") == [bob.key.serial]
    assert seen(clerk, "keys", begins=free.serial) == [free.serial]


def test_a_key_has_a_page_with_every_place_it_was(clerk: Client) -> None:
    alice = make.member()
    locking.report_key_lost(serial=alice.key.serial, by="office:clara", reason="<b>im Zug", now=make.NOW)
    text = clerk.get(reverse("key", args=[alice.key.serial])).text
    for shown in (
        "Verloren",
        "Gesperrt",
        "Zugeordnet",
        "Im Lager",
        "&lt;b&gt;im Zug",
        "alice-praxis",
        "6 Ziffern",
    ):
        assert shown in text
    assert reverse("key", args=[alice.key.serial]) in clerk.get(reverse("keys")).text
    assert clerk.get(reverse("key", args=["4711"])).status_code == 404


def test_locks_are_found_by_cause_and_whether_they_stand(clerk: Client) -> None:
    alice, bob = make.member(), make.member("bob")
    old = locking.lock_access(
        access=alice.personal_access, cause=Lock.Cause.LOSS, by=make.BY, reason="weg", now=make.NOW
    )
    locking.lock_practice(
        practice=bob.site.practice, cause=Lock.Cause.OTHER, by=make.BY, reason="x", now=make.NOW
    )
    locking.lift_lock(old, by=make.BY, reason="wieder da", now=make.NOW)
    assert len(seen(clerk, "locks")) == 2
    assert len(seen(clerk, "locks", state="open")) == len(seen(clerk, "locks", cause="loss")) == 1
    assert "Praxis bob" in clerk.get(reverse("locks"), {"scope": "practice"}).text


def test_applications_are_found_by_status(clerk: Client) -> None:
    first, unsigned = forms.received(), forms.received(bsnr="859999900", signed_on=None)
    back, gone = forms.received(bsnr="869999900"), forms.received(bsnr="889999900")
    applications.send_back(application=back, reason="x", seen=1, by=make.BY, now=make.NOW)
    applications.refuse(application=gone, reason="x", seen=1, by=make.BY, now=make.NOW)
    wanted = {"received": first, "unsigned": unsigned, "incomplete": back, "refused": gone}
    for state, row in wanted.items():
        assert seen(clerk, "applications", state=state) == [row.number]
    assert len(seen(clerk, "applications")) == 4


def test_a_list_is_read_page_by_page_without_gap_or_repetition(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 7)
    many(20)
    for query in ({}, {"sort": "new"}):
        url, found = reverse("practices") + "?" + "&".join(f"{k}={v}" for k, v in query.items()), []
        while url:
            text = clerk.get(url).text
            found += re.findall(r'<th scope="row"><a href="[^"]+">(.*?)</a>', text)
            onward = re.search(r'href="([^"]+)">Weitere Einträge', text)
            url = reverse("practices") + onward[1].replace("&amp;", "&") if onward else ""
        assert len(found) == len(set(found)) == 20
        assert found == sorted(found, reverse=bool(query))


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"after": "nonsense|1"},
        {"after": "\x00|1"},
        {"after": "|99999999999999999999999"},
        {"sort": "zoo", "kind": "zoo", "state": "\x00", "begins": "\x00\u202e"},
        {"after": "99|99"},
    ],
)
@pytest.mark.parametrize("name", LISTS)
def test_an_address_that_somebody_mended_does_no_harm(
    clerk: Client, name: str, query: dict[str, str]
) -> None:
    make.member()
    assert clerk.get(reverse(name), query).status_code == 200
    for sort in ("end", "name", "new"):
        assert clerk.get(reverse(name), {**query, "sort": sort}).status_code == 200


def test_excel_gets_umlauts_zeros_and_no_formulas(clerk: Client) -> None:
    site = members.enter_practice(bsnr="859999900", name='=HYPERLINK("x")', by=make.BY)
    members.enter_practice(bsnr="889999900", name="Ärzte; Nord", by=make.BY)
    answer = clerk.get(reverse("practices-file"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 3
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][0] == '\'=HYPERLINK("x")'
    assert rows[1][2] == f'="{site.bsnr}"'
    assert rows[2][0] == "Ärzte; Nord"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("012", '"=""012"""'),
        ("12", '"12"'),
        ("123456789", '"=""123456789"""'),
        ("+49", '"\'+49"'),
        ("-1", '"\'-1"'),
        ("@x", '"\'@x"'),
        ('a"b', '"a""b"'),
        ("０12", '"０12"'),
    ],
)
def test_a_field_says_what_it_is(text: str, written: str) -> None:
    assert export.field(text) == written


def test_a_file_holds_every_line_of_the_filter_and_leaves_a_trace(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_BATCH", 7)
    many(20)
    assert len(file(clerk, "practices", begins="88")) == 21
    event = Event.objects.get(kind="list.exported")
    assert (event.by, event.subject) == ("office:clara", "list:practices")
    assert '"begins":"88"' in event.data


@pytest.mark.parametrize("name", LISTS)
def test_who_may_look_and_who_may_take_the_file(db: None, name: str) -> None:
    reception, auditor = visiting.as_(Role.RECEPTION), visiting.as_(Role.AUDITOR, name="otto")
    assert reception.get(reverse(name)).status_code == 200
    assert reception.get(reverse(f"{name}-file")).status_code == 404
    assert "Als Datei für Excel" not in reception.get(reverse(name)).text
    assert auditor.get(reverse(name)).status_code == 200
    assert auditor.get(reverse(f"{name}-file")).status_code == 200
    assert visiting.as_(Role.ADMINISTRATOR, name="ada").get(reverse(name)).status_code == 404


def test_key_desks_see_keys_but_not_notices(db: None) -> None:
    client = visiting.as_(Role.KEY_DESK)
    assert client.get(reverse("keys")).status_code == 200
    assert client.get(reverse("notices")).status_code == 404
    assert Key.objects.count() == 0


@pytest.mark.parametrize("has_keys", [True, False])
def test_a_kv_that_gives_out_no_keys_has_no_column_for_them(
    clerk: Client, monkeypatch: pytest.MonkeyPatch, has_keys: bool
) -> None:
    configured.change(monkeypatch, profile={"second_factor": has_keys})
    make.settled()
    for url in ("/zugaenge/", "/zugaenge/liste.csv"):
        answer = clerk.get(url)
        text = answer.getvalue().decode() if answer.streaming else answer.text
        head = text.partition("<thead")[2].partition("</thead>")[0] or text.partition("\n")[0]
        assert ("YubiKey" in head) is has_keys, url
        assert "Freigeschaltet am" in head
        assert "alice-praxis" in text
