"""What axe finds wrong with a page that Chromium shows."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def problems(page: Page) -> list[str]:
    """A line for each finding (WCAG 2.2, A and AA, and good practice): what is wrong, and where."""
    page.wait_for_load_state()  # without its style sheet every page looks wrong
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{one['help']}: {node['html']}" for one in found for node in one["nodes"]]
