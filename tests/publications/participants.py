"""Providers of KV-SafeNet for tests, certified, and where their participants come from."""

from datetime import date, datetime, timedelta

from flexnet.publications import actions, queries, ranges
from flexnet.publications.models import Provider, Range
from tests import make

TODAY, DAY = make.NOW.date(), timedelta(days=1)
NETWORK, ADDRESS = "10.80.0.0/16", "10.80.0.5"
NAME = "Netz AG"


def provider(name: str = NAME, *, until_on: date = TODAY + 300 * DAY) -> Provider:
    """One that is certified for some time."""
    url = "https://netz.example/"
    actions.certify(name=name, url=url, from_on=TODAY - 300 * DAY, until_on=until_on, by=make.BY)
    return queries.provider(name)


def enter(
    whose: Provider,
    network: str = NETWORK,
    *,
    from_on: date = TODAY,
    until_on: date | None = None,
    now: datetime = make.NOW,
) -> Range:
    return ranges.enter(
        provider=whose, network=network, from_on=from_on, until_on=until_on, by=make.BY, now=now
    )


def come_from(network: str = NETWORK, name: str = NAME) -> Range:
    """From now on whoever comes from there comes by this provider."""
    return enter(provider(name), network)
