"""The emergency lock by telephone: what the caller is asked, and the same answer whatever they said."""

from datetime import UTC, datetime
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from flexnet import configuration
from flexnet.access import emergency
from flexnet.accounts.models import Role
from flexnet.office import act_forms
from flexnet.office.middleware import StaffRequest
from flexnet.office.roles import only
from flexnet.web import words


class Told(forms.Form):
    """What the caller says."""

    user_name = act_forms.Line(words.USER_NAME, longest=64)
    word = act_forms.Line(
        gettext_lazy("Sperrkennwort"),
        help_text=gettext_lazy("Vier Wörter. Groß und klein, Leerzeichen und Striche sind gleich."),
    )


@only(Role.RECEPTION, Role.CLERK, Role.KEY_DESK, Role.IT)
@sensitive_post_parameters("word")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Whoever answers the telephone learns no more than the caller: nobody can try words on them."""
    form = Told(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        emergency.lock(
            **form.cleaned_data,
            source=request.META["REMOTE_ADDR"],
            channel="telephone",
            by=f"office:{cast(StaffRequest, request).staff}",
            now=datetime.now(UTC),
        )
        word = {"user_name": configuration.current().profile.words.user_name}
        said = _("Angekommen. Stimmten %(user_name)s und Sperrkennwort, ist jetzt gesperrt.")
        messages.info(request, said % word)
        return redirect("lock-by-telephone")
    return render(request, "office/hotline.html", {"form": form}, status=422 if form.errors else 200)
