"""What the door asks of the rest of the server; `wiring` is the real thing, tests have a small one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from flexnet.access.rules import Refusal
from flexnet.gateway.actions import Accepted, AccountingRecord, Authorized
from flexnet.gateway.models import Gateway
from flexnet.gateway.queries import Due


class Domain(Protocol):
    """Every call blocks, may come from several threads at once, and is a transaction of its own."""

    def gateway_by_address(self, address: str) -> Gateway | None: ...
    def gateway_by_certificate(self, dns_name: str) -> Gateway | None: ...
    def secret_of(self, gateway: Gateway) -> bytes | None: ...

    def sign_in(
        self, *, gateway: Gateway, user_name: str, field: bytes, source: str, user_agent: str, now: datetime
    ) -> Accepted | Refusal: ...

    def authorize(
        self,
        *,
        gateway: Gateway,
        user_name: str,
        state: bytes,
        acct_session_id: str,
        source: str,
        tunnel_address: str | None,
        now: datetime,
    ) -> Authorized | Refusal: ...

    def account(self, *, gateway: Gateway, record: AccountingRecord) -> None: ...
    def changes_due(self, gateway_ids: Iterable[int], now: datetime) -> Sequence[Due]: ...
    def answered(
        self, *, change_id: int, acknowledged: bool, error_cause: int | None, now: datetime
    ) -> None: ...

    def hang_up(self) -> None:
        """Close what the calling thread holds open; it calls nothing more."""
