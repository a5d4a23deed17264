"""Steps of an import: practices with their sites, addresses and contacts; people with their names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Max, Model
from django.utils import timezone

from flexnet import transactions
from flexnet.audit.actions import Act
from flexnet.members.addresses import PostalAddress
from flexnet.members.findings import Wrong
from flexnet.members.import_plan import PersonSaid, SiteSaid
from flexnet.members.import_steps import Change, Known, Outcome, What
from flexnet.members.models import Address, Person, Practice, Site
from flexnet.members.register_rows import Problem

Said = tuple[int, SiteSaid]
Stored = Mapping[str, Any]

# Values, not rows: of a hundred thousand most differ in nothing, and rows take five times as long.
_SITE: Final = ("pk", "bsnr", "practice", "practice__name", "practice__kind", "phone", "fax", "email")
_ADDRESS: Final = ("site", "street", "postcode", "town", "extra")


class Sites:
    """Main sites come before the others, so that their practice is there."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def take(self, chunk: Sequence[Said], *, writes: bool, now: datetime) -> Outcome:
        """Inside a transaction."""
        found = Outcome()
        if writes:
            _hold(chunk)
        stored = _stored({bsnr for _, said in chunk for bsnr in (said.bsnr, said.main_bsnr)})
        for site in stored.values():
            self._known.practices[site["bsnr"]] = site["practice"]
        good = [(row, said) for row, said in chunk if self._is_placed(row, said, stored, found)]
        there = [(row, said, stored[said.bsnr]) for row, said in good if said.bsnr in stored]
        for row, said, site in there:
            self._compare(row, said, site, found, writes=writes)
        _move(there, found, writes=writes, now=now)
        fresh = [(row, said) for row, said in good if said.bsnr not in stored]
        if writes:
            self._enter(fresh, found, now)
        else:
            found.changes += [_is_new(row, said) for row, said in fresh]
        return found

    def _is_placed(self, row: int, said: SiteSaid, stored: Mapping[str, Stored], found: Outcome) -> bool:
        """Its main site is there, or comes with this file; it never changes its practice by an import."""
        main, own = stored.get(said.main_bsnr), stored.get(said.bsnr)
        if not said.is_main and main is None and said.main_bsnr not in self._known.new:
            values = {"main": said.main_bsnr}
            found.problems.append(Problem(row, "Haupt-BSNR", Wrong.NO_MAIN_SITE, values))
            return False
        if own and main and own["practice"] != main["practice"]:
            values = {"site": said.bsnr, "main": said.main_bsnr}
            found.problems.append(Problem(row, "Haupt-BSNR", Wrong.OTHER_PRACTICE, values))
            return False
        if own is None:
            self._known.new.add(said.bsnr)
        return True

    def _compare(self, row: int, said: SiteSaid, site: Stored, found: Outcome, *, writes: bool) -> None:
        if said.is_main:
            before = {"name": site["practice__name"], "kind": site["practice__kind"]}
            wanted = {"name": said.practice, **({"kind": said.kind} if said.kind else {})}
            subject = f"practice:{site['practice']}"
            differ = _differ(row, subject, "practice.edited", before, wanted, found)
            if differ and writes:
                Practice.objects.filter(pk=site["practice"]).update(**differ)
        differ = _differ(row, f"site:{said.bsnr}", "contact.edited", site, dict(said.contact), found)
        if differ and writes:
            Site.objects.filter(pk=site["pk"]).update(**differ)

    def _enter(self, fresh: Sequence[Said], found: Outcome, now: datetime) -> None:
        mains = [said for _, said in fresh if said.is_main]
        practices = [Practice(name=said.practice, kind=said.kind or Practice.Kind.SINGLE) for said in mains]
        transactions.insert_all(practices)
        for said, practice in zip(mains, practices, strict=True):
            self._known.practices[said.bsnr] = practice.pk
        sites = [
            Site(
                practice_id=self._known.practices[said.main_bsnr],
                bsnr=said.bsnr,
                is_main=said.is_main,
                **dict(said.contact),
            )
            for _, said in fresh
        ]
        transactions.insert_all(sites)
        pairs, today = zip(sites, fresh, strict=True), timezone.localdate(now)
        transactions.insert_all(
            [_address(site.pk, said.address, today, now) for site, (_, said) in pairs if said.address]
        )
        for site, (row, said) in zip(sites, fresh, strict=True):
            event = "practice.entered" if said.is_main else "site.entered"
            act = Act(event, f"site:{said.bsnr}", {"practice": site.practice_id})
            found.note(_is_new(row, said), act)


