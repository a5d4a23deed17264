"""Whose a page is: roles, and what auditors may look at."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from flexnet.accounts.models import Role
from flexnet.office.roles import everyone, only


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("mine")


def opens(page: Any, *roles: Role, method: str = "get") -> bool:
    request = getattr(RequestFactory(), method)("/")
    request.staff = SimpleNamespace(roles=frozenset(roles))
    try:
        return bool(page(request).content == b"mine")
    except Http404:
        return False


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_page_is_there_for_its_roles_alone(method: str) -> None:
    page = only(Role.KEY_DESK, Role.IT)(view)
    found = {role for role in Role if opens(page, role, method=method)}
    assert found == {Role.KEY_DESK, Role.IT}
    assert opens(page, Role.RECEPTION, Role.IT, method=method)
    assert not opens(page, method=method)


def test_auditors_look_at_what_clerks_look_at_and_change_nothing() -> None:
    page = only(Role.CLERK, Role.RECEPTION)(view)
    assert opens(page, Role.AUDITOR)
    assert opens(page, Role.AUDITOR, method="head")
    assert not opens(page, Role.AUDITOR, method="post")
    assert opens(page, Role.AUDITOR, Role.CLERK, method="post")


def test_unless_the_page_says_otherwise() -> None:
    assert not opens(only(Role.CLERK, auditors_read=False)(view), Role.AUDITOR)
    assert not opens(only(Role.IT)(view), Role.AUDITOR)


def test_a_page_for_everyone_says_so() -> None:
    assert everyone(view).roles == frozenset(Role)  # type: ignore[attr-defined]  # what the decorator adds
