"""The client's settings: one TOML file, read whole and checked whole."""

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flexnet_client.failures import Exit, Failure

DEFAULT_FILE = Path("/etc/flexnet-client.toml")
_REQUIRED = ("gateway", "group")


@dataclass(frozen=True)
class Settings:
    """What a KV gives its members; `gateway` is also the name that the certificate must bear."""

    gateway: str
    group: str
    port: int = 443
    ca_file: Path | None = None
    portal_url: str = ""
    dns: str = ""
    browser: tuple[str, ...] = ()
    hotline: str = ""
    code_digits: int = 6

    @property
    def call_hotline(self) -> str:
        """The end of a sentence that says whom to ask."""
        return f"rufen Sie bitte die Hotline an: {self.hotline}" if self.hotline else "rufen Sie Ihre KV an"


def read(path: Path, *, gateway: str | None = None) -> Settings:
    """Read the file; `gateway` ("name" or "name:port") from the command line wins. Raises Failure."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _failure(path, "die Datei gibt es nicht. Legen Sie sie nach dem Muster Ihrer KV an") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _failure(path, f"die Datei lässt sich nicht lesen ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise _failure(path, f"die Datei ist kein gültiges TOML ({error})") from None
    return check(values | _named(gateway), path)


def check(values: Mapping[str, object], path: Path) -> Settings:
    """Turn the file's values into Settings; every problem is named in one Failure."""
    known = {field.name for field in fields(Settings)}
    problems = [
        f"„{key}“ ist unbekannt (möglich: {', '.join(sorted(known))})" for key in values.keys() - known
    ]
    problems += [f"„{key}“ fehlt" for key in _REQUIRED if key not in values]
    checked: dict[str, Any] = {}
    for key, value in values.items():
        try:
            checked[key] = _CHECKS[key](value) if key in _CHECKS else value
        except ValueError as error:
            problems.append(f"„{key}“ {error}")
    if problems:
        raise _failure(path, "; ".join(problems))
    return Settings(**checked)


def _failure(path: Path, what: str) -> Failure:
    return Failure(f"Die Einstellungen in {path} sind nicht brauchbar: {what}.", Exit.SETTINGS)


def _named(gateway: str | None) -> dict[str, object]:
    if gateway is None:
        return {}
    name, colon, port = gateway.partition(":")
    return {"gateway": name} | ({"port": int(port) if port.isdecimal() else port} if colon else {})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("muss ein Text in Anführungszeichen sein")
    return value.strip()


def _host(value: object) -> str:
    name = _text(value).lower()
    if not all(part.replace("-", "a").isalnum() and part.isascii() for part in name.split(".")):
        raise ValueError("muss ein Rechnername sein, zum Beispiel flexnet.kv.example")
    if name.startswith("-"):
        raise ValueError("darf nicht mit einem Strich beginnen")
    return name


def _group(value: object) -> str:
    text = _text(value)
    if text.startswith("-") or not text.isprintable():
        raise ValueError("darf nicht mit einem Strich beginnen und keine Steuerzeichen enthalten")
    return text


def _port(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
        raise ValueError("muss eine Zahl von 1 bis 65535 sein")
    return value


def _digits(value: object) -> int:
    if value not in (6, 8) or not isinstance(value, int):
        raise ValueError("muss 6 oder 8 sein: so viele Ziffern gibt der YubiKey aus")
    return value


def _existing_file(value: object) -> Path:
    path = Path(_text(value))
    if not path.is_absolute() or not path.is_file():
        raise ValueError(f"nennt {path}: diese Datei gibt es nicht (voller Pfad nötig)")
    return path


def _url(value: object) -> str:
    text = _text(value)
    if urlsplit(text).scheme != "https" or not urlsplit(text).hostname:
        raise ValueError("muss mit https:// beginnen")
    return text


def _address(value: object) -> str:
    try:
        return str(ipaddress.IPv4Address(value if isinstance(value, str) else ""))
    except ValueError:
        raise ValueError("muss eine IPv4-Adresse sein, zum Beispiel 10.20.0.53") from None


def _command(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise ValueError('muss eine Liste von Wörtern sein, zum Beispiel ["firefox", "--new-window"]')
    return tuple(value)


_CHECKS: dict[str, Callable[[object], object]] = {
    "gateway": _host,
    "group": _group,
    "port": _port,
    "ca_file": _existing_file,
    "portal_url": _url,
    "dns": _address,
    "browser": _command,
    "hotline": _text,
    "code_digits": _digits,
}
