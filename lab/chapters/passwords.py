"""Signing in at a portal and changing a password, in the words of the KV whose page it is."""

from lab.browser import Steering
from lab.stage import AtKv


def sign_in(at: AtKv, browser: Steering, user_name: str, password: str) -> None:
    """Fill in the form on the portal's start page and send it."""
    words = at.system.house.words
    browser.goto(at.system.house.portal_url)
    browser.fill(words.user_name, user_name)
    browser.fill(words.password, password)
    browser.click("Anmelden")


def change(at: AtKv, browser: Steering, old: str, new: str) -> None:
    """On the page for it."""
    word = at.system.house.words.password
    browser.fill(f"Bisheriges {word}", old)
    browser.fill(f"Neues {word}", new)
    browser.fill(f"Neues {word} noch einmal", new)
    browser.click(f"Neues {word} speichern")
