"""What the door asks of the rest of the server; `wiring` is the real thing, tests have a small one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from flexnet.access.rules import Refusal
from flexnet.gateway.actions import Accepted, AccountingRecord, Authorized
from flexnet.gateway.models import Gateway
from flexnet.gateway.queries import Due
from flexnet.radius.lanes import Steps


class Domain(Protocol):
    """Every call blocks and may come from several threads at once; transactions end with it.

    A sign-in is taken in steps: each may come from another thread, and no transaction is open between them.
    """

    @property
    def threads(self) -> int:
        """How many sign-ins may be at the database at once with profit."""

    def gateway_by_address(self, address: str) -> Gateway | None: ...
    def gateway_by_certificate(self, dns_name: str) -> Gateway | None: ...
    def secret_of(self, gateway: Gateway) -> bytes | None: ...

    def sign_in(
        self, *, gateway: Gateway, user_name: str, field: bytes, source: str, user_agent: str, now: datetime
    ) -> Steps[Accepted | Refusal]: ...

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

    def get_ready(self) -> None:
        """See to it that the calling thread's next call finds a connection that works."""

    def hang_up(self) -> None:
        """Close what the calling thread holds open; it calls nothing more."""
