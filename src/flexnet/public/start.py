"""The start page: what the access to the closed network is, and where to go from here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for everyone: nobody signs in here."""
    return render(request, "public/start.html")
