"""Whoever decides sees above the form, and above the confirmation, what the decision is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from flexnet.accounts.models import Role
from tests.office import test_forms as forms
from tests.office import visiting
from tests.office.test_forms import scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# Acts on what has a page of its own, which says all of it and from which one comes.
KNOWN_FROM_THEIR_PAGE = {"batch-dissolve", "batch-settle"}


def test_each_act_says_what_it_is_about_before_and_when_it_is_confirmed(
    scene: Mapping[str, dict[str, object]],
) -> None:
    clerk, silent = visiting.as_(*Role), set[str]()
    for form in forms.FORMS:
        url = forms.url_of(form, scene)
        opened = clerk.get(url)
        if not opened.context or "act" not in opened.context:
            continue
        with forms.undone():
            asked = clerk.post(url, forms.hidden(opened.text) | dict[str, Any](form.typed))
        said = [facts(opened), facts(asked) if asked.status_code == 200 else ()]
        if not all(said):
            silent.add(form.url)
    assert sorted(silent) == sorted(KNOWN_FROM_THEIR_PAGE)
    assert silent == KNOWN_FROM_THEIR_PAGE


def facts(answer: visiting.Answer) -> object:
    return answer.context["facts"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("objection", ("Dr. bob, LANR 765432201", "Fassung 1", "Begründung")),
        ("breach", ("Missbrauch", "Frist", "17.04.2026, 10:00 Uhr")),
        ("question", ("Dr. alice, LANR", "Praxis alice", "Inhaberschaft")),
        ("lock-review", ("Gesperrt", "alice", "Seit")),
        ("loss-decide", ("Gesperrt", "nur der YubiKey", "Verlust")),
        ("charge-withdraw", ("Kosten", "€")),
        ("letter-clear", ("Benutzername", "emil")),
    ],
)
def test_those_from_the_desk_by_name(
    form: str, told: tuple[str, ...], scene: Mapping[str, dict[str, object]]
) -> None:
    page = visiting.as_(*Role).get(forms.url_of(forms.FORMS_OF[form], scene)).text
    for words in told:
        assert words in page, words
