"""Make it happen: a provider's ranges stop after those concerned were written to, or do not after all."""

from datetime import date, datetime

from flexnet.access.rules import day_of
from flexnet.audit import actions as audit
from flexnet.publications import held
from flexnet.publications.errors import BadStop, NoSuchStop
from flexnet.publications.models import Provider, Stop
from flexnet.publications.ranges import changing, refuse_overlap


def decide(*, provider: Provider, stops_on: date, by: str, reason: str, now: datetime) -> Stop:
    """From this day on nobody comes by its ranges, once those concerned were written to. Raises BadStop."""
    if stops_on <= day_of(now):
        raise BadStop(
            "Those concerned are written to first: the day lies ahead. At once it goes only for a reason."
        )
    return _decide(provider, stops_on, by=by, reason=reason, now=now, is_extraordinary=False)


def stop_at_once(*, provider: Provider, stops_on: date, by: str, reason: str, now: datetime) -> Stop:
    """Without a letter, for a reason that allows no waiting; today is the soonest. Raises BadStop."""
    if stops_on < day_of(now):
        raise BadStop(f"{stops_on} is past: it stops today at the soonest.")
    return _decide(provider, stops_on, by=by, reason=reason, now=now, is_extraordinary=True)


def note_written(stop: Stop, *, on: date, by: str, now: datetime) -> None:
    """Those concerned were written to; on its day it stops now. Raises BadStop."""
    if on > day_of(now):
        raise BadStop(f"{on} is not yet there: note it once they were written to.")
    if stop.stops_on <= max(on, day_of(now)):
        raise BadStop(
            f"{stop.stops_on} has come before they were told. Cancel this stop and set a later day."
        )
    with changing():
        if not Stop.objects.filter(pk=stop.pk, cancelled_at=None, written_on=None).update(written_on=on):
            raise NoSuchStop(f"The stop {stop.pk} was cancelled, or they were written to already.")
        data = {"stop": stop.pk, "on": on.isoformat()}
        audit.record("range_stop.announced", by=by, subject=f"provider:{stop.provider_id}", data=data)


def cancel(stop: Stop, *, by: str, reason: str, now: datetime) -> None:
    """It does not stop; what took effect is not taken back. Raises BadStop, BadRange, NoSuchStop."""
    if not reason.strip():
        raise BadStop("A stop is cancelled for a reason: give it.")
    if stop.takes_effect and stop.stops_on <= day_of(now):
        raise BadStop("It has stopped. Enter the ranges anew, from a day on.")
    with changing():
        if not Stop.objects.filter(pk=stop.pk, cancelled_at=None).update(cancelled_at=now):
            raise NoSuchStop(f"The stop {stop.pk} is cancelled already.")
        everything = held.all_held()
        refuse_overlap([one for one in everything if one.provider == stop.provider_id], everything)
        data = {"stop": stop.pk, "reason": reason}
        audit.record("range_stop.cancelled", by=by, subject=f"provider:{stop.provider_id}", data=data)


def _decide(
    provider: Provider, stops_on: date, *, by: str, reason: str, now: datetime, is_extraordinary: bool
) -> Stop:
    if not reason.strip():
        raise BadStop("A provider's ranges stop for a reason: give it.")
    with changing():
        for one in Stop.objects.filter(provider=provider, cancelled_at=None, stops_on__gt=day_of(now)):
            if not is_extraordinary or one.is_extraordinary:
                raise BadStop(
                    f"{provider} stops on {one.stops_on} already (stop {one.pk}). Cancel that one first."
                )
        row = Stop.objects.create(
            provider=provider,
            stops_on=stops_on,
            reason=reason,
            decided_at=now,
            decided_by=by,
            is_extraordinary=is_extraordinary,
        )
        data = {"stop": row.pk, "on": stops_on.isoformat(), "at_once": is_extraordinary, "reason": reason}
        audit.record("range_stop.decided", by=by, subject=f"provider:{provider.pk}", data=data)
    return row
