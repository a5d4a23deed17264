"""The emergency lock, day and night; whatever is typed, the answer is the same."""

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from flexnet.access import emergency
from flexnet.public.fields import FromPaper, UserName


class EmergencyLock(forms.Form):
    """User name and revocation word."""

    user_name = UserName()
    word = FromPaper(
        label=_("Sperrkennwort"),
        help_text=_(
            "Vier Wörter aus dem Brief mit den Zugangsdaten. "
            "Groß und klein, Leerzeichen und Striche sind gleich."
        ),
    )


@sensitive_post_parameters("word")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Who has both locks the access at once; nobody learns here whether it was so."""
    form = EmergencyLock(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        emergency.lock(
            **form.cleaned_data,
            source=request.META["REMOTE_ADDR"],
            channel="public",
            now=datetime.now(UTC),
        )
        return redirect("emergency-sent")
    return render(request, "public/emergency.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The one answer, and what to do next."""
    return render(request, "public/emergency_sent.html")