class People:
    """People by their LANR."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def take(self, chunk: Sequence[tuple[int, PersonSaid]], *, writes: bool, now: datetime) -> Outcome:
        """Inside a transaction."""
        found, fresh = Outcome(), list[Person]()
        rows = Person.objects.filter(lanr__in=[said.lanr for _, said in chunk])
        stored = {lanr: (pk, name) for pk, lanr, name in rows.values_list("pk", "lanr", "name")}
        for row, said in chunk:
            subject = f"person:{said.lanr}"
            if said.lanr not in stored:
                fresh.append(Person(lanr=said.lanr, name=said.name))
                found.note(Change(row, subject, What.NEW), Act("person.entered", subject, {}))
                continue
            pk, name = stored[said.lanr]
            self._known.people[said.lanr] = pk
            differ = _differ(row, subject, "person.edited", {"name": name}, {"name": said.name}, found)
            if differ and writes:
                Person.objects.filter(pk=pk).update(**differ)
        if writes:
            transactions.insert_all(fresh)
            self._known.people |= {person.lanr: person.pk for person in fresh}
        return found


def _hold(chunk: Sequence[Said]) -> None:
    """Whoever edits one of them waits, or was before us and is seen."""
    rows = Site.objects.filter(bsnr__in=[said.bsnr for _, said in chunk]).values_list("pk", "practice")
    held: list[tuple[int, int]] = list(rows)
    models: tuple[tuple[type[Model], set[int]], ...] = (
        (Practice, {practice for _, practice in held}),
        (Site, {site for site, _ in held}),
    )
    for model, ids in models:
        transactions.hold(model, ids)


def _stored(bsnrs: Collection[str]) -> dict[str, Stored]:
    return {site["bsnr"]: site for site in Site.objects.filter(bsnr__in=bsnrs).values(*_SITE)}


def _differ(
    row: int, subject: str, event: str, before: Stored, wanted: Mapping[str, str], found: Outcome
) -> dict[str, str]:
    """What is wanted and does not stand there; noted with before and after."""
    differ = {name: value for name, value in wanted.items() if before[name] != value}
    if differ:
        both = {name: [before[name], value] for name, value in differ.items()}
        change = Change(row, subject, What.DIFFERS, both)
        found.note(change, Act(event, subject, {"fields": sorted(differ)}, subject, both))
    return differ


def _move(
    there: Sequence[tuple[int, SiteSaid, Stored]], found: Outcome, *, writes: bool, now: datetime
) -> None:
    """An address that differs from the one entered last holds from today on."""
    last = _last_addresses([site["pk"] for _, said, site in there if said.address])
    today, moved = timezone.localdate(now), []
    for row, said, site in there:
        stored = last.get(site["pk"])
        if said.address is None or said.address == stored:
            continue
        moved.append(_address(site["pk"], said.address, today, now))
        subject = f"site:{said.bsnr}"
        personal = {"before": asdict(stored), "after": asdict(said.address)} if stored else None
        data = {"from": moved[-1].from_on.isoformat()}
        act = Act("address.registered", subject, data, subject if personal else None, personal)
        found.note(
            Change(row, subject, What.MOVED if stored else What.ADDRESS, _both(stored, said.address)), act
        )
    if writes:
        transactions.insert_all(moved)


def _is_new(row: int, said: SiteSaid) -> Change:
    return Change(row, f"site:{said.bsnr}", What.NEW)


def _both(stored: PostalAddress | None, said: PostalAddress) -> dict[str, list[str]]:
    """Before and after of what differs."""
    before, after = asdict(stored) if stored else {}, asdict(said)
    return {
        name: [before.get(name, ""), value] for name, value in after.items() if before.get(name, "") != value
    }


def _address(site_id: int, address: PostalAddress, today: date, now: datetime) -> Address:
    return Address(
        site_id=site_id,
        extra=address.extra,
        street=address.street,
        postcode=address.postcode,
        town=address.town,
        from_on=today,
        entered_at=now,
    )


def _last_addresses(site_ids: Sequence[int]) -> dict[int, PostalAddress]:
    last = Address.objects.filter(site__in=site_ids).values("site").annotate(last=Max("pk"))
    rows = Address.objects.filter(pk__in=last.values("last")).values_list(*_ADDRESS)
    return {site: PostalAddress(*address) for site, *address in rows}
