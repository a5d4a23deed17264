"""New credentials are asked for; whatever is typed, the answer is the same."""

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import credentials
from flexnet.public.fields import UserName


class Request(forms.Form):
    """No more than the name: who it is, is found out by calling back."""

    user_name = UserName()


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """A clerk calls back and has a letter sent; nobody learns here whether there is such a name."""
    form = Request(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        credentials.request_publicly(
            **form.cleaned_data, source=request.META["REMOTE_ADDR"], now=datetime.now(UTC)
        )
        return redirect("credentials-sent")
    return render(request, "public/credentials.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The one answer, and what comes next."""
    return render(request, "public/credentials_sent.html")
