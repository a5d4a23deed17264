"""Programs of practices at the portal's door: what they send, and with what."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.test import Client

from flexnet.access.models import Access
from tests import make
from tests.billing import files

if TYPE_CHECKING:
    from tests.portal.visiting import Answer

AT = "/api/v1/"
CONTENT = files.plain(cases=40)
OFFSET = "application/offset+octet-stream"
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Caller:
    """A program with its secret, or with a wrong one."""

    secret: str
    source: str = "127.0.0.1"
    language: str = "de"

    def asks(self, method: str, path: str, body: bytes = b"", kind: str = BYTES, **headers: object) -> Any:
        """Any: Django's own type of a test's answer is not public. Underscores stand for hyphens."""
        told = {name.replace("_", "-"): str(one) for name, one in headers.items()}
        signs = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        client = Client(REMOTE_ADDR=self.source)
        known = {"Accept-Language": self.language, **signs, **told}
        url = path if path.startswith("/") else f"{AT}{path}"
        return client.generic(method, url, body, content_type=kind, headers=known)

    def delivers(self, content: bytes = CONTENT, *, key: str = "eins", name: str = files.NAME) -> Answer:
        said = urlencode({"dateiname": name, "quartal": str(files.QUARTER)})
        answer: Answer = self.asks("POST", f"lieferungen?{said}", content, Idempotency_Key=key)
        return answer

    def announces(self, size: int = len(CONTENT), *, key: str = "eins", name: str = files.NAME) -> Answer:
        words = {"filename": name, "quarter": str(files.QUARTER)}
        told = ",".join(f"{one} {base64.b64encode(text.encode()).decode()}" for one, text in words.items())
        answer: Answer = self.asks(
            "POST",
            "uebertragungen",
            Idempotency_Key=key,
            Tus_Resumable="1.0.0",
            Upload_Length=size,
            Upload_Metadata=told,
        )
        return answer

    def sends(self, url: str, piece: bytes, offset: int) -> Answer:
        more = {"Tus_Resumable": "1.0.0", "Upload_Offset": offset}
        answer: Answer = self.asks("PATCH", url, piece, OFFSET, **more)
        return answer


def of(access: Access, **more: str) -> Caller:
    """A program that is connected with this access."""
    return Caller(make.program(access).secret, **more)
