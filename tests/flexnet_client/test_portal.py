"""The client's line to the portal, over a real socket."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flexnet_client.credentials import Secret
from flexnet_client.failures import Exit, Failure
from flexnet_client.portal import LineBroken, Portal


class _Handler(BaseHTTPRequestHandler):
    """Answers by the last part of the path; `gone` breaks off."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        last = self.path.rpartition("/")[2]
        if last == "gone":
            return
        body = f'{{"signed": "{self.headers["Authorization"]}", "path": "{self.path}"}}'.encode()
        self.send_response(int(last))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quietly."""


@pytest.fixture
def portal() -> Iterator[Portal]:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Portal(f"http://127.0.0.1:{server.server_port}/", Secret(b"fxp_x"))
        server.shutdown()
        thread.join()


def test_it_signs_in_and_hears_the_answer(portal: Portal) -> None:
    answer = portal.ask("POST", "200", b"x")
    assert (answer.status, answer.told["signed"]) == (200, "Bearer fxp_x")
    assert answer.told["path"] == "/api/v1/200"
    assert portal.ask("POST", "/anders/422").told["path"] == "/anders/422"


@pytest.mark.parametrize("path", ["gone", "503", "429"])
def test_a_line_that_breaks_and_a_portal_that_cannot_now_may_be_tried_again(
    portal: Portal, path: str
) -> None:
    with pytest.raises(LineBroken):
        portal.ask("POST", path)


def test_nobody_there_is_a_broken_line() -> None:
    with pytest.raises(LineBroken):
        Portal("http://127.0.0.1:9/", Secret(b"x")).ask("POST", "200")


@pytest.mark.parametrize("url", ["http://portal.example/", "ftp://portal.example/", "portal.example"])
def test_a_secret_never_goes_over_a_line_without_tls(url: str) -> None:
    with pytest.raises(Failure) as failed:
        Portal(url, Secret(b"fxp_x")).ask("POST", "200")
    assert failed.value.code is Exit.SETTINGS


def test_the_secret_is_not_shown() -> None:
    assert "fxp_x" not in repr(Portal("https://portal.example/", Secret(b"fxp_x")))
