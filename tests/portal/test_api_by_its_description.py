"""The door for programs keeps what its description promises: schemathesis asks it all kinds of things.

The same questions each time, and so many; half of them about what is there.
"""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks

from flexnet.billing import replies
from flexnet.billing.models import Delivery, Reply
from flexnet.portal.api import description
from tests import configured, make
from tests.billing import files
from tests.portal import programs
from tests.portal.programs import Caller

QUESTIONS = 8
METHODS = [
    (path, method)
    for path, item in description.kept()["paths"].items()  # type: ignore[attr-defined]  # as OpenAPI has it
    for method in item
    if method != "parameters"
]
# What is in a file no schema says: the best formed request may bring one that cannot be taken.
schemathesis.serializer.alias(programs.OFFSET, programs.BYTES)
NOT_ASKED: list[Any] = [checks.negative_data_rejection, checks.positive_data_acceptance]


@pytest.fixture
def door() -> Iterator[Callable[..., Any]]:
    """All of the portal, as somebody on its own machine reaches it, and in this test's own transaction."""
    handler, kept = WSGIHandler(), (signals.request_started, signals.request_finished)
    for signal in kept:
        signal.disconnect(close_old_connections)
    yield lambda environ, begin: handler({**environ, "REMOTE_ADDR": "127.0.0.1"}, begin)
    for signal in kept:
        signal.connect(close_old_connections)


@pytest.fixture
def pvs(alice: make.Member, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """It may ask as often as it likes."""
    configured.change(monkeypatch, programs={"allowed": True, "hands_in": "program"})
    configured.change(monkeypatch, throttle={"program_requests": 100_000, "source_tries": 100_000})
    return programs.of(alice.practice_access)


@pytest.fixture
def known(pvs: Caller) -> list[str]:
    """A delivery that is handed in and replied to, one that is not, and a file on its way."""
    first = pvs.delivers().json()["id"]
    pvs.asks("POST", f"lieferungen/{first}/einreichung")
    row = Delivery.objects.get(pk=first)
    replies.put(new=replies.written(row, "Bitte rufen Sie uns an."), by=make.BY, now=make.NOW)
    second = pvs.delivers(files.plain(cases=41), key="zwei").json()["id"]
    return [first, second, pvs.announces(key="drei")["Location"].rpartition("/")[2]]


@pytest.mark.parametrize(("path", "method"), METHODS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_is_described(
    pvs: Caller, known: list[str], door: Any, path: str, method: str, mode: GenerationMode
) -> None:
    schema: Any = schemathesis.openapi.from_wsgi(f"{programs.AT}openapi.json", door)
    asked = schema[path][method].as_strategy(generation_mode=mode)

    @hypothesis.settings(max_examples=QUESTIONS, derandomize=True, database=None, deadline=None)
    @hypothesis.given(case=asked, about=st.sampled_from([None, *known]))
    def ask(case: Case[Any], about: str | None) -> None:
        if about and "id" in case.path_parameters:
            case.path_parameters["id"] = about
        if about and "rueckmeldung" in case.path_parameters:
            case.path_parameters["rueckmeldung"] = str(Reply.objects.get().pk)
        case.call_and_validate(headers={"Authorization": f"Bearer {pvs.secret}"}, excluded_checks=NOT_ASKED)

    ask()
