"""What somebody who is not signed in can send, and what every address answers to a wrong method."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flexnet import configuration


@pytest.fixture
def stranger(db: None) -> Client:
    return Client()


def test_a_file_that_no_page_asked_for_is_refused_before_it_is_stored(stranger: Client) -> None:
    file = SimpleUploadedFile("gross.bin", b"x" * 100_000)
    answer = stranger.post("/anmelden/", {"user_name": "x", "password": "y", "file": file})
    assert answer.status_code == 413
    assert "zu viel auf einmal" in answer.text


def test_the_same_form_without_a_file_is_read(stranger: Client) -> None:
    assert stranger.post("/anmelden/", {"user_name": "x", "password": "y"}).status_code == 422


def test_a_file_for_the_upload_page_is_not_read_before_the_sign_in(stranger: Client) -> None:
    store: Path = configuration.current().billing.store
    before = sorted(store.rglob("*"))
    file = SimpleUploadedFile("Z01889999900_14.04.2026_09.58.CON", b"x" * 100_000)
    answer = stranger.post("/abrechnung/neu/", {"quarter": "Q1/2026", "file": file})
    assert answer.status_code == 302
    assert sorted(store.rglob("*")) == before


@pytest.mark.parametrize("path", ["/", "/anmelden/"])
def test_a_wrong_method_gets_a_page_in_words(stranger: Client, path: str) -> None:
    answer = stranger.put(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "Das geht von hier aus nicht" in answer.text
