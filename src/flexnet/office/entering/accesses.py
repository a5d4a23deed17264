"""Accesses of practices and people are opened, with a user name proposed; passwords are born with letters."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet import configuration
from flexnet.access import actions, foresight
from flexnet.access.models import Access
from flexnet.accounts import actions as accounts
from flexnet.accounts.errors import BadUserName, UserNameTaken
from flexnet.accounts.models import Account, Role
from flexnet.office.entering import pages
from flexnet.office.entering.fields import Code, Day
from flexnet.office.entering.forms import Entry
from flexnet.office.entering.pages import Page, Problem, Refused
from flexnet.office.entering.people import person_or_404
from flexnet.office.entering.practices import practice_or_404
from flexnet.office.roles import only


class NewAccess(Entry):
    """How the access is called, and from when it opens."""

    user_name = Code(
        help_text=gettext_lazy(
            "Ein Vorschlag. 3 bis 32 Zeichen: a–z, 0–9 und innen Punkt, Bindestrich, Unterstrich."
        ),
        max_length=64,
    )
    from_on = Day(
        label=gettext_lazy("Freischalten ab"),
        help_text=gettext_lazy("Leer heißt: sofort. Sonst zum Beispiel 1.4.2026"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_name"].label = configuration.current().profile.words.user_name


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_site(request: HttpRequest, practice: int, site: int) -> HttpResponse:
    """The practice access of a site; one for each (§ 2(1))."""
    row = practice_or_404(practice)
    place = row.sites.filter(pk=site).first()
    if place is None:
        raise Http404
    form = NewAccess(**pages.typed(request), initial={"user_name": proposed(f"p{place}")})
    page = Page(
        _("Praxiszugang eröffnen"),
        _("Zugang eröffnen"),
        reverse("practice-setup", args=[row.pk]),
        row.name,
        lead=_("Für die Betriebsstätte %(bsnr)s.") % {"bsnr": place},
        done=opened(),
    )

    def save() -> str:
        _only_one(Access.objects.filter(site=place))
        fact = {"site": place, "from_on": form.cleaned_data["from_on"]}
        opening(form, actions.open_practice_access, by=pages.who(request), **fact)
        return page.back

    return pages.answer(request, form, page, save=save)


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_person(request: HttpRequest, practice: int, person: int) -> HttpResponse:
    """The personal access of somebody in the practice."""
    row = practice_or_404(practice)
    who = person_or_404(row, person)
    form = NewAccess(**pages.typed(request), initial={"user_name": proposed(f"a{who}")})
    page = Page(
        _("Persönlichen Zugang eröffnen"),
        _("Zugang eröffnen"),
        reverse("practice-setup", args=[row.pk]),
        row.name,
        lead=_("Für %(name)s, LANR %(lanr)s.") % {"name": who.name, "lanr": who},
        done=opened(),
    )

    def save() -> str:
        _only_one(Access.objects.filter(person=who))
        fact = {"person": who, "from_on": form.cleaned_data["from_on"]}
        opening(form, actions.open_personal_access, by=pages.who(request), **fact)
        return page.back

    return pages.answer(request, form, page, save=save)


def opened() -> str:
    return _("Der Zugang ist eröffnet. Als Nächstes kommen die Briefe mit den Zugangsdaten.")


def opening(form: Entry, open_one: Callable[..., object], **fact: Any) -> None:
    """Open the access under the name that was typed. Raises Refused."""
    try:
        now = pages.now()
        account = accounts.new_account_without_secrets(form.cleaned_data["user_name"], now=now)
        open_one(user_name=account, now=now, **fact)
    except BadUserName:
        text = _("So geht es nicht: 3 bis 32 Zeichen, a–z, 0–9 und innen Punkt, Bindestrich, Unterstrich.")
        raise Refused("user_name", text) from None
    except UserNameTaken:
        text = _("Diesen Namen gibt es schon. Wählen Sie einen anderen.")
        raise Refused("user_name", text) from None


def proposed(name: str) -> str:
    """This name, or with a number behind it that nobody has."""
    taken = set(Account.objects.filter(user_name__startswith=name).values_list("user_name", flat=True))
    tries = (name, *(f"{name}-{count}" for count in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken)


def _only_one(there: QuerySet[Access]) -> None:
    """A second one only once the first has ended for good. Raises Refused."""
    standing = foresight.standing(there, now=pages.now())
    if not standing:
        return
    name = standing[0].account.user_name
    raise Refused(
        None,
        _("Es gibt schon den Zugang „%(name)s“.") % {"name": name},
        Problem(
            _("Fehlen nur die Zugangsdaten, dann drucken Sie die Briefe dazu neu."),
            link=reverse("access-letters", args=[name]),
            link_text=_("Zu den Briefen"),
        ),
    )
