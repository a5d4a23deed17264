"""The public site of a KV that is neither of the two."""

import pytest
from django.test import Client

from tests import third_kv
from tests.public import test_access_table as table


@pytest.fixture(autouse=True)
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is entered."""
    third_kv.use(monkeypatch)


def test_no_page_speaks_of_another_kv(browser: Client) -> None:
    pages = {name: browser.get(table.address(name)) for name, status in table.TABLE.items() if status == 200}
    read = {name: page.text for name, page in pages.items() if "html" in page.headers["Content-Type"]}
    assert {name: said for name, page in read.items() if (said := third_kv.foreign(page))} == {}
    assert "Musterland" in read["start"]
    assert "mit Musternetz" in read["requirements"]
    assert "Rufname" in read["credentials"]
    assert "Nur zum Mustertor, über KV-SafeNet" in read["choice"]


def test_the_application_asks_for_an_office_of_this_kv(browser: Client) -> None:
    typed = {"at": "praxis", "bsnr": "859999900", "organisation": "P", "street": "S 1", "postcode": "01234"}
    page = browser.post("/antrag/portal/", {**typed, "town": "M"}).text
    assert "Nordstelle" in page
    assert "Leipzig" not in page
