"""A page that keeps itself up to date: its script says that it asks by itself, for nobody clicked."""

from django.http import HttpRequest

_HEADER = "Asks-By-Itself"


def asks(request: HttpRequest) -> bool:
    """Only what looks can say so; whoever sends something has clicked."""
    return request.method in ("GET", "HEAD") and _HEADER in request.headers
