"""From a request to its answer: the domain decides, and whatever breaks on the way is a no."""

import functools
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from flexnet.access.rules import Refusal
from flexnet.gateway.actions import Accepted, AccountingRecord, Authorized
from flexnet.radius import codec, counters
from flexnet.radius.codec import Attributes, Packet
from flexnet.radius.domain import Domain
from flexnet.radius.gateways import Peer
from flexnet.radius.lanes import Full, Lane, Relay
from flexnet.radius.parsing import Authorize, Request, SignIn

T = TypeVar("T")
_sign_ins: Final = counters.Sparing(1_000)


class Overloaded(Exception):
    """So much waits that this request gets no answer; its sender asks again."""


class Requests:
    """Carries out what was asked. `signing_in` pauses to hash passwords; `others` must not wait behind it."""

    def __init__(
        self,
        domain: Domain,
        *,
        signing_in: Relay,
        others: Lane,
        neutral: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._domain, self._signing_in, self._others, self.clock = domain, signing_in, others, clock
        self._neutral: Attributes = [("Reply-Message", neutral.encode())]

    async def answer(self, peer: Peer, packet: Packet, request: Request) -> bytes | None:
        """The packet to send back, or None for none."""
        try:
            match request:
                case SignIn():
                    return await self._sign_in(peer, packet, request)
                case Authorize():
                    return await self._authorize(peer, packet, request)
                case AccountingRecord():
                    return await self._account(peer, packet, request)
                case _:
                    return self._reject(peer, packet, "unusable")
        except Overloaded:
            counters.dropped(peer.transport, "overloaded", peer.gateway.name)
            return None

    async def _sign_in(self, peer: Peer, packet: Packet, asked: SignIn) -> bytes:
        act = functools.partial(
            self._domain.sign_in,
            gateway=peer.gateway,
            user_name=asked.user_name,
            field=asked.field,
            source=asked.source,
            user_agent=asked.user_agent,
            now=self.clock(),
        )
        outcome = await self._outcome("sign-in", self._signing_in.run(act))
        _log(peer, asked, outcome)
        if outcome is None or isinstance(outcome, Refusal):
            return self._reject(peer, packet, "sign-in")
        return self._accept(peer, packet, "sign-in", _let_in(outcome))

    async def _authorize(self, peer: Peer, packet: Packet, asked: Authorize) -> bytes:
        act = functools.partial(
            self._domain.authorize,
            gateway=peer.gateway,
            user_name=asked.user_name,
            state=asked.state,
            acct_session_id=asked.acct_session_id,
            source=asked.source,
            tunnel_address=asked.tunnel_address,
            now=self.clock(),
        )
        outcome = await self._outcome("authorize", self._others.run(act))
        if outcome is None or isinstance(outcome, Refusal):
            return self._reject(peer, packet, "authorize")
        return self._accept(peer, packet, "authorize", _may_reach(outcome))

    async def _account(self, peer: Peer, packet: Packet, record: AccountingRecord) -> bytes | None:
        """Only what is kept is answered; the gateway keeps the rest and sends it again."""
        act = functools.partial(self._keep, peer, record)
        if await self._outcome("accounting", self._others.run(act)) is None:
            return None
        counters.ANSWERED.labels("accounting", record.status).inc()
        return codec.answer(packet, codec.ACCOUNTING_RESPONSE, [], peer.secret)

    def _keep(self, peer: Peer, record: AccountingRecord) -> bool:
        self._domain.account(gateway=peer.gateway, record=record)
        return True

    async def _outcome(self, kind: str, work: Awaitable[T]) -> T | None:
        """What the domain says, None if it broke or took too long; raises Overloaded."""
        try:
            return await work
        except Full:
            raise Overloaded from None
        except Exception as error:  # noqa: BLE001 - fail closed: what breaks behind the door is a no
            counters.failed(kind, error)
            return None

    def _accept(self, peer: Peer, packet: Packet, kind: str, attributes: Attributes) -> bytes:
        try:
            raw = codec.answer(packet, codec.ACCESS_ACCEPT, attributes, peer.secret)
        except codec.TooLong as error:
            counters.failed(kind, error)
            return self._reject(peer, packet, kind)
        counters.ANSWERED.labels(kind, "accept").inc()
        return raw

    def _reject(self, peer: Peer, packet: Packet, kind: str) -> bytes:
        """One shape and one sentence, whatever the reason."""
        counters.ANSWERED.labels(kind, "reject").inc()
        return codec.answer(packet, codec.ACCESS_REJECT, self._neutral, peer.secret)


def _let_in(accepted: Accepted) -> Attributes:
    return [
        ("Class", b"OU=" + accepted.group.encode()),
        ("Session-Timeout", accepted.session_timeout.to_bytes(4, "big")),
        ("State", accepted.state),
    ]


def _may_reach(authorized: Authorized) -> Attributes:
    timeout = ("Session-Timeout", authorized.session_timeout.to_bytes(4, "big"))
    return [*codec.cut(authorized.filter_rules), timeout]


def _log(peer: Peer, asked: SignIn, outcome: Accepted | Refusal | None) -> None:
    said = "failed" if outcome is None else "accepted"
    if isinstance(outcome, Refusal):
        said = f"refused, {outcome.reason}"
    name = asked.user_name[:64]
    _sign_ins.log(logging.INFO, "sign-in %r at %s from %s: %s", name, peer.gateway.name, asked.source, said)
