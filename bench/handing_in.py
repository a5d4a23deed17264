"""A practice that hands in over HTTP as its browser does: checks a file, sends it, submits it."""

import base64
import contextlib
import hashlib
import html
import http.client
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from typing import Final

from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.lib.kvdt import sample as kvdt_sample
from flexnet.lib.quarters import Quarter

_PATIENCE: Final = 60.0
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NUMBER: Final = re.compile(r'id="receipt-number">([^<]+)<')
_STAND_IN: Final = "889999900"  # takes every site's place in the file they are all made from
_TOWN: Final = b"Nirgendwo"  # of each patient, as long as what a turn puts there
_BYTES_OF_A_CASE: Final = 400
_UPLOADS: Final = "/abrechnung/hochladen/"


class Refused(Exception):
    """The server answered, but not with what was asked for."""


@dataclass(frozen=True)
class File:
    """A plain billing file; no two sites' are alike, nor two of one site with other seeds."""

    name: str
    content: bytes = field(repr=False)
    modified: int = 1_700_000_000_000  # ms

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def address(number: int) -> str:
    """Of the tunnel of this practice of the crowd: one of this machine."""
    return f"127.{1 + number // 62_500}.{1 + number // 250 % 250}.{1 + number % 250}"


def pattern(quarter: Quarter, made_on: date, size: int, seed: int = 0) -> bytes:
    """A varied file of about that many bytes, of a site that stands in for all."""
    giver = kvdt_sample.Giver(Bsnr(_STAND_IN), Lanr("123456601"), quarter, made_on)
    cases = max(1, size // _BYTES_OF_A_CASE)
    return b"".join(kvdt_sample.pieces(giver, cases=cases, seed=seed, is_varied=True))


def of_site(bsnr: str, made_on: date, content: bytes, turn: int = 0) -> File:
    """That file as this site's own; each turn another one, and written at another time."""
    own = content.replace(_STAND_IN.encode(), bsnr.encode())
    own = own.replace(_TOWN, b"N%08d" % turn, 1)
    return File(f"Z01{bsnr}_{made_on:%d.%m.%Y}_09.30.CON", own, File.modified + turn)


@dataclass
class Practice:
    """One browser. What breaks off raises OSError or HTTPException; a wrong answer, Refused."""

    port: int
    source: str
    user_name: str
    times: dict[str, list[float]] = field(default_factory=dict)  # ms, by what was asked for
    doing: str = ""
    token: str = ""
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    _line: http.client.HTTPConnection | None = None

    def at(self, port: int) -> None:
        """The server is there now; the old connection is of no use any more."""
        self.close()
        self.port = port

    def close(self) -> None:
        if self._line:
            self._line.close()
        self._line = None

    def reach(self) -> None:
        """The door is open."""
        self._token("/anmelden/", "page")

    def sign_in(self, password: str) -> None:
        token = self._token("/anmelden/", "page")
        form = {"user_name": self.user_name, "password": password}
        self._posted("/anmelden/", token, form, "sign-in", to="/")

    def open(self, path: str) -> str:
        """A page; Refused for one that is not this practice's own."""
        page = self._ask("GET", path, "page", wanted=200)[1].decode()
        if f"<strong>{self.user_name}</strong>" not in page:
            raise Refused(f"{path} is not the page of {self.user_name}")
        return page

    def check_beforehand(self, file: File) -> None:
        """The file goes through the check and is not kept; it must be found sound."""
        token = self._token("/abrechnung/pruefen/", "page")
        edge = secrets.token_hex(16)
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + file.content + f"\r\n--{edge}--\r\n".encode()
        told = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        answer, _said = self._ask("POST", "/abrechnung/pruefen/", "check", body, told, wanted=302)
        where = answer.headers["Location"]
        self.open(where)
        findings = self._ask("GET", f"{where}ergebnis.json", "page", wanted=200)[1]
        if json.loads(findings)["level"] != 0:
            raise Refused(f"{file.name}: {findings[:300]!r}")

    def begin(self, file: File, quarter: Quarter) -> str:
        """Announce it, or find what was begun of it; where it goes."""
        self.token = self._token("/abrechnung/neu/", "page")
        begun = json.loads(self._ask("GET", _UPLOADS, "page", wanted=200)[1])["uploads"]
        same = [one["url"] for one in begun if one["modified"] == file.modified]
        if same:
            return str(same[0])
        words = {"filename": file.name, "quarter": str(quarter), "modified": str(file.modified)}
        told = ",".join(f"{key} {base64.b64encode(one.encode()).decode()}" for key, one in words.items())
        headers = {"Upload-Length": str(len(file.content)), "Upload-Metadata": told}
        return self._tus("POST", _UPLOADS, b"", headers, wanted=201).headers["Location"]

    def stands_at(self, upload: str) -> int | None:
        """How far it came; None: it is not there any more."""
        answer = self._tus("HEAD", upload, b"", {}, wanted=(200, 404))
        return int(answer.headers["Upload-Offset"]) if answer.status == 200 else None

    def send(self, upload: str, file: File, offset: int, piece: int) -> int:
        """The next bytes of it; answers where it stands."""
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        body = file.content[offset : offset + piece]
        return int(self._tus("PATCH", upload, body, headers, wanted=204).headers["Upload-Offset"])

    def check(self, upload: str) -> str | None:
        """It is whole: the address of the delivery; None if the upload is not there any more."""
        headers = {"X-CSRFToken": self.token}
        answer, said = self._ask("POST", f"{upload}pruefen/", "check", b"", headers, wanted=(200, 404))
        found = re.search(rb'"url": "([^"]+)"', said)
        return found[1].decode() if found and answer.status == 200 else None

    def submit(self, delivery: str, extent: str = "whole") -> None:
        """Asked again it is the same submission."""
        token = self._token(delivery, "page")
        self._posted(f"{delivery}einreichen/", token, {"extent": extent}, "submit", to=delivery)

    def receipt(self, delivery: str) -> str:
        """Its number, as the page says it at once; the worker seals the paper afterwards."""
        found = _NUMBER.search(self._ask("GET", delivery, "receipt", wanted=200)[1].decode())
        if found is None:
            raise Refused(f"{delivery}: no receipt")
        return found[1]

    def _token(self, path: str, kind: str) -> str:
        found = _TOKEN.search(self._ask("GET", path, kind, wanted=200)[1].decode())
        if found is None:
            raise Refused(f"{path} has no form")
        return html.unescape(found[1])

    def _posted(self, path: str, token: str, form: dict[str, str], kind: str, *, to: str) -> None:
        fields = {"csrfmiddlewaretoken": token, **form}
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        told = {"Content-Type": "application/x-www-form-urlencoded"}
        answer, _said = self._ask("POST", path, kind, body, told, wanted=302)
        if answer.headers["Location"] != to:
            raise Refused(f"{path} leads to {answer.headers['Location']}")

    def _tus(
        self, method: str, path: str, body: bytes, headers: dict[str, str], *, wanted: int | tuple[int, ...]
    ) -> http.client.HTTPResponse:
        told = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **headers}
        return self._ask(method, path, "upload", body, told, wanted=wanted)[0]

    def _ask(
        self,
        method: str,
        path: str,
        kind: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        wanted: int | tuple[int, ...],
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self.doing = kind
        with self._timed(kind):
            answer, said = self._exchange(method, path, body, headers or {})
        for one in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(one)
        if answer.status not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            raise Refused(f"{method} {path}: {answer.status} {said[-300:]!r}")
        return answer, said

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=_PATIENCE, source_address=(self.source, 0)
            )
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        self._line.request(method, path, body, {"Cookie": cookies, **headers})
        answer = self._line.getresponse()
        return answer, answer.read()

    @contextlib.contextmanager
    def _timed(self, kind: str) -> Iterator[None]:
        """What breaks off has no time."""
        begun = time.perf_counter()
        yield
        self.times.setdefault(kind, []).append((time.perf_counter() - begun) * 1000)
