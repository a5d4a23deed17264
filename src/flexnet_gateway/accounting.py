"""Accounting records: what the book's change means for the server, and how it travels (RFC 2866)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flexnet_gateway.codec import Attribute
from flexnet_gateway.sessions import Book, Session


@dataclass(frozen=True)
class Record:
    """One Accounting-Request to be; times in seconds since 1970."""

    status: str
    happened_at: float
    session_id: str = ""
    user_name: str = ""
    tunnel_address: str = ""
    source: str = ""
    seconds: int = 0
    octets_in: int = 0
    octets_out: int = 0
    cause: str = ""


def records(before: Book, after: Book, now: float, cause: str) -> list[Record]:
    """What the server must hear of this change; `cause` is for the sessions that stopped by it.

    A session that is only away has not stopped: it may come back by its cookie, as every roaming does.
    """
    if before.ocserv != after.ocserv:
        return [
            Record("Accounting-On", _since(after.ocserv)) if after.ocserv else Record("Accounting-Off", now)
        ]
    stopped = [one for one in before.sessions.values() if one.id not in after.sessions]
    made = [_record("Stop", one, now, cause) for one in stopped]
    for session in after.sessions.values():
        if session.id not in before.sessions:
            made.append(_record("Start", session, now))
        elif _way(before.sessions[session.id]) != _way(session):
            made.append(_record("Interim-Update", session, now))
    return made


def interim(book: Book, now: float) -> list[Record]:
    """How far every live session is."""
    return [_record("Interim-Update", one, now) for one in book.sessions.values() if one.is_live]


def attributes(record: Record, nas_identifier: str, now: float) -> Iterable[Attribute]:
    """The attributes of the request when it is sent now."""
    yield "Acct-Status-Type", record.status
    yield "NAS-Identifier", nas_identifier
    yield "Event-Timestamp", int(record.happened_at)
    yield "Acct-Delay-Time", max(0, int(now - record.happened_at))
    if record.session_id:
        yield from _session_attributes(record)


def _session_attributes(record: Record) -> Iterable[Attribute]:
    yield "Acct-Session-Id", record.session_id
    yield "User-Name", record.user_name
    yield "Framed-IP-Address", record.tunnel_address
    yield "Calling-Station-Id", record.source
    yield "Acct-Session-Time", record.seconds
    for name, octets in (("Input", record.octets_in), ("Output", record.octets_out)):
        yield f"Acct-{name}-Octets", octets & 0xFFFFFFFF
        yield f"Acct-{name}-Gigawords", octets >> 32
    if record.cause:
        yield "Acct-Terminate-Cause", record.cause


def _record(status: str, session: Session, now: float, cause: str = "") -> Record:
    tunnel_address, source = _way(session)
    octets_in, octets_out = session.octets
    return Record(
        status,
        now,
        session.id,
        session.user_name,
        tunnel_address,
        source,
        max(0, int(now - session.started_at)),
        octets_in,
        octets_out,
        cause,
    )


def _way(session: Session) -> tuple[str, str]:
    return (session.latest.tunnel_address, session.latest.source) if session.latest else ("", "")


def _since(ocserv: str) -> float:
    """When it was started, not when that was noticed: who signed in meanwhile did so at this very ocserv."""
    return float(ocserv.split(" ")[1])
