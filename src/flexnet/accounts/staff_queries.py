"""Show me: who works here, what they may, and what they sign in with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from flexnet.accounts.errors import NoSuchStaff
from flexnet.accounts.models import AuthenticatorApp, HeldRole, SecurityKey, Staff


@dataclass(frozen=True)
class Means:
    """What somebody signs in with beside the password."""

    app: AuthenticatorApp | None
    keys: Sequence[SecurityKey]
    recovery_codes_left: int

    @property
    def count(self) -> int:
        """How many second factors there are, without paper."""
        return len(self.keys) + (self.app is not None)


def sign_in_means(staff: Staff) -> Means:
    """Of one person. Three queries."""
    app = AuthenticatorApp.objects.filter(staff=staff).first()
    keys = list(staff.security_keys.order_by("added_at"))
    return Means(app, keys, staff.recovery_codes.filter(used_at=None).count())


def at_work(account_id: int, *, now: datetime) -> Staff | None:
    """Whom this account belongs to, with their roles, if they work here now. Two queries."""
    return _whole().filter(_active(now), account=account_id).first()


def at_the_door(user_name: str, *, now: datetime) -> Staff | None:
    """Who that would be, if they work here now."""
    return _whole().filter(_active(now), account__user_name=user_name).first()


def named(user_name: str) -> Staff:
    """By user name, whether they still work here or not; raises NoSuchStaff."""
    found = _whole().filter(account__user_name=user_name).first()
    if found is None:
        raise NoSuchStaff(f"Nobody called {user_name} works here. Enter them first: flexnet staff add")
    return found


def called(name: str) -> Staff | None:
    """By user name or by name, small letters or not; of several with one name whoever came first."""
    is_called = Q(account__user_name__iexact=name) | Q(name__iexact=name)
    return _whole().filter(is_called).order_by("pk").first()


def everybody(*, now: datetime) -> Sequence[Staff]:
    """Who works here first, by name; then who has left. Three queries, with what `has_factor` asks."""
    rows = _whole().select_related("app").prefetch_related("security_keys").order_by("name", "pk")
    return sorted(rows, key=lambda row: not row.is_active(now))


def names() -> Sequence[tuple[str, str]]:
    """Everybody who ever worked here, as user name and name. One query."""
    return list(Staff.objects.order_by("name", "pk").values_list("account__user_name", "name"))


def has_factor(staff: Staff) -> bool:
    """Whether they have set up a second factor."""
    return hasattr(staff, "app") or bool(staff.security_keys.all())


def _whole() -> QuerySet[Staff]:
    held = HeldRole.objects.filter(until_at=None)
    return Staff.objects.select_related("account").prefetch_related(Prefetch("held_roles", held))


def _active(now: datetime) -> Q:
    return Q(from_at__lte=now) & (Q(until_at=None) | Q(until_at__gt=now))
