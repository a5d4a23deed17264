"""Show me: browsers that are signed in, under names that say nothing of their cookies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import salted_hmac

from flexnet.accounts.models import WebSession
from flexnet.accounts.sessions import SEEN_AT, SIGNED_IN_AT

_SALT: Final = "flexnet.accounts.browsers"


@dataclass(frozen=True)
class Browser:
    """One that is signed in; `via` names the tunnel that it came through, or is empty."""

    session_key: str
    handle: str
    account_id: int
    via: str
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
    return Browser(row.session_key, handle, row.account_id, row.via, row.source, signed_in_at, seen_at)
