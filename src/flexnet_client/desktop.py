"""The person's desktop: the browser that opens at the portal, and messages where nobody sees the terminal."""

import contextlib
import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from flexnet_client.settings import Settings

_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP", "LANG")
_PATH = "/usr/local/bin:/usr/bin:/bin"


def person(environment: Mapping[str, str]) -> pwd.struct_passwd | None:
    """Return who called sudo or pkexec; None where it was root from the start."""
    with contextlib.suppress(KeyError, ValueError):
        if name := environment.get("SUDO_USER"):
            return pwd.getpwnam(name) if name != "root" else None
        if number := environment.get("PKEXEC_UID"):
            return pwd.getpwuid(int(number)) if number != "0" else None
    return None


def browser(settings: Settings, environment: Mapping[str, str]) -> list[str] | None:
    """Return the command that opens the portal: from the settings, BROWSER, or the desktop's own choice.

    None where there is nothing to open, or where the desktop's browser would have to run as root.
    """
    if not settings.portal_url:
        return None
    if settings.browser:
        return [*settings.browser, settings.portal_url]
    if named := environment.get("BROWSER"):
        return [*shlex.split(named.split(":")[0]), settings.portal_url]
    opener = shutil.which("xdg-open", path=_PATH)
    return [opener, settings.portal_url] if opener and person(environment) else None


def open_portal(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Start the browser as the person at the desktop; False where that is left to the person."""
    command = browser(settings, environment)
    return command is not None and _start(command, environment)


def notify(text: str, environment: Mapping[str, str]) -> None:
    """Show a message on the desktop, where there is one."""
    if (program := shutil.which("notify-send", path=_PATH)) and person(environment):
        _start([program, "--urgency=critical", "FlexNet", text], environment)


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for the person's programs: display, home, session bus, nothing else of ours."""
    kept = {name: environment[name] for name in _DISPLAY if name in environment} | {"PATH": _PATH}
    if not (who := person(environment)):
        return kept | {"HOME": environment.get("HOME", "/")}
    runtime = f"/run/user/{who.pw_uid}"
    kept |= {"HOME": who.pw_dir, "USER": who.pw_name, "LOGNAME": who.pw_name, "XDG_RUNTIME_DIR": runtime}
    return kept | {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus"}


def _start(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    who = person(environment)
    groups = os.getgrouplist(who.pw_name, who.pw_gid) if who else None
    try:
        subprocess.Popen(  # noqa: S603 - the administrator's or the person's own browser
            command,
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            extra_groups=groups,
            env=surroundings(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
