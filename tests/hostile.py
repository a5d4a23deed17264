"""A page of somebody else, at another port and another name of this machine, and what it tries with ours."""

import html
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, expect

_PAGE = """<!doctype html><title>Boese</title>
<a id="deep" href="{deep}">link</a>
<form id="post" method="post" action="{form}">{fields}</form>
<form id="get" action="{deep}"></form>
<iframe id="frame" src="{deep}"></iframe>
<script>
  const opened = () => {{
    const other = window.open("{deep}");
    setTimeout(() => {{ window.told = other.closed || other.length; }}, 500);
  }};
  const fetched = () => fetch("{deep}", {{credentials: "include", mode: "no-cors"}})
    .then((answer) => answer.type, () => "blocked");
</script>"""


@contextmanager
def standing(deep: str, form: str, fields: Mapping[str, str]) -> Iterator[str]:
    """Its address; it knows a page of ours and a form, and what it must bring to be right."""
    typed = "".join(f'<input name="{name}" value="{html.escape(text)}">' for name, text in fields.items())
    content = _PAGE.format(deep=deep, form=form, fields=typed).encode()

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.2", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.2:{server.server_port}/"
        server.shutdown()


def gets_nothing(page: Page, address: str, *, start: str, heading: str, secret: str) -> None:
    """Links and forms lead at most to the start page with this heading; a frame never shows `secret`."""
    for way in ("deep", "get"):
        page.goto(address)
        page.locator(f"#{way}").evaluate("one => one.submit ? one.submit() : one.click()")
        page.wait_for_url(start)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.goto(address)
    expect(page.locator("#frame")).to_be_visible()
    assert secret not in page.frames[1].content()
    assert page.evaluate("fetched()") == "blocked"
    _is_not_held(page, page.context, heading)
    page.evaluate("document.getElementById('post').submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("Das geht von hier aus nicht")


def _is_not_held(page: Page, context: BrowserContext, heading: str) -> None:
    """Whoever opens a window of ours has no hold of it, nor it of them (COOP)."""
    with context.expect_page() as opened:
        page.evaluate("opened()")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_function("window.told !== undefined")
    assert page.evaluate("window.told") is True
    assert opened.value.evaluate("window.opener") is None
