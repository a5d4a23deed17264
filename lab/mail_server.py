"""A real mail server that takes everything, or answers as it was told, and keeps what came."""

import asyncio
import contextlib
import signal
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_OK = "250 OK"
_PATIENCE = 10.0
Act = Callable[[SMTP, Envelope], Awaitable[str]]


@dataclass(frozen=True)
class Came:
    """One mail as it came."""

    sender: str
    to: Sequence[str]
    content: bytes = field(repr=False)


@dataclass
class Box:
    """Takes mails. Of `at_rcpt` and `at_data` one answer is used up by each mail; then it takes all."""

    at_mail: list[str] = field(default_factory=list)
    at_rcpt: list[str | Act] = field(default_factory=list)
    at_data: list[str | Act] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    folder: Path | None = None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_mail:
            return self.at_mail.pop(0)
        envelope.mail_from = address
        return _OK

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.offered.append(address)
        answer = await _answer(self.at_rcpt, server, envelope)
        if answer == _OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await _answer(self.at_data, server, envelope)
        if answer == _OK:
            self.keep(envelope)
        return answer

    def keep(self, envelope: Envelope) -> None:
        """As a file with its number too, where there is a folder; under its name only when it is whole."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.came.append(Came(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        if self.folder:
            whole = self.folder / f"{len(self.came):02}.eml"
            beside = whole.with_suffix(".part")
            beside.write_bytes(content)
            beside.rename(whole)


async def hang_up(server: SMTP, envelope: Envelope) -> str:
    """No answer at all."""
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()
    return _OK.replace("OK", "never read")


async def say_nothing(server: SMTP, envelope: Envelope) -> str:
    """Until the client loses its patience."""
    await asyncio.Event().wait()
    return _OK


@contextlib.contextmanager
def running(
    box: Box,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    certificate: ssl.SSLContext | None = None,
    user: tuple[str, str] | None = None,
) -> Iterator[int]:
    """The server in a thread of its own, on a free port; with a certificate it requires STARTTLS."""

    def knows(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, said: object) -> AuthResult:
        is_known = isinstance(said, LoginPassword) and user == (said.login.decode(), said.password.decode())
        return AuthResult(success=is_known, handled=False)

    def speak() -> SMTP:
        return SMTP(
            box,
            hostname="mail.lab.example",
            tls_context=certificate,
            require_starttls=certificate is not None,
            authenticator=knows if user else None,
            auth_required=user is not None,
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mail server", daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(speak, host, port), loop).result(_PATIENCE)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(_PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()


def main(folder: str, host: str, port: str, certificate: str, password_file: str) -> None:
    """Keep mails as files until ended; who may send is `flexnet`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, Path(certificate).with_suffix(".key"))
    user, box = ("flexnet", Path(password_file).read_text()), Box(folder=Path(folder))
    with running(box, host=host, port=int(port), certificate=context, user=user):
        print("ready", flush=True)
        signal.sigwait([signal.SIGTERM, signal.SIGINT])


async def _listen(speak: Callable[[], SMTP], host: str, port: int) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(speak, host, port)


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _answer(answers: list[str | Act], server: SMTP, envelope: Envelope) -> str:
    found = answers.pop(0) if answers else _OK
    return found if isinstance(found, str) else await found(server, envelope)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    main(*sys.argv[1:])
