"""The start page of the public site."""

from django.test import Client


def test_it_opens_for_everyone_and_from_everywhere() -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    page = Client(headers=elsewhere).get("/")
    assert page.status_code == 200
    assert "Sicheren Netz" in page.text
    assert not page.cookies
