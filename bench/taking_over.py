"""A member register is made and taken over, inside the server, as the worker does it."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from flexnet import configuration
from flexnet.lib.identifiers import Lanr
from flexnet.members import importing, register_file
from flexnet.members.importing import Report
from flexnet.members.models import Person

_COLUMNS = "BSNR;Praxis;Art;Straße;PLZ;Ort;LANR;Name;Rolle;Von;Tätigkeit von"

_PREFIX = "88"  # of Sachsen-Anhalt, where the configuration names none


def main(rows: str) -> None:
    """Prints one line of JSON: seconds to read the file, to look, to write all, and to find nothing new."""
    count, prefixes = int(rows), configuration.current().profile.site_prefixes
    content = "\r\n".join((_COLUMNS, *_lines(count, min(prefixes, default=_PREFIX)))).encode()
    told: dict[str, float] = {"rows": count, "file_mb": round(len(content) / 1e6, 1)}
    begun = time.perf_counter()
    register = register_file.read(content, prefixes=prefixes)
    told["read_s"] = round(time.perf_counter() - begun, 1)
    for name, dry in (("look_s", True), ("write_s", False), ("again_s", False)):
        begun, processor = time.perf_counter(), time.process_time()
        report = _run(register, dry=dry)
        told[name] = round(time.perf_counter() - begun, 1)
        told[f"{name.removesuffix('_s')}_cpu_s"] = round(time.process_time() - processor, 1)
        told[f"{name.removesuffix('_s')}_changed"] = len(report.changed_rows)
    told["people"] = Person.objects.count()
    print(json.dumps(told))


def _run(register: register_file.Register, *, dry: bool) -> Report:
    report = importing.run(register, by="bench", now=datetime.now(UTC), dry=dry)
    if report.problems:
        raise SystemExit(f"the register made here is none: {report.problems[0]}")
    return report


def _lines(count: int, prefix: str) -> Iterator[str]:
    """Practices of one doctor each; every name, address and number is made up."""
    for number in range(count):
        start = f"{100_000 + number:06}"
        lanr = f"{start}{Lanr.check_digit(start)}01"
        place = f"Hauptstraße {number % 200 + 1};39104;Magdeburg"
        person = f"Dr. Erfunden {number};Inhaberin;01.01.2020;01.01.2020"
        yield f"{prefix}{number:07};Praxis {number};Einzelpraxis;{place};{lanr};{person}"
