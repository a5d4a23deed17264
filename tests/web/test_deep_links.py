"""Whoever comes from another site lands on the start page and does nothing on the way (terms, § 9(3))."""

import contextlib

import pytest
from django.test import Client

ELSEWHERE = ["cross-site", "same-site"]  # other services of the closed network share our domain


def headers(site: str, mode: str = "navigate", destination: str = "document") -> dict[str, str]:
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}


@pytest.mark.parametrize("site", ELSEWHERE)
@pytest.mark.parametrize("path", ["/abrechnung/", "/anmelden/", "/gibt/es/nicht/", "/abrechnung/?a=b"])
def test_a_link_from_elsewhere_leads_to_the_start_page(db: None, site: str, path: str) -> None:
    answer = Client().get(path, headers=headers(site))
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("site", ELSEWHERE)
def test_the_start_page_opens_itself_once_more(db: None, site: str) -> None:
    """The browser withheld our cookies, so that a signed-in person would look signed out."""
    answer = Client().get("/", headers=headers(site))
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/">' in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize("site", ELSEWHERE)
@pytest.mark.parametrize("path", ["/", "/anmelden/", "/abmelden/", "/abrechnung/neu/"])
def test_a_form_from_elsewhere_is_refused(db: None, site: str, path: str) -> None:
    assert Client().post(path, headers=headers(site)).status_code == 403


@pytest.mark.parametrize("destination", ["iframe", "frame", "embed", "object"])
def test_no_page_opens_in_a_frame(db: None, destination: str) -> None:
    for path in ("/", "/abrechnung/"):
        answer = Client().get(path, headers=headers("cross-site", destination=destination))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("mode", "destination"), [("no-cors", "image"), ("cors", "empty"), ("no-cors", "script")]
)
def test_nothing_is_embedded_or_fetched_from_elsewhere(db: None, mode: str, destination: str) -> None:
    assert Client().get("/", headers=headers("cross-site", mode, destination)).status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_typed_addresses_pass(db: None, site: str) -> None:
    assert "<form" in Client().get("/", headers=headers(site)).text


def test_a_browser_too_old_to_say_passes(db: None) -> None:
    assert "<form" in Client().get("/").text


def test_what_stands_beside_the_pages_is_fenced_in_too(db: None) -> None:
    with contextlib.closing(Client().get("/static/web/flexnet.css")) as answer:
        pass
    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
