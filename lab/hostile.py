"""A page of somebody else, and what it tries with ours: in the tests of the pages, and in the story."""

import html
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from lab import story

REFUSED = "Das geht von hier aus nicht"
_A_MOMENT = 5_000  # ms
_PAGE = """<!doctype html><html lang="de"><meta charset="utf-8"><title>Boese</title>
<h1>Gewinnspiel</h1>
<p><a id="deep" href="{deep}">Weiter</a></p>
<form id="post" method="post" action="{form}">{fields}<button>Mitmachen</button></form>
<form id="get" action="{deep}"></form>
<iframe id="frame" title="Portal" src="{deep}" width="600" height="300"></iframe>
<ul id="tried"></ul>
<script>
  const tell = (what, came) => {{
    const line = document.createElement("li");
    line.textContent = `${{what}}: ${{came}}`;
    document.getElementById("tried").append(line);
    return came;
  }};
  const opened = () => {{ window.other = window.open("{deep}"); }};
  const held = () => tell("window.open", window.other.closed ? "blocked" : "held");
  const fetched = () => fetch("{deep}", {{credentials: "include", mode: "no-cors"}})
    .then((answer) => answer.type, () => "blocked").then((came) => tell("fetch", came));
  const included = ([tag, address]) => new Promise((done) => {{
    const one = document.createElement(tag);
    one.onload = () => done(tell(tag, "loaded"));
    one.onerror = () => done(tell(tag, "blocked"));
    one.src = address;
    document.body.append(one);
  }});
</script>"""


def page_for(deep: str, form: str, fields: Mapping[str, str]) -> str:
    """It knows a page of ours and a form, and what it must bring to be right."""
    typed = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(text)}">' for name, text in fields.items()
    )
    return _PAGE.format(deep=deep, form=form, fields=typed)


@contextmanager
def standing(deep: str, form: str, fields: Mapping[str, str]) -> Iterator[str]:
    """Its address, at another port and another name of this machine."""
    content = page_for(deep, form, fields).encode()

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


def gets_nothing(
    page: Page,
    address: str,
    *,
    start: str,
    heading: str,
    secret: str,
    parts: Mapping[str, str] | None = None,
) -> None:
    """Links and forms lead at most to the start page with this heading; a frame never shows `secret`.

    `parts` are addresses of ours by the element that would include them. It ends on the hostile page.
    """
    page.goto(address)
    page.evaluate("document.getElementById('post').submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text(REFUSED)
    for way in ("deep", "get"):
        page.goto(address)
        page.locator(f"#{way}").evaluate("one => one.submit ? one.submit() : one.click()")
        page.wait_for_url(start)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.goto(address)
    expect(page.locator("#frame")).to_be_visible()
    story.expect("what the frame shows of ours", secret in page.frames[1].content(), False)
    story.expect("what was fetched", page.evaluate("fetched()"), "blocked")
    for tag, part in (parts or {"img": start, "script": start}).items():
        story.expect(f"what {tag} included of {part}", page.evaluate("included", [tag, part]), "blocked")
    _is_not_held(page, page.context, heading)


def _is_not_held(page: Page, context: BrowserContext, heading: str) -> None:
    """Whoever opens a window of ours has no hold of it, nor it of them (COOP)."""
    with context.expect_page() as opened:
        page.evaluate("opened()")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(heading)
    with suppress(PlaywrightTimeout):  # it takes a moment until the opener knows
        page.wait_for_function("window.other.closed", timeout=_A_MOMENT)
    story.expect("the opened window, to who opened it", page.evaluate("held()"), "blocked")
    story.expect("what it knows of who opened it", opened.value.evaluate("window.opener"), None)
    opened.value.close()
