"""The command `flexnet-client submit`: billing files to the KV, checked, and with a receipt on disk."""

import getpass
import json
import re
import stat
import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import Any, Final

from flexnet_client import sending, settings
from flexnet_client.credentials import Secret
from flexnet_client.failures import Exit, Failure
from flexnet_client.portal import Portal
from flexnet_client.sending import BillingFile, Line

SECRET_FILE: Final = Path("~/.config/flexnet-client/geheimnis")
_PREVIOUS_UNTIL_DAY: Final = 75  # of a quarter: until then people mean the one before, as in the portal
_QUARTER: Final = re.compile(r"([1-4])/((?:19|20|21)\d\d)")
_JUDGED: Final = {0: "in Ordnung", 1: "in Ordnung, mit Hinweisen", 2: "fehlerhaft", 3: "nicht lesbar"}


def add(parser: ArgumentParser) -> None:
    """What the command line knows."""
    parser.add_argument(
        "files", nargs="*", metavar="DATEI", type=Path, help="wie das Praxisprogramm sie nennt"
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true", help="nur vorab prüfen (unverschlüsselte Datei)")
    only.add_argument("--status", action="store_true", help="zeigen, wie es um Lieferungen steht")
    parser.add_argument("--quarter", metavar="1/2026", help="sonst das, für das jetzt abgerechnet wird")
    extents = ("ganz", "teil", "korrektur")
    parser.add_argument("--extent", choices=extents, default="ganz", help="ganze Abrechnung, Teil, Korrektur")
    parser.add_argument("--receipts", type=Path, metavar="ORDNER", help="sonst neben die Datei")
    parser.add_argument(
        "--secret-file", type=Path, default=SECRET_FILE, metavar="DATEI", help=f"statt {SECRET_FILE}"
    )
    default = str(settings.DEFAULT_FILE)
    parser.add_argument("--config", default=default, metavar="DATEI", help=f"statt {default}")
    parser.add_argument("--json", action="store_true", help="als eine Zeile JSON je Datei")


def submit(options: Namespace) -> int:
    """Each file in turn; the worst of their exit codes. Raises Failure."""
    if not options.files and not options.status:
        raise Failure("Welche Datei? Nennen Sie sie hinter dem Befehl.", Exit.USAGE)
    known = settings.read(Path(options.config))
    if not known.portal_url:
        raise Failure(f"In {options.config} fehlt die Adresse des Portals (portal_url).", Exit.SETTINGS)
    quarter = _quarter(options.quarter, date.today())  # noqa: DTZ011 - a day in Germany, where the practice is
    files = [BillingFile.read(path, quarter) for path in options.files]
    line = Line(Portal(known.portal_url, _secret(options.secret_file.expanduser()), known.ca_file))
    if options.status:
        return _status(line, files, options)
    act = _check if options.check else _send
    return max(act(line, file, options) for file in files)


def _check(line: Line, file: BillingFile, options: Namespace) -> int:
    found = sending.check(line, file)
    lines = [f"{file.path.name}: {_JUDGED[found['level']]}"]
    lines += [f"  – {one['what']} {one['cure']}" for one in found["findings"]]
    _say(options, found, "\n".join(lines))
    return Exit.DONE if found["level"] < 2 else Exit.FAILED


def _send(line: Line, file: BillingFile, options: Namespace) -> int:
    delivery = sending.send(line, file, _Progress(file))
    for hint in delivery["hinweise"]:
        print(f"Hinweis: {hint['was']} {hint['abhilfe']}", file=sys.stderr)
    answer = sending.hand_in(line, delivery, options.extent)
    if answer.told.get("code") == "mensch-noetig":
        page = answer.told.get("seite", "")
        _say(
            options,
            delivery,
            f"{file.path.name}: übertragen und geprüft. Reichen Sie sie im Portal ein: {page}",
        )
        return Exit.PERSON
    if answer.status >= 400:
        raise answer.failure
    return _received(line, answer.told, file, options)


def _received(line: Line, delivery: dict[str, Any], file: BillingFile, options: Namespace) -> int:
    number = delivery["eingangsbestaetigung"]["nummer"]
    kept = sending.keep_receipt(line, delivery, options.receipts or file.path.parent)
    text = f"{file.path.name}: eingereicht, Nummer {number}. Eingangsbestätigung: {kept[0]}"
    _say(options, {**delivery, "gespeichert": [str(path) for path in kept]}, text)
    return Exit.DONE


def _status(line: Line, files: list[BillingFile], options: Namespace) -> int:
    """All of them; of files that are named these alone, with their receipts."""
    rows = sending.deliveries(line)
    for row in [] if files else rows:
        _say(options, row, _told(row))
    codes = [_status_of(line, file, rows, options) for file in files]
    return max(codes, default=Exit.DONE)


def _status_of(line: Line, file: BillingFile, rows: list[dict[str, Any]], options: Namespace) -> int:
    row = next((one for one in rows if one["sha256"] == file.sha256), None)
    if row is None:
        raise Failure(f"{file.path.name}: Diese Datei liegt der KV nicht vor.", Exit.FAILED)
    if row["eingangsbestaetigung"]:
        return _received(line, row, file, options)
    _say(options, row, f"{_told(row)} Reichen Sie sie im Portal ein: {row['seite']}")
    return Exit.PERSON


def _told(row: dict[str, Any]) -> str:
    receipt = row["eingangsbestaetigung"]
    number = f" Nummer {receipt['nummer']}," if receipt else ""
    return (
        f"{row['dateiname']}: {row['stand'].replace('_', ' ')},{number} BSNR {row['bsnr']}, {row['quartal']}."
    )


def _say(options: Namespace, told: dict[str, Any], text: str) -> None:
    print(json.dumps(told, ensure_ascii=False) if options.json else text, flush=True)


def _quarter(said: str | None, today: date) -> str:
    """As the portal writes it: `2026q1`. Raises Failure."""
    if said:
        match = _QUARTER.fullmatch(said)
        if match is None:
            raise Failure("Bitte geben Sie das Quartal so an: --quarter 1/2026.", Exit.INPUT)
        return f"{match[2]}q{match[1]}"
    year, number = today.year, (today.month + 2) // 3
    if (today - date(year, 3 * number - 2, 1)).days < _PREVIOUS_UNTIL_DAY:
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return f"{year}q{number}"


def _secret(path: Path) -> Secret:
    """From a file that nobody else can read, or typed unseen. Raises Failure."""
    try:
        mode = path.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            text = f"Die Datei {path} können auch andere lesen. Ändern Sie das: chmod 600 {path}"
            raise Failure(text, Exit.SETTINGS)
        typed = path.read_bytes()
    except FileNotFoundError:
        if not sys.stdin.isatty():
            text = f"Es fehlt das Geheimnis aus dem Portal. Legen Sie es in die Datei {path}, mit chmod 600."
            raise Failure(text, Exit.SETTINGS) from None
        typed = getpass.getpass("Geheimnis aus dem Portal (die Eingabe bleibt unsichtbar): ").encode()
    except OSError as error:
        raise Failure(f"Die Datei {path} lässt sich nicht lesen: {error.strerror}.", Exit.SETTINGS) from None
    secret = typed.strip()
    if not secret or not secret.isascii() or not secret.decode().isprintable():
        raise Failure("Das Geheimnis ist keines: Kopieren Sie es noch einmal aus dem Portal.", Exit.INPUT)
    return Secret(secret)


class _Progress:
    """A line that counts up, where somebody looks."""

    def __init__(self, file: BillingFile) -> None:
        self._file = file

    def __call__(self, offset: int) -> None:
        if sys.stderr.isatty():
            percent = 100 * offset // max(1, self._file.size)
            end = "\n" if offset == self._file.size else ""
            print(f"\r{self._file.path.name}: {percent:3d} %", end=end, file=sys.stderr, flush=True)
