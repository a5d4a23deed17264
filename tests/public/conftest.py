"""Every test here asks the public site."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from flexnet import configuration
from flexnet.web import sites


@pytest.fixture(autouse=True)
def site() -> Iterator[None]:
    known = sites.settings("public", configuration.current())
    with override_settings(**known | {"ALLOWED_HOSTS": ["testserver"]}):
        yield
