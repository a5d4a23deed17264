"""Who may: pages are for certain roles, and sensitive acts want the second factor anew."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseBase

from flexnet.accounts.models import Role
from flexnet.office import step_up
from flexnet.office.middleware import CONFIRMED_AT, StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

FRESH_FOR = timedelta(minutes=5)
_SAFE = ("GET", "HEAD")


def only(*roles: Role, auditors_read: bool = True) -> Callable[[View[P]], View[P]]:
    """The page is there for these roles; for others it is not (404). Put it outermost.

    Auditors may look at what clerks may look at, unless `auditors_read` is False.
    """
    named = frozenset(roles)
    readers = named | {Role.AUDITOR} if auditors_read and Role.CLERK in named else named

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            wanted = readers if request.method in _SAFE else named
            if not cast(StaffRequest, request).staff.roles & wanted:
                raise Http404
            return view(request, *args, **kwargs)

        guarded.roles = named  # type: ignore[attr-defined]  # a test asks every page for it
        return guarded

    return wrap


def everyone(view: View[P]) -> View[P]:
    """The page is there for all who work here, whatever their roles."""
    view.roles = frozenset(Role)  # type: ignore[attr-defined]  # as above
    return view


def fresh(view: View[P]) -> View[P]:
    """Only with a second factor within the last five minutes, which is asked for; nothing typed is lost.

    Put it below `only`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_fresh(request, datetime.now(UTC)):
            asked = step_up.ask(request)
            if asked is not None:
                return asked
        return view(request, *args, **kwargs)

    return guarded


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the second factor was shown within the last five minutes; a clock set back does not count."""
    since: float = now.timestamp() - request.session.get(CONFIRMED_AT, 0.0)
    return 0 <= since <= FRESH_FOR.total_seconds()
