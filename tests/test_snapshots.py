"""What is put back is what the actions made, and never where something else was there before."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from flexnet.access.models import Access
from flexnet.members.models import Practice
from tests import configured, make, snapshots

pytestmark = pytest.mark.django_db
_SEALED = {"sealed_seed", "sealed_key", "password", "revocation_word", "personal", "at"}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything there is but seals, which are different each time, and the moments of entries."""
    models = [model for model in apps.get_models() if model.__module__.startswith("flexnet.")]
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in _SEALED}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def made(build: Any) -> dict[str, list[dict[str, Any]]]:
    with transaction.atomic():
        build()
        found = rows()
        transaction.set_rollback(True)
    return found


def test_what_is_put_back_is_what_was_made() -> None:
    fresh = snapshots.kept(lambda: make.settled.__wrapped__())  # type: ignore[attr-defined]  # of functools.wraps
    first, again = made(fresh), made(fresh)
    assert first == again
    assert len(first["Practice"]) == 1
    assert len(first["Access"]) == 2


def test_who_is_put_back_can_go_on() -> None:
    made(make.settled)
    alice = make.settled()
    assert alice.practice_access == Access.objects.get(account__user_name="alice-praxis")
    assert make.settled("bob").site.practice_id != alice.site.practice_id


@pytest.mark.parametrize("changed", ["rows", "configuration"])
def test_nothing_is_put_back_where_it_would_not_come_to_the_same(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    @snapshots.kept
    def build() -> None:
        calls.append("built")
        Practice.objects.create(name="Praxis")

    made(build)
    made(build)
    assert calls == ["built"]
    if changed == "rows":
        make.terms()
    else:
        configured.change(monkeypatch, hotp={"window": 3})
    made(build)
    assert calls == ["built", "built"]
