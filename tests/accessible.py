"""What axe finds wrong with a page that Chromium shows, and its picture for whoever asks for one."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of what is right it collects nothing: that would be most of the work.
_RUN = """(only) => axe.run({resultTypes: ["violations"], runOnly: only}).then((found) =>
    found.violations.flatMap((one) => one.nodes.map((node) => `${one.help}: ${node.html}`)))"""


def problems(page: Page, *, only: str = "") -> list[str]:
    """A line for each finding (WCAG 2.2, A and AA, and good practice; or one rule): what is wrong, where."""
    page.wait_for_load_state()  # without its style sheet every page looks wrong
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    wanted = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": _TAGS}
    found: list[str] = page.evaluate(_RUN, wanted)
    return found


def picture(page: Page, name: str = "") -> None:
    """Into the folder that SHOTS names, if any: `name`, or what stands in its address, with its width."""
    folder, size = os.environ.get("SHOTS"), page.viewport_size
    if folder and size:
        named = name or re.sub(r"\W+", "-", urlsplit(page.url).path).strip("-") or "start"
        page.screenshot(path=Path(folder) / f"{named}-{size['width']}.png", full_page=True)
