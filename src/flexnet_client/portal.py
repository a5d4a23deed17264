"""One request to the KV's portal and its answer; a broken line is an answer too."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flexnet_client.credentials import Secret
from flexnet_client.failures import Exit, Failure

_AT = "api/v1/"
_PATIENCE = 60  # seconds; the check of a file of 200 MB needs a few
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class LineBroken(Exception):
    """No answer came, or one that says to try again."""


@dataclass(frozen=True)
class Answer:
    """What the portal said."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def told(self) -> dict[str, Any]:
        """What is in it as JSON; nothing, if it is none."""
        try:
            found = json.loads(self.content)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def failure(self) -> Failure:
        """For the person: what is wrong and what to do, as the portal puts it."""
        told = self.told
        lines = [f"{told.get('title', 'Das Portal hat unerwartet geantwortet.')} {told.get('detail', '')}"]
        lines += [f"  – {one['was']} {one['abhilfe']}" for one in told.get("befunde", [])]
        if not told:
            lines = [f"Das Portal nimmt keine Programme an oder hat einen Fehler (Antwort {self.status})."]
        return Failure("\n".join(line.strip(" ") for line in lines), Exit.REFUSED)


@dataclass(frozen=True)
class Portal:
    """Where the portal is, and with what the program signs in."""

    url: str
    secret: Secret
    ca_file: Path | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Underscores stand for the hyphens of headers. Raises LineBroken, Failure."""
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        signed = {"Authorization": f"Bearer {self.secret.reveal().decode()}", "Accept-Language": "de", **told}
        connection = self._connection()
        try:
            connection.request(method, self._path(path), body=body, headers=signed)
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.headers.items()), response.read())
        except ssl.SSLCertVerificationError:
            raise Failure(
                "Das Portal hat ein Zertifikat, das nicht das richtige ist. Nichts wurde gesendet.",
                Exit.GATEWAY,
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise LineBroken(str(error)) from None
        finally:
            connection.close()
        if answer.status in (429, 500, 502, 503, 504):
            raise LineBroken(f"Antwort {answer.status}")
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "http" and host in _LOOPBACK:
            return http.client.HTTPConnection(host, parts.port, timeout=_PATIENCE)
        if parts.scheme != "https" or not host:
            raise Failure("Die Adresse des Portals (portal_url) muss mit https:// beginnen.", Exit.SETTINGS)
        context = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection(host, parts.port, timeout=_PATIENCE, context=context)

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"{urlsplit(self.url).path.rstrip('/')}/{_AT}{path}"
