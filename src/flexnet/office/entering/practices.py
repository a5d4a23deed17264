"""Practices and their sites are entered."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from flexnet import transactions
from flexnet.access.rules import day_of
from flexnet.accounts.models import Role
from flexnet.members import actions as members
from flexnet.members import addresses, editing, queries
from flexnet.members.errors import AlreadyEntered, NotEntered
from flexnet.members.models import Practice, Site
from flexnet.office.entering import pages
from flexnet.office.entering.forms import NewPractice, NewSite, SitePart
from flexnet.office.entering.pages import Page, Problem, Refused
from flexnet.office.roles import only


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """A practice with its main site and the address to which letters go."""
    form = NewPractice(**pages.typed(request), initial={"kind": Practice.Kind.SINGLE})
    page = Page(
        _("Praxis eintragen"),
        _("Praxis eintragen"),
        reverse("entering"),
        _("Eintragen"),
        lead=_("Zuerst die Praxis selbst. Personen, Zugänge und Briefe folgen danach, Schritt für Schritt."),
        done=_("Die Praxis ist eingetragen."),
    )

    def save() -> str:
        data = form.cleaned_data
        with _refused(data["bsnr"]), transactions.writing():
            site = members.enter_practice(
                bsnr=data["bsnr"],
                name=data["name"],
                kind=data["kind"],
                opened_on=data["opened_on"],
                by=pages.who(request),
            )
            _reach(request, site, form)
        return reverse("practice-setup", args=[site.practice_id])

    return pages.answer(request, form, page, save=save)


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest, practice: int) -> HttpResponse:
    """A further site of a practice."""
    row = practice_or_404(practice)
    form = NewSite(**pages.typed(request))
    page = Page(
        _("Weitere Betriebsstätte eintragen"),
        _("Betriebsstätte eintragen"),
        reverse("practice-setup", args=[row.pk]),
        row.name,
        done=_("Die Betriebsstätte ist eingetragen."),
    )

    def save() -> str:
        data = form.cleaned_data
        with _refused(data["bsnr"]), transactions.writing():
            found = members.enter_site(
                practice=row, bsnr=data["bsnr"], opened_on=data["opened_on"], by=pages.who(request)
            )
            _reach(request, found, form)
        return page.back

    return pages.answer(request, form, page, save=save)


def practice_or_404(number: int) -> Practice:
    """Whoever may enter anything may see every practice."""
    try:
        return queries.practice(number)
    except NotEntered:
        raise Http404 from None


@contextmanager
def _refused(bsnr: str) -> Iterator[None]:
    """A BSNR that is there already is said with the practice that has it."""
    try:
        yield
    except AlreadyEntered:
        there = queries.site(bsnr).practice
        more = Problem(
            _("Sie gehört zur Praxis „%(name)s“.") % {"name": there},
            link=reverse("practice-setup", args=[there.pk]),
            link_text=_("Diese Praxis ansehen"),
        )
        raise Refused("bsnr", _("Diese Betriebsstätte ist schon eingetragen."), more) from None


def _reach(request: HttpRequest, site: Site, form: SitePart) -> None:
    """Inside a transaction: where letters go, and how to call."""
    by, now = pages.who(request), pages.now()
    addresses.register(addressee=site, address=form.address(), seen=None, from_on=day_of(now), by=by, now=now)
    editing.edit_contact(site=site, seen=editing.Contact.of(site), wanted=form.contact(), by=by)
