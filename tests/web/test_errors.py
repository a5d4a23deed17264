"""What a person sees when something went wrong: what to do, a reference, never a trace."""

import importlib
import logging
import re

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client

from flexnet.portal import urls
from flexnet.web import errors
from tests import configured

SENTINEL = "Sentinel-4711"
REFERENCE = re.compile(r'<strong class="figures">([A-Z0-9]{4}-[A-Z0-9]{4})</strong>')


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Every page fails with the error that is put in here."""
    raised: list[Exception] = []

    def fail(*_: object, **__: object) -> None:
        raise raised[0]

    monkeypatch.setattr("flexnet.portal.start.SignIn", fail)
    return raised


def page(failure: Exception, failing: list[Exception]) -> tuple[int, str, str]:
    failing.append(failure)
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    return answer.status_code, answer.text, answer.headers.get("Retry-After", "")


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_without_database_one_is_asked_to_come_again(
    db: None, failing: list[Exception], kind: type[DatabaseError]
) -> None:
    status, text, retry = page(kind(SENTINEL), failing)
    assert (status, retry) == (503, "60")
    assert "Das Portal ist gerade nicht erreichbar" in text
    assert SENTINEL not in text


def test_any_other_failure_is_ours_and_its_trace_is_in_the_log_alone(
    db: None, failing: list[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    status, text, _ = page(RuntimeError(SENTINEL), failing)
    assert status == 500
    assert "Hier ist uns ein Fehler unterlaufen" in text
    assert SENTINEL not in text
    assert "Traceback" not in text
    [mark] = REFERENCE.findall(text)
    [record] = [one for one in caplog.records if one.name == "flexnet.web.errors" and one.exc_info]
    assert mark in record.getMessage()
    assert SENTINEL in caplog.text


def test_the_reference_of_a_page_stands_in_the_log(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    [mark] = REFERENCE.findall(Client().get("/gibt/es/nicht/").text)
    assert mark in caplog.text


def test_a_reference_has_no_letter_that_is_misheard_or_misread() -> None:
    assert not set("".join(errors.reference() for _ in range(200))) & set("0O1IB8S5GQZ2")


@pytest.mark.parametrize("status", sorted(errors.TEXTS))
def test_every_error_page_says_what_to_do_and_whom_to_call(status: int) -> None:
    text = errors.page(status).text
    assert str(errors.TEXTS[status][1]) in text
    assert "0391\N{NO-BREAK SPACE}627\N{NO-BREAK SPACE}7000" in text
    assert 'href="/"' in text


def test_the_sample_page_is_there_only_for_debugging(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/muster/").status_code == 404
    assert "muster" not in _names(monkeypatch, debug=False)
    assert "muster" in _names(monkeypatch, debug=True)


def _names(monkeypatch: pytest.MonkeyPatch, *, debug: bool) -> set[str | None]:
    """The addresses of a portal that begins with this configuration."""
    with monkeypatch.context() as patch:
        configured.change(patch, debug=debug)
        names = {pattern.name for pattern in importlib.reload(urls).urlpatterns}
    importlib.reload(urls)
    return names
