"""Accesses of practice staff (§ 1(2)) and of third parties (§ 1(1)) are opened."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from flexnet import configuration, transactions
from flexnet.access import actions, derived, queries
from flexnet.access.models import Access, Permission, Service
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Role
from flexnet.members.models import ThirdParty
from flexnet.office.entering import pages
from flexnet.office.entering.accesses import NewAccess, opened, opening, proposed
from flexnet.office.entering.fields import Line, choice
from flexnet.office.entering.pages import Page
from flexnet.office.entering.third_parties import third_party_or_404
from flexnet.office.roles import only

_PORTAL = "portal/"  # no service is called so
_HANDS_IN = "submission/"  # as above
_YES = "yes"
_FUNCTIONS = {_PORTAL: Permission.Function.PORTAL, _HANDS_IN: Permission.Function.SUBMISSION}
_MEMBERS = (Access.Kind.PRACTICE, Access.Kind.PERSONAL)


class NewEmployeeAccess(NewAccess):
    """For somebody of the practice's staff."""

    holder = Line(label=gettext_lazy("Vor- und Nachname"), max_length=200)
    PARTS = (("", ("holder", "user_name")),)


class NewThirdPartyAccess(NewAccess):
    """For one person of a third party, with what it may be used for."""

    holder = Line(label=gettext_lazy("Vor- und Nachname"), max_length=200)
    signs = choice(
        gettext_lazy("Unterschreibt diese Person für den Dritten?"),
        [(_YES, gettext_lazy("Ja")), ("no", gettext_lazy("Nein"))],
    )
    may = forms.MultipleChoiceField(
        label=gettext_lazy("Was darf dieser Zugang?"),
        help_text=gettext_lazy("Nur das, wofür die KV ein eigenes Interesse hat (§ 1 Abs. 1)."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    PARTS = (("", ("holder", "signs", "user_name", "from_on", "may")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["may"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - narrows the type
        services = Service.objects.filter(for_everyone=False).order_by("name")
        portal = configuration.current().profile.portal_name
        hands_in = _("Abrechnungen einreichen, für Praxen, die es erlauben (Sammeleinreicher)")
        field.choices = [
            (_PORTAL, portal),
            (_HANDS_IN, hands_in),
            *((one.slug, one.name) for one in services),
        ]


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_employee(request: HttpRequest, user_name: str) -> HttpResponse:
    """For somebody of the staff, derived from a member's access: what ends that one ends this one."""
    origin = access_or_404(user_name)
    if origin.kind not in _MEMBERS:
        raise Http404
    initial = {"user_name": proposed(f"m{_number(origin)}-1")}
    form = NewEmployeeAccess(**pages.typed(request), initial=initial)
    page = Page(
        _("Mitarbeiterzugang eröffnen"),
        _("Zugang eröffnen"),
        reverse("access-letters", args=[origin]),
        str(origin),
        lead=_("Er hängt am Zugang „%(origin)s“: Endet dieser oder wird er gesperrt, gilt das auch für ihn.")
        % {"origin": origin},
        done=opened(),
    )

    def save() -> str:
        fact = {"origin": origin, "holder": form.cleaned_data["holder"]}
        opening(form, derived.open_employee_access, by=pages.who(request), **fact)
        return reverse("access-letters", args=[accounts.normal_user_name(form.cleaned_data["user_name"])])

    return pages.answer(request, form, page, save=save)


@only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def of_third_party(request: HttpRequest, third_party: int) -> HttpResponse:
    """For one person of a third party, with what is granted to it."""
    row = third_party_or_404(third_party)
    initial = {"user_name": proposed(f"d{row.pk:05}"), "holder": row.signatory, "signs": _YES}
    form = NewThirdPartyAccess(**pages.typed(request), initial=initial)
    page = Page(
        _("Zugang für einen Dritten eröffnen"),
        _("Zugang eröffnen"),
        reverse("third-party-setup", args=[row.pk]),
        row.name,
        done=opened(),
    )

    def save() -> str:
        name = accounts.normal_user_name(form.cleaned_data["user_name"])
        _open_for(row, form, by=pages.who(request))
        _grant(name, form.cleaned_data["may"], by=pages.who(request))
        return page.back

    return pages.answer(request, form, page, save=save)


def access_or_404(user_name: str) -> Access:
    row = queries.whole().filter(account__user_name=user_name).first()
    if row is None:
        raise Http404
    return row


def _number(origin: Access) -> str:
    return str(origin.site or origin.person)


def _open_for(party: ThirdParty, form: NewThirdPartyAccess, *, by: str) -> None:
    data = form.cleaned_data
    opening(
        form,
        derived.open_third_party_access,
        party=party,
        holder=data["holder"],
        is_signatory=data["signs"] == _YES,
        from_on=data["from_on"],
        by=by,
    )


def _grant(name: str, wanted: list[str], *, by: str) -> None:
    access, now = queries.access_named(name), pages.now()
    with transactions.writing():
        for service in Service.objects.filter(slug__in=wanted):
            actions.grant(access=access, service=service, by=by, now=now)
        for choice, function in _FUNCTIONS.items():
            if choice in wanted:
                derived.permit(access=access, function=function, by=by, now=now)
