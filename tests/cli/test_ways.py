"""Commands for the ways in: ranges, what stops them, whom it concerns, and what is reached by which way."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from flexnet.access import actions as access
from flexnet.access.rules import day_of
from flexnet.configuration import Service
from flexnet.publications import actions as publications
from flexnet.publications import queries
from tests import configured, make
from tests.cli.test_commands import answered, done, refused

pytestmark = pytest.mark.django_db
NETZ = ("--provider", "Netz AG")
WHY = ("--reason", "KBV")


def holds() -> list[bool]:
    [provider] = answered("provider", "range", "list")["providers"]
    return [one["holds"] for one in provider["ranges"]]


def test_from_the_first_range_to_the_day_on_which_all_stop() -> None:
    now = datetime.now(UTC)
    today = day_of(now)
    days = [f"{today + timedelta(days=number)}" for number in range(3)]
    certified = ("--from", "2026-01-01", "--until", f"{today + timedelta(days=99)}")
    done("provider", "add", "--name", "Netz AG", *certified, "https://netz.example/")
    add = ("provider", "range", "add", *NETZ, "--from", days[0])
    done(*add, "--network", "10.81.0.0/16")
    done(*add, "--network", "2001:db8:81::/48")
    assert "Do you mean 10.82.0.0/16?" in refused(*add, "--network", "10.82.0.1/16")
    assert "no provider 'Netz'" in refused(*add[:4], "Netz", *add[5:], "--network", "10.82.0.0/16")
    assert holds() == [True, True]

    alice = make.settled()
    provider = queries.provider("Netz AG")
    publications.note_use(provider_id=provider.pk, access=alice.practice_access, now=now)
    lines = done("provider", "affected", *NETZ, "--json").splitlines()
    assert lines[-2].startswith("alice-praxis;")
    assert json.loads(lines[-1])["accesses"] == 1

    stop = ("provider", "stop")
    done(*stop, "decide", *NETZ, "--on", days[2], *WHY)
    assert "already" in refused(*stop, "decide", *NETZ, "--on", days[2], *WHY)
    [told] = answered("provider", "range", "list")["providers"]
    assert told["needs_letters"]
    number = str(told["stop"])
    assert f"stops on {days[2]}" in done(*stop, "written", number, "--on", days[0])
    done(*stop, "cancel", number, *WHY)
    done(*stop, "at-once", *NETZ, *WHY)
    assert holds() == [False, False]


def test_one_range_ends_by_itself() -> None:
    today = day_of(datetime.now(UTC))
    done(
        "provider",
        "add",
        "--name",
        "Netz AG",
        "--from",
        f"{today}",
        "--until",
        f"{today}",
        "https://a.example/",
    )
    done("provider", "range", "add", *NETZ, "--from", f"{today}", "--network", "10.81.0.0/16")
    number = str(queries.provider("Netz AG").ranges.get().pk)
    done("provider", "range", "end", number, "--last-day", f"{today - timedelta(days=1)}", *WHY)
    assert holds() == [False]


def test_it_says_by_which_way_and_of_which_service(monkeypatch: pytest.MonkeyPatch) -> None:
    alice = make.settled(now=datetime.now(UTC))
    rule = ("permit in tcp from assigned to 10.20.0.20 443",)
    forms = access.add_service(
        slug="forms", name="Formulare", filter_rules=rule, for_everyone=False, by=make.BY
    )
    decided = [Service(slug=slug, ways=("flexnet",)) for slug in ("submission", "forms")]
    configured.change(monkeypatch, services=tuple(decided))
    asked = ("explain", "alice-praxis", "--channel")
    assert answered(*asked, "submission", "--way", "flexnet")["granted"]
    told = answered(*asked, "submission", "--way", "kv_safenet")
    assert (told["reason"], told["rule"]) == ("only_through_flexnet", "§ 2(5)")
    assert "KV-FlexNet" in told["cure"]
    of_forms = (*asked, "portal", "--service", "forms", "--way", "kv_safenet")
    assert answered(*of_forms)["reason"] == "service_not_granted"
    access.grant(access=alice.practice_access, service=forms, by=make.BY, now=make.NOW)
    assert answered(*of_forms)["reason"] == "only_through_flexnet"
    assert answered(*asked, "portal", "--service", "forms")["granted"]
