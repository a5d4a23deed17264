"""A domain in memory: three gateways, one person, and whatever a test wants to go wrong."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flexnet.access.rules import Reason, Refusal
from flexnet.gateway.actions import Accepted, AccountingRecord, Authorized
from flexnet.gateway.models import Gateway
from flexnet.gateway.queries import Due
from flexnet.radius.lanes import Steps

UDP_SECRET = b"a secret of plain RADIUS"
STATE = bytes(range(32))


@dataclass
class _Check:
    fits: bool

    def run(self) -> bool:
        return self.fits


def _nothing() -> None:
    """What happens before a sign-in is answered, unless a test says more."""


@dataclass
class SmallDomain:
    """Lets `alice` in with the field `right123456`; everything it is asked it keeps in `calls`."""

    gateways: tuple[Gateway, ...] = (
        Gateway(id=1, name="gw1", certificate_name="gw1.example", address="127.0.0.1"),
        Gateway(id=2, name="gw2", certificate_name="gw2.example"),
        Gateway(id=3, name="gw3", certificate_name="gw3.example", address="127.0.0.3"),
    )
    threads: int = 4
    rules: tuple[str, ...] = ("permit in tcp from assigned to 10.20.0.10 443",)
    before: Callable[[], object] = _nothing
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    answers: list[tuple[int, bool, int | None]] = field(default_factory=list)
    has_answer: threading.Event = field(default_factory=threading.Event)

    def gateway_by_address(self, address: str) -> Gateway | None:
        return next((row for row in self.gateways if row.address == address), None)

    def gateway_by_certificate(self, dns_name: str) -> Gateway | None:
        return next((row for row in self.gateways if row.certificate_name == dns_name), None)

    def secret_of(self, gateway: Gateway) -> bytes | None:
        return UDP_SECRET if gateway.name == "gw1" else None

    def sign_in(
        self, *, gateway: Gateway, user_name: str, field: bytes, source: str, user_agent: str, now: datetime
    ) -> Steps[Accepted | Refusal]:
        said = {"gateway": gateway.name, "user_name": user_name, "field": field}
        self.calls.append(("sign_in", said | {"source": source, "user_agent": user_agent}))
        self.before()
        if (yield _Check((user_name, field) == ("alice", b"right123456"))):
            return Accepted(STATE, "Flexnet-Yubikey", 36000)
        return Refusal(Reason.WRONG_CODE)

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
    ) -> Authorized | Refusal:
        said = {"gateway": gateway.name, "user_name": user_name, "session": acct_session_id}
        self.calls.append(("authorize", said | {"source": source, "tunnel_address": tunnel_address}))
        self.before()
        return Authorized(self.rules, 35000) if state == STATE else Refusal(Reason.ENDED)

    def account(self, *, gateway: Gateway, record: AccountingRecord) -> None:
        self.before()
        self.calls.append(("account", {"gateway": gateway.name, "record": record}))

    def changes_due(self, gateway_ids: Iterable[int], now: datetime) -> list[Due]:
        wanted = set(gateway_ids)
        return [change for change in self.due if change.gateway_id in wanted]

    def answered(self, *, change_id: int, acknowledged: bool, error_cause: int | None, now: datetime) -> None:
        self.due = [change for change in self.due if change.id != change_id]
        self.answers.append((change_id, acknowledged, error_cause))
        self.has_answer.set()

    def get_ready(self) -> None:
        """Nothing can be out of order."""

    def hang_up(self) -> None:
        """Nothing is held open."""
