"""The desk: what is to be done today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.office.roles import everyone


@everyone
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The start page of everyone who works here."""
    return render(request, "office/desk.html")
