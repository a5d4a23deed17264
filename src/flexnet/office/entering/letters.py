"""The letters to an access: shown what they hold, drawn when a button asks, kept nowhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from flexnet import configuration
from flexnet.access import first_password, requests
from flexnet.access.errors import AddressRests, OwnPassword
from flexnet.access.models import Access
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.office import letters, recipients
from flexnet.office.entering import pages
from flexnet.office.entering.derived_accesses import access_or_404
from flexnet.office.letters import Recipient
from flexnet.office.roles import fresh, only


@only(Role.CLERK)
@require_safe
def page(request: HttpRequest, user_name: str) -> HttpResponse:
    """What has to be posted, to whom, and in which order."""
    access, now = access_or_404(user_name), pages.now()
    asked = requests.open_of(access)
    held = access.assignments.filter(until_at=None).select_related("key").first()
    context = {
        "access": access,
        "account": access.account,
        "to": recipients.of(access, day_of(now)),
        "home": recipients.home(access, day_of(now)),
        "is_separate": is_separate(),
        "is_anew": requests.has_replaced(access),
        "waits": requests.address_waits(access, now),
        "asked": asked if asked and not requests.is_for_first_letters(asked) else None,
        "is_unused": access.account.password_is_initial,
        "valid_until": access.account.password_set_at + configuration.current().password.initial_valid,
        "key": held.key if held else None,
    }
    return render(request, "office/entering/letters.html", context)


@only(Role.CLERK)
@require_safe
def user_name_letter(request: HttpRequest, user_name: str) -> HttpResponse:
    """The letter without a secret; it may be printed as often as one likes."""
    access, now = access_or_404(user_name), pages.now()
    if not is_separate():
        raise Http404
    word = configuration.current().profile.words.user_name
    return sheet_of(letters.user_name(access, _to(access), now=now), f"{word}_{access}")


@only(Role.CLERK)
@fresh
@require_POST
def password_letter(request: HttpRequest, user_name: str) -> HttpResponse:
    """A fresh first password on a sheet, in this one answer; the letter before it is void."""
    access, now = access_or_404(user_name), pages.now()
    to = _to(access)
    try:
        issued = first_password.issue(access=access, by=pages.who(request), now=now)
    except (OwnPassword, AddressRests):
        return redirect("access-letters", user_name=access)
    draw = letters.anew if requests.has_replaced(access) else letters.password
    sheet = draw(issued, to, with_user_name=not is_separate(), now=now)
    word = configuration.current().profile.words.password
    return sheet_of(sheet, _("Erstes-%(word)s") % {"word": word} + f"_{access}")


def is_separate() -> bool:
    """Whether user name and password travel in letters of their own."""
    return configuration.current().profile.letters == "separate"


def _to(access: Access) -> Recipient:
    """Without an address there is no letter, and no button for one."""
    found = recipients.of(access, day_of(pages.now()))
    if found is None:
        raise Http404
    return found


def sheet_of(content: bytes, name: str) -> HttpResponse:
    """To be printed from the browser, and kept nowhere."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
