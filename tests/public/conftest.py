"""Every test here asks the public site, on the day of make.NOW."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client, override_settings

from flexnet import configuration
from flexnet.web import sites
from tests import make


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    known = sites.settings("public", configuration.current())
    with override_settings(**known | {"ALLOWED_HOSTS": ["testserver"]}):
        yield


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is make.NOW and stays so; moved by `clock.shift`."""
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(db: None) -> Client:
    """Somebody whom nobody knows, after terms were published."""
    make.terms()
    return Client()
