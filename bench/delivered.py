"""Practices before an evening, and what lies there after it: `bench.inside delivered`."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench import belongings, handing_in, population
from bench.crowd import Crowd
from bench.results import Figures
from flexnet import configuration
from flexnet.access.models import Access
from flexnet.audit import actions as audit
from flexnet.audit import queries as trail
from flexnet.billing import actions, arriving, electronic_seal, fetching, sealing
from flexnet.billing.models import Confirmation, Delivery, Package, Receipt, Upload
from flexnet.lib import electronic_seals
from flexnet.lib.quarters import Quarter

_PIECE: Final = 1024 * 1024
_TURN: Final = 0.2
_LATER: Final = timedelta(days=2)  # what was left behind is old by then


class DoesNotAddUp(Exception):
    """The trail is broken, or the store holds what no row names."""


def main(step: str, *words: str) -> None:
    """`make CROWD`, `fetch`, or `count TOLD QUARTER`: what receipts were given for, by their numbers."""
    if step == "make":
        _make(Crowd.read(Path(words[0])), words[0])
    elif step == "fetch":
        _fetch()
    else:
        print(json.dumps(_count(json.loads(Path(words[0]).read_text()), Quarter.parse(words[1]))))


def _make(crowd: Crowd, path: str) -> None:
    """Everybody may hand in, and is connected from an address of this machine."""
    population.main(path)
    numbers = range(crowd.size)
    rows = {row.user_name: row for row in Access.objects.select_related("account")}
    people = [rows[crowd.user_name(number)] for number in numbers]
    belongings.connect(people, [handing_in.address(number) for number in numbers], datetime.now(UTC))


def _fetch() -> None:
    """Again and again, until it is killed."""
    while True:
        fetching.fetch(by="bench", now=datetime.now(UTC))
        time.sleep(_TURN)


def _count(told: Mapping[str, str], quarter: Quarter) -> Figures:
    """What of `told` is lost, what is there twice, and whether what was left behind can be cleared away."""
    rows = {row.number: row for row in _receipts(quarter)}
    good = [number for number, sha256 in told.items() if number in rows and _holds(rows[number], sha256)]
    contents = Counter((row.delivery.bsnr, row.delivery.sha256) for row in rows.values())
    deliveries = Delivery.objects.filter(quarter=quarter)
    found: Figures = {
        "receipts": len(told),
        "lost": len(told) - len(good),
        "receipts_verified": sum(map(_is_verified, good)),
        "doubled": sum(contents.values()) - len(contents),
        "receipts_nobody_has": len(rows.keys() - told.keys()),
        "deliveries_not_submitted": deliveries.filter(submitted_at=None).count(),
        "uploads_left": Upload.objects.count(),
    }
    if configuration.current().billing.drop is not None:
        found |= _count_fetched(told)
    _clear_and_look(quarter)
    return found


def _is_verified(number: str) -> bool:
    """Sealed as the worker does it, and then looked at as somebody without our database would."""
    while electronic_seal.seal_waiting(datetime.now(UTC)):
        pass
    row, trusted = Confirmation.objects.get(pk=number), electronic_seal.trusted()
    content, now = row.statement.encode(), datetime.now(UTC)
    found = (
        electronic_seals.verify_pdf(bytes(row.pdf or b""), trusted),
        electronic_seals.verify_detached(content, bytes(row.signature or b""), trusted, at=now),
    )
    return all(one.verdict is electronic_seals.Verdict.GENUINE for one in found)


def _receipts(quarter: Quarter) -> list[Receipt]:
    rows = Receipt.objects.filter(delivery__quarter=quarter, delivery__content_key__isnull=False)
    return list(rows.select_related("delivery"))


def _holds(receipt: Receipt, sha256: str) -> bool:
    """Whether the bytes that its delivery has in the store are those that were sent."""
    if receipt.delivery.sha256 != sha256:
        return False
    found = hashlib.sha256()
    with sealing.opened(receipt.delivery) as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest() == sha256


def _count_fetched(told: Mapping[str, str]) -> Figures:
    """Every receipt's file in one package of the drop, as it was sent."""
    fetching.fetch(by="bench", now=datetime.now(UTC))
    drop = configuration.current().billing.drop
    assert drop is not None  # noqa: S101 - who calls has asked
    seen: Counter[str] = Counter()
    for package in Package.objects.order_by("pk"):
        folder = drop / str(package)
        for line in json.loads(folder.joinpath(fetching.MANIFEST).read_text())["files"]:
            found = hashlib.sha256(folder.joinpath(line["name"]).read_bytes()).hexdigest()
            seen[line["receipt"]] += found == line["sha256"] == told.get(line["receipt"])
    return {
        "packages": Package.objects.count(),
        "fetched_once": sum(count == 1 for count in seen.values()),
        "not_fetched": len(told.keys() - seen.keys()),
        "fetched_wrongly": sum(count != 1 for count in seen.values()),
    }


def _clear_and_look(quarter: Quarter) -> None:
    """After the next clearing the store holds what rows name, and the trail stands. Raises DoesNotAddUp."""
    later = datetime.now(UTC) + _LATER
    actions.clear_interrupted(now=later)
    arriving.clear_expired(later)
    sealing.clear_left_over(later)
    store = configuration.current().billing.store
    files = [path for path in store.rglob("*") if path.is_file()]
    rows = Delivery.objects.filter(quarter=quarter, content_key__isnull=False).count()
    if len(files) != rows:
        raise DoesNotAddUp(f"{len(files)} files lie in the store for {rows} deliveries")
    audit.checkpoint()
    report = trail.verify()
    if not report.ok:
        raise DoesNotAddUp(f"the trail: {report}")
