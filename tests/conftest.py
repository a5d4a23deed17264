"""What every test stands on: the settings of the tests, and a database that the environment names."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db import connection
from django.utils import translation

from flexnet.audit import append_only
from tests import configured

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

# An example that is slow is no fault where the machine is shared with others.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")


_SITES = ("office", "portal", "public")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What asks for pages goes through all of Django, and is no unit."""
    if item.path.relative_to(Path(__file__).parent).parts[0] in _SITES:
        item.add_marker("long")


_ASKS_FOR_A_DATABASE = {"db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A second database has something to say only where a test asks for one: no other can reach it."""
    if os.environ.get("FLEXNET_TEST_DATABASE") != "postgresql":
        return
    alike = [item for item in items if not _asks_for_a_database(item)]
    config.hook.pytest_deselected(items=alike)
    items[:] = [item for item in items if _asks_for_a_database(item)]


def _asks_for_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not _ASKS_FOR_A_DATABASE.isdisjoint(fixtures)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """After a test with real transactions all tables are emptied; `post_migrate` puts the triggers back."""
    genuine = flush.Command.handle

    def without_triggers(command: flush.Command, **options: Any) -> None:
        append_only.remove(connection)
        genuine(command, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", without_triggers)
        yield


@pytest.fixture(autouse=True)
def _nobody_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers of those it refused must not outlive the test that refused them."""
    from flexnet.access import emergency, sign_in  # needs Django set up
    from flexnet.access.throttled import Throttled
    from flexnet.audit import sources

    sources.forget()
    monkeypatch.setattr(sign_in, "throttled", Throttled())
    monkeypatch.setattr(emergency, "throttled", Throttled())


@pytest.fixture(autouse=True)
def _ranges_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers of the ranges must not outlive the test that entered them."""
    from flexnet.publications import held  # needs Django set up

    monkeypatch.setattr(held, "remembered", held.Remembered(asked_every=0))


@pytest.fixture(autouse=True)
def _strangers_are_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who test what the clock tells set it themselves."""
    from flexnet.access import silence  # needs Django set up

    monkeypatch.setattr(silence, "ANSWERS_AFTER", timedelta())


@pytest.fixture(autouse=True)
def _in_german() -> Iterator[None]:
    """A page asked for in English leaves its thread English until the next request."""
    with translation.override("de"):
        yield


@pytest.fixture
def anchor_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's heads are anchored: those of another test would speak of another trail."""
    folder = tmp_path_factory.mktemp("anchors")
    configured.change(monkeypatch, audit={"anchor_dir": folder})
    return folder
