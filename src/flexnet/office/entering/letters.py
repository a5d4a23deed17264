"""What an access gets by post: all that was sent, what is still due, and the next step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flexnet.access import requests
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.office import recipients
from flexnet.office.entering import pages
from flexnet.office.entering.derived_accesses import access_or_404
from flexnet.office.happening_words import contents
from flexnet.office.posting import words
from flexnet.office.roles import only
from flexnet.post import due, queries
from flexnet.post.recipients import of
from flexnet.post.rules import Why


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, user_name: str) -> HttpResponse:
    """User name, password and key of one access as one picture."""
    access, now = access_or_404(user_name), pages.now()
    asked = requests.open_of(access)
    found = due.of_access(access, now=now)
    context = {
        "access": access,
        "account": access.account,
        "to": of([access], day_of(now)).get(access),
        "home": recipients.home(access, day_of(now)),
        "asked": asked if asked and not requests.is_for_first_letters(asked) else None,
        "sent": [
            (item, contents(item.kind), words.STATES[queries.state_of(item)])
            for item in queries.of_access(access)
        ],
        "ready": [contents(one.wanted.kind) for one in found if one.waits is None],
        "waiting": [(contents(one.wanted.kind), words.waits(one.waits)) for one in found if one.waits],
        "needs_key": any(one.waits and one.waits.why is Why.KEY_MISSING for one in found)
        and access.kind != Access.Kind.EMPLOYEE,
    }
    return render(request, "office/entering/letters.html", context)
