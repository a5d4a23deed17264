"""Files that somebody put here go out as downloads: never shown, never run, kept nowhere."""

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


def response(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """What a browser saves and does not open by itself (RFC 6266); the rest says `SecurityHeaders`."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    headers = {
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=f"{kind}{charset}", headers=headers)
