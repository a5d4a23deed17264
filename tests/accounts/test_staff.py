"""Who works at the KV: entered, with roles as dated facts, until they leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from flexnet.accounts import factors, staff, staff_queries
from flexnet.accounts.errors import LastAdministrator, NoSuchStaff, StaffEnded, UserNameTaken
from flexnet.accounts.models import Role, Staff, WebSession
from flexnet.accounts.sessions import SessionStore
from flexnet.audit.models import Event
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY: dict[str, Any] = {"by": make.BY, "reason": "Grund", "now": make.NOW}


def now_as(who: Staff) -> Staff:
    """As the database has them by now."""
    return staff_queries.named(str(who))


def signed_in(who: Staff) -> None:
    store = SessionStore()
    store["_auth_user_id"] = str(who.account_id)
    store.save()


def is_signed_in(who: Staff) -> bool:
    return WebSession.objects.filter(Q(account=who.account_id)).exists()


def test_somebody_works_here_from_the_moment_they_are_entered() -> None:
    entered = staff.enter(
        user_name="Clara", name="Clara Beispiel", roles=[Role.CLERK, Role.IT], by=make.BY, now=make.NOW
    )
    assert str(entered.staff) == "clara"
    assert now_as(entered.staff).roles == {Role.CLERK, Role.IT}
    assert not entered.staff.is_active(make.NOW - DAY)
    assert entered.staff.is_active(make.NOW)


def test_credentials_show_themselves_to_nobody_by_accident() -> None:
    entered = staff.enter(user_name="clara", name="Clara", by=make.BY, now=make.NOW)
    assert entered.initial_password not in repr(entered)
    assert entered.enrolment_code not in repr(entered)


def test_user_names_are_shared_with_members() -> None:
    make.member()
    with pytest.raises(UserNameTaken):
        staff.enter(user_name="alice", name="Alice", by=make.BY, now=make.NOW)


def test_roles_are_changed_and_the_past_is_kept() -> None:
    clara = make.colleague(Role.RECEPTION, Role.CLERK).staff
    staff.set_roles(staff=clara, roles=[Role.CLERK, Role.AUDITOR], **WHY)
    assert now_as(clara).roles == {Role.CLERK, Role.AUDITOR}
    past = clara.held_roles.get(role=Role.RECEPTION)
    assert (past.from_at, past.until_at) == (make.NOW - DAY, make.NOW)
    entry = Event.objects.filter(kind="staff.roles_changed").latest("pk")
    assert '"before":["clerk","reception"]' in entry.data
    assert '"after":["auditor","clerk"]' in entry.data


def test_the_same_roles_are_no_change() -> None:
    clara = make.colleague(Role.CLERK).staff
    signed_in(clara)
    staff.set_roles(staff=clara, roles=[Role.CLERK], **WHY)
    assert is_signed_in(clara)
    assert not Event.objects.filter(kind="staff.roles_changed").exists()


@pytest.mark.parametrize("act", ["roles", "end", "reset"])
def test_whoever_is_signed_in_is_not_any_more(act: str) -> None:
    clara, other = make.colleague(Role.CLERK).staff, make.colleague(Role.CLERK, name="dora").staff
    signed_in(clara)
    signed_in(other)
    if act == "roles":
        staff.set_roles(staff=clara, roles=[], **WHY)
    elif act == "end":
        staff.end(staff=clara, **WHY)
    else:
        staff.reset(staff.fresh_credentials(clara), **WHY)
    assert not is_signed_in(clara)
    assert is_signed_in(other)


def test_who_left_has_nothing_any_more_and_nothing_about_them_changes() -> None:
    clara = make.colleague(Role.CLERK).staff
    staff.end(staff=clara, **WHY)
    assert not now_as(clara).is_active(make.NOW)
    assert not now_as(clara).roles
    assert not factors.are_set_up(clara)
    for act in (
        lambda: staff.end(staff=clara, **WHY),
        lambda: staff.set_roles(staff=clara, roles=[Role.CLERK], **WHY),
        lambda: staff.reset(staff.fresh_credentials(clara), **WHY),
    ):
        with pytest.raises(StaffEnded):
            act()


def test_a_reset_leaves_no_factor_and_a_new_first_password() -> None:
    clara = make.colleague(Role.CLERK)
    fresh = staff.reset(staff.fresh_credentials(clara.staff), **WHY)
    row = now_as(clara.staff)
    assert row.account.password_is_initial
    assert not factors.are_set_up(row)
    assert fresh.initial_password != clara.password
    assert row.roles == {Role.CLERK}


def test_the_last_administrator_stays() -> None:
    ada = make.colleague(Role.ADMINISTRATOR, name="ada").staff
    with pytest.raises(LastAdministrator):
        staff.end(staff=ada, **WHY)
    with pytest.raises(LastAdministrator):
        staff.set_roles(staff=ada, roles=[Role.IT], **WHY)
    assert now_as(ada).roles == {Role.ADMINISTRATOR}
    make.colleague(Role.ADMINISTRATOR, name="berta")
    staff.end(staff=ada, **WHY)
    assert not now_as(ada).is_active(make.NOW)


def test_nobody_of_that_name_is_told() -> None:
    with pytest.raises(NoSuchStaff, match="flexnet staff add"):
        staff_queries.named("nobody")


def test_who_works_here_comes_before_who_has_left() -> None:
    for name in ("dora", "clara", "berta"):
        make.colleague(Role.CLERK, name=name)
    staff.end(staff=staff_queries.named("berta"), **WHY)
    assert [str(row) for row in staff_queries.everybody(now=make.NOW)] == ["clara", "dora", "berta"]
