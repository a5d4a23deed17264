"""Show me: browsers that are signed in, under names that say nothing of their cookies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import salted_hmac

from flexnet import transactions
from flexnet.accounts.models import WebSession
from flexnet.accounts.sessions import PROVIDER, SEEN_AT, SIGNED_IN_AT, WAY

_SALT: Final = "flexnet.accounts.browsers"


@dataclass(frozen=True)
class Browser:
    """One that is signed in.

    `via` names the tunnel that it came through, `provider` the one of KV-SafeNet.
    Those that it did not come by are empty.
    """

    session_key: str
    handle: str
    account_id: int
    via: str
    way: str
    provider: str
    source: str | None
    signed_in_at: datetime
    seen_at: datetime

    def __repr__(self) -> str:
        return f"Browser({self.handle})"


def live(account_ids: Sequence[int], now: datetime, *, idle: timedelta) -> list[Browser]:
    """Those of these accounts that clicked within `idle`, whoever was here last first."""
    rows = WebSession.objects.filter(account__in=account_ids, expire_date__gt=now)
    found = [browser for row in rows if (browser := _browser(row)) and now - browser.seen_at <= idle]
    return sorted(found, key=lambda one: one.seen_at, reverse=True)


def forget(session_key: str) -> None:
    """One that came by a way that is over is signed in no more."""
    with transactions.writing():
        WebSession.objects.filter(session_key=session_key).delete()


def handle_of(session_key: str, account_id: int) -> str:
    """A name for the page: whose it is, signed; from it nobody finds the cookie."""
    digest = salted_hmac(_SALT, session_key, algorithm="sha256").hexdigest()[:32]
    return signing.Signer(salt=_SALT, sep="~").sign(f"{account_id}-{digest}")


def account_in(handle: str) -> int | None:
    """Whose browser this is, or was; None: nobody here made this name."""
    try:
        text = signing.Signer(salt=_SALT, sep="~").unsign(handle)
    except signing.BadSignature:
        return None
    return int(text.partition("-")[0])


def _browser(row: WebSession) -> Browser | None:
    """None of what was signed in some other way, such as by a test's door."""
    said = row.get_decoded()
    if row.account_id is None or SEEN_AT not in said or SIGNED_IN_AT not in said:
        return None
    signed_in_at, seen_at = (datetime.fromtimestamp(said[name], UTC) for name in (SIGNED_IN_AT, SEEN_AT))
    handle = handle_of(row.session_key, row.account_id)
    way, provider = said.get(WAY, ""), said.get(PROVIDER, "")
    return Browser(
        row.session_key, handle, row.account_id, row.via, way, provider, row.source, signed_in_at, seen_at
    )
