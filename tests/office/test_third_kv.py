"""The office of a KV that is neither of the two."""

from __future__ import annotations

import pytest
from django.test import Client

from flexnet.accounts.models import Role
from tests import configured, third_kv
from tests.office import test_access_table as table
from tests.office import visiting

pytestmark = [pytest.mark.long, pytest.mark.django_db]
scene = table.scene
_AS_WRITTEN = {"mail"}  # what was written once is shown as it went out, before this KV took over


@pytest.fixture
def browser() -> Client:
    """Somebody who may do everything."""
    return visiting.as_(*Role)


def test_no_page_speaks_of_another_kv(
    browser: Client, scene: dict[str, dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    third_kv.use(monkeypatch)
    opened = [row.url for row in table.TABLE if "get" in row.methods.split() and row.url not in _AS_WRITTEN]
    rows = {row.url: row for row in table.TABLE}
    pages = {name: browser.get(table.address_of(rows[name], scene)) for name in opened}
    read = {name: page.text for name, page in pages.items() if "html" in page.headers.get("Content-Type", "")}
    assert {name: said for name, page in read.items() if (said := third_kv.foreign(page))} == {}
    assert "Kassenärztliche Vereinigung Musterland" in read["desk"]
    assert 'data-accent="berry"' in read["desk"]
    assert "Nordstelle" in read["applications"]


def test_what_the_profile_leaves_out_is_not_offered(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    third_kv.use(monkeypatch)
    assert "Software" in browser.get("/").text
    configured.change(monkeypatch, profile={"second_factor": False, "software": "none"})
    text = browser.get("/").text
    assert "Software" not in text
    assert "YubiKey" not in text
