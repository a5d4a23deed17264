"""The book of sessions: what should be, and how each event changes it, without clock, kernel or network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

SIGN_INS_A_NAME = 8  # unbound sign-ins remembered for one user name; the oldest goes


@dataclass(frozen=True)
class SignIn:
    """A sign-in that the server accepted and no session has used yet."""

    user_name: str
    source: str
    state: bytes = field(repr=False)
    at: float


@dataclass(frozen=True)
class Worker:
    """One ocserv process that carries a session; while roaming a session has two."""

    id: int
    device: str
    tunnel_address: str
    source: str
    octets_in: int = 0
    octets_out: int = 0


@dataclass(frozen=True)
class Session:
    """A tunnel through all its roaming; without workers it is away and may come back by its cookie."""

    id: str
    user_name: str
    mark: int
    state: bytes = field(repr=False)
    rules: tuple[str, ...]
    started_at: float
    confirmed_at: float
    until: float
    workers: tuple[Worker, ...] = ()
    latest: Worker | None = None
    away_since: float = 0.0
    octets_in: int = 0
    octets_out: int = 0

    @property
    def is_live(self) -> bool:
        return bool(self.workers)

    @property
    def octets(self) -> tuple[int, int]:
        """All bytes from and to the person, as far as they were seen."""
        return (
            self.octets_in + sum(one.octets_in for one in self.workers),
            self.octets_out + sum(one.octets_out for one in self.workers),
        )


@dataclass(frozen=True)
class Filter:
    """What the kernel shall let pass for one device and tunnel address."""

    device: str
    tunnel_address: str
    mark: int
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """Everything the agent must still know after a crash."""

    ocserv: str = ""
    sign_ins: tuple[SignIn, ...] = ()
    sessions: dict[str, Session] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)


def filters(book: Book) -> dict[tuple[str, str], Filter]:
    """The filters that must stand in the kernel, keyed by device and tunnel address."""
    return {
        (worker.device, worker.tunnel_address): Filter(
            worker.device, worker.tunnel_address, session.mark, session.rules
        )
        for session in book.sessions.values()
        for worker in session.workers
    }


def signed_in(book: Book, sign_in: SignIn) -> Book:
    """The server accepted this sign-in."""
    same = [one for one in book.sign_ins if one.user_name == sign_in.user_name]
    surplus = same[: max(0, len(same) + 1 - SIGN_INS_A_NAME)]
    return replace(book, sign_ins=(*(one for one in book.sign_ins if one not in surplus), sign_in))


def state_for(book: Book, session_id: str, user_name: str, source: str) -> bytes | None:
    """The State to ask with when this session (re)connects; None if it must not.

    A known session keeps its own. A new one takes the user's latest unbound sign-in, one from its own
    public address first.
    """
    if session_id in book.ended:
        return None
    known = book.sessions.get(session_id)
    if known is not None:
        return known.state if known.user_name == user_name else None
    own = [one for one in book.sign_ins if one.user_name == user_name]
    near = [one for one in own if one.source == source]
    return (near or own)[-1].state if own else None


def connected(book: Book, session: Session, worker: Worker) -> Book:
    """The server authorized the session and this worker carries it now.

    `session` counts only as far as it is new: a known one keeps its mark, its start and its workers.
    """
    if session.id in book.ended:
        return book
    book = _without(book, worker, session.confirmed_at)
    known = book.sessions.get(session.id)
    if known is not None:
        fresh = {"rules": session.rules, "until": session.until, "confirmed_at": session.confirmed_at}
        session = replace(known, **fresh)  # type: ignore[arg-type]  # a dict of mixed values
    session = replace(session, workers=(*session.workers, worker), latest=worker, away_since=0.0)
    left = tuple(one for one in book.sign_ins if one.state != session.state)
    return replace(book, sign_ins=left, sessions={**book.sessions, session.id: session})


def authorized(book: Book, session_id: str, rules: tuple[str, ...], until: float, now: float) -> Book:
    """The server confirmed a session, perhaps with other rules or another end."""
    session = book.sessions.get(session_id)
    if session is None:
        return book
    return _with(book, replace(session, rules=rules, until=until, confirmed_at=now))


def counted(book: Book, worker_id: int, octets_in: int, octets_out: int) -> Book:
    """So many bytes went through this worker up to now."""
    for session in book.sessions.values():
        workers = tuple(
            replace(one, octets_in=octets_in, octets_out=octets_out) if one.id == worker_id else one
            for one in session.workers
        )
        if workers != session.workers:
            return _with(book, replace(session, workers=workers))
    return book


def disconnected(book: Book, worker_id: int, now: float) -> Book:
    """A worker is gone: only its own filter goes with it; the last one leaves the session away."""
    for session in book.sessions.values():
        for worker in session.workers:
            if worker.id == worker_id:
                return _with(book, _without_worker(session, worker, now))
    return book


def same_name(typed: str, meant: str) -> bool:
    """Whether this is the account that the server means, however the person typed its name."""
    return typed.strip().casefold() == meant.strip().casefold()


def ended(book: Book, session_ids: Iterable[str], now: float) -> Book:
    """These sessions must not be, now or by their cookie later."""
    gone = set(session_ids)
    kept = {key: one for key, one in book.sessions.items() if key not in gone}
    return replace(book, sessions=kept, ended={**book.ended, **dict.fromkeys(gone, now)})


def sign_ins_dropped(book: Book, user_name: str) -> Book:
    """No unbound sign-in of this name may become a session any more."""
    left = tuple(one for one in book.sign_ins if not same_name(one.user_name, user_name))
    return replace(book, sign_ins=left)


def restarted(book: Book, ocserv: str) -> Book:
    """Another ocserv runs: nothing of before is alive; sign-ins may already be the new one's."""
    return Book(ocserv=ocserv, sign_ins=book.sign_ins)


def parted(book: Book, resumable: Iterable[str]) -> list[str]:
    """Sessions that are away and that no cookie can bring back: whoever logged off has none any more."""
    may_return = set(resumable)
    return [key for key, one in book.sessions.items() if not one.is_live and key not in may_return]


def forgotten(book: Book, now: float, cookie_life: float) -> Book:
    """Drop what no cookie can bring back any more."""
    oldest = now - cookie_life
    kept = {key: one for key, one in book.sessions.items() if one.is_live or one.away_since > oldest}
    return replace(
        book,
        sign_ins=tuple(one for one in book.sign_ins if one.at > oldest),
        sessions=kept,
        ended={key: at for key, at in book.ended.items() if at > oldest},
    )


def _with(book: Book, session: Session) -> Book:
    return replace(book, sessions={**book.sessions, session.id: session})


def _without(book: Book, new: Worker, now: float) -> Book:
    """A device has one worker and a worker one device: whoever had either before is gone."""
    for session in book.sessions.values():
        for worker in session.workers:
            if worker.device == new.device or worker.id == new.id:
                session = _without_worker(session, worker, now)
                book = _with(book, session)
    return book


def _without_worker(session: Session, worker: Worker, now: float) -> Session:
    left = tuple(one for one in session.workers if one != worker)
    return replace(
        session,
        workers=left,
        away_since=0.0 if left else now,
        octets_in=session.octets_in + worker.octets_in,
        octets_out=session.octets_out + worker.octets_out,
    )
