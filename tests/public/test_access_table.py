"""Who reaches what here: every address, for nobody and for whoever is signed in elsewhere: the same."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import reverse

from flexnet import configuration
from flexnet.accounts.models import Account, Role
from flexnet.accounts.sessions import SessionStore
from flexnet.public import urls
from flexnet.web import sites
from tests import make

# What the address answers to a visit; tokens in it are guessed, and of the manual a chapter's name.
OPENS, ONLY_SENT, NOT_THERE = 200, 405, 404
TABLE = {
    "start": OPENS,
    "requirements": OPENS,
    "all-terms": OPENS,
    "terms": OPENS,
    "terms-text": OPENS,
    "providers": OPENS,
    "maintenance": OPENS,
    "emergency": OPENS,
    "emergency-sent": OPENS,
    "credentials": OPENS,
    "credentials-sent": OPENS,
    "software": OPENS,
    "software-sent": OPENS,
    "software-over": OPENS,
    "software-link": NOT_THERE,
    "software-load": ONLY_SENT,
    "software-ready": NOT_THERE,
    "choice": OPENS,
    "received": NOT_THERE,
    "document": NOT_THERE,
    "apply": OPENS,
    "blank": OPENS,
    "manual": OPENS,
    "manual-chapter": NOT_THERE,
    "manual-pdf": OPENS,
    "imprint": OPENS,
    "privacy": OPENS,
    "accessibility": OPENS,
}
ARGUMENTS = {"version": 1, "token": "guessed", "slug": "mitglied", "release": 1}


def address(name: str) -> str:
    pattern = next(one for one in urls.urlpatterns if one.name == name)
    return reverse(name, kwargs={one: ARGUMENTS[one] for one in pattern.pattern.converters})


def test_every_address_has_its_line() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("who", ["nobody", "member", "clerk"])
def test_what_one_reaches_does_not_depend_on_who_one_is(who: str, browser: Client) -> None:
    if who == "member":
        sign_in(browser, make.settled().practice_access.account)
    elif who == "clerk":
        sign_in(browser, make.colleague(Role.CLERK).staff.account)
    assert bool(browser.cookies) == (who != "nobody")
    assert {name: browser.get(address(name)).status_code for name in TABLE} == TABLE


def sign_in(browser: Client, account: Account) -> None:
    """What signing in at the portal and at the office leaves in a browser."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    assert session.session_key
    for site in sites.NAMES:
        name = sites.settings(site, configuration.current())["SESSION_COOKIE_NAME"]
        browser.cookies[name] = session.session_key
