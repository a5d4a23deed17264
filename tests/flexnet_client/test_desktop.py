"""Whose browser opens the portal, and what of our surroundings it gets."""

import os
import pwd

import pytest

from flexnet_client import desktop
from flexnet_client.settings import Settings

URL = "https://portal.example/"
CHOSEN = Settings("flexnet.kv.example", "Flexnet-Yubikey", portal_url=URL)
NOBODY = pwd.getpwnam("nobody")


def test_the_person_is_who_called_sudo_or_pkexec() -> None:
    assert desktop.person({"SUDO_USER": "nobody"}) == NOBODY
    assert desktop.person({"PKEXEC_UID": str(NOBODY.pw_uid)}) == NOBODY


@pytest.mark.parametrize(
    "environment",
    [{}, {"SUDO_USER": "root"}, {"PKEXEC_UID": "0"}, {"SUDO_USER": "does-not-exist"}, {"PKEXEC_UID": "x"}],
)
def test_root_alone_is_no_person_at_a_desktop(environment: dict[str, str]) -> None:
    assert desktop.person(environment) is None


def test_the_settings_choose_the_browser_before_the_environment() -> None:
    chosen = Settings("a.example", "G", portal_url=URL, browser=("firefox", "--new-window"))
    assert desktop.browser(chosen, {"BROWSER": "other"}) == ["firefox", "--new-window", URL]
    assert desktop.browser(CHOSEN, {"BROWSER": "chromium --incognito:firefox"}) == [
        "chromium",
        "--incognito",
        URL,
    ]


def test_no_browser_is_started_as_root_unless_one_was_named() -> None:
    assert desktop.browser(CHOSEN, {}) is None
    assert not desktop.open_portal(CHOSEN, {})


def test_without_a_portal_there_is_nothing_to_open() -> None:
    assert desktop.browser(Settings("a.example", "G", browser=("firefox",)), {}) is None


def test_a_browser_that_is_not_there_is_left_to_the_person() -> None:
    chosen = Settings("a.example", "G", portal_url=URL, browser=("/does/not/exist",))
    assert not desktop.open_portal(chosen, dict(os.environ))


def test_the_browser_gets_display_home_and_session_bus_and_nothing_else_of_ours() -> None:
    ours = {"SUDO_USER": "nobody", "DISPLAY": ":0", "LD_PRELOAD": "x", "PATH": "/opt/bin", "SECRET": "x"}
    given = desktop.surroundings(ours)
    assert given["DISPLAY"] == ":0"
    assert given["HOME"] == NOBODY.pw_dir
    assert given["XDG_RUNTIME_DIR"] == f"/run/user/{NOBODY.pw_uid}"
    assert given["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path=/run/user/{NOBODY.pw_uid}/bus"
    assert given["PATH"] == "/usr/local/bin:/usr/bin:/bin"
    assert not {"LD_PRELOAD", "SECRET"} & given.keys()
