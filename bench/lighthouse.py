"""`flexnet bench lighthouse`: what Lighthouse thinks of the pages that members open most, of 100 points."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import installation
from bench.crowd import Crowd
from bench.installation import Failed, Installation
from bench.results import Figures
from lab import ports
from lab.pki import Authority

VERSION: Final = "12.8.2"
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
_NPX, _CHROMIUM, _COOKIE = "npx", "/usr/bin/chromium", "__Host-flexnet"
_PEOPLE, _PATIENCE = 60, 180
_TRIES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3, help="of each page (default: %(default)s)")


def run(arguments: argparse.Namespace) -> Figures:
    """The worst of all pages for each category, and every page for itself. Raises Failed."""
    for program in (_NPX, _CHROMIUM):
        if shutil.which(program) is None:
            raise Failed(f"{program} is missing. Install Node.js with npm, and Debian's package chromium.")
    with _portal(arguments.database) as (made, url, pin):
        member = json.loads(made.run("bench.inside", "lighthouse_member"))
        visits = [
            Visit(name, url + path, member["cookie"] if name != "sign_in" else "", pin, made.folder)
            for name, path in member["paths"].items()
        ]
        found = {one.name: _points(one, arguments.rounds) for one in visits}
    known: Figures = {"database": arguments.database, "rounds": arguments.rounds, "version": VERSION}
    return known | summed(found)


@dataclass(frozen=True)
class Visit:
    """A page, whose cookie goes with it, and the pin by which Chromium knows the certificate."""

    name: str
    url: str
    cookie: str
    pin: str
    folder: Path


def summed(found: Mapping[str, Mapping[str, int]]) -> Figures:
    """Each page is named with its points; `worst_…` is the lowest of a category."""
    worst: Figures = {f"worst_{one}": min(page[one] for page in found.values()) for one in CATEGORIES}
    pages: Figures = {f"{name}_{one}": page[one] for name, page in found.items() for one in CATEGORIES}
    return worst | pages


def points(reports: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The median of the rounds: what else the machine does weighs on how quick a page seems."""
    return {
        name: round(statistics.median(100 * one["categories"][name]["score"] for one in reports))
        for name in CATEGORIES
    }


def _points(visit: Visit, rounds: int) -> dict[str, int]:
    reports = [_report(visit) for _round in range(rounds)]
    for said in sorted({said for one in reports for said in lost(one)}):
        print(f"{visit.name}: {said}")
    return points(reports)


def lost(report: Mapping[str, Any]) -> Iterator[str]:
    """What cost points, in Lighthouse's words."""
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{name}: {audit['title']} {audit.get('displayValue', '')}".rstrip()


def _report(visit: Visit) -> dict[str, Any]:
    """One visit. At times Chromium loses its trace: then it is said, and done again."""
    for _try in range(_TRIES - 1):
        report, trouble = _visited(visit)
        if not trouble:
            return report
        print(trouble)
    report, trouble = _visited(visit)
    if trouble:
        raise Failed(trouble)
    return report


def _visited(visit: Visit) -> tuple[dict[str, Any], str]:
    """What was said, and why it is worth nothing."""
    done = _run(visit)
    if done.returncode:
        return {}, f"Lighthouse said nothing of {visit.name}:\n{done.stderr[-2000:]}"
    report: dict[str, Any] = json.loads(done.stdout)
    is_there = report["finalDisplayedUrl"] == visit.url
    return report, "" if is_there else f"{visit.url} led to {report['finalDisplayedUrl']}."


def _run(visit: Visit) -> subprocess.CompletedProcess[str]:
    """The cookie goes through a file: other people's processes can read arguments."""
    headers = visit.folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": f"{_COOKIE}={visit.cookie}"} if visit.cookie else {}))
    sandbox = "--no-sandbox " if os.geteuid() == 0 else ""
    return subprocess.run(
        [
            *(_NPX, "--yes", f"lighthouse@{VERSION}", visit.url, "--quiet", "--output=json"),
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={headers}",
            f"--chrome-flags=--headless=new {sandbox}--ignore-certificate-errors-spki-list={visit.pin}",
        ],
        env=os.environ | {"CHROME_PATH": _CHROMIUM, "npm_config_ignore_scripts": "true"},
        cwd=visit.folder,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


@contextmanager
def _portal(database: str) -> Iterator[tuple[Installation, str, str]]:
    """With members in it, over TLS as it really is; with its address, and the pin of its certificate."""
    with tempfile.TemporaryDirectory(prefix="flexnet-bench-tls-") as folder:
        authority, port = Authority(Path(folder)), ports.claim()
        pair, url = authority.certify("localhost"), f"https://localhost:{port}"
        table = {"listen": f"127.0.0.1:{port}", "url": f"{url}/"}
        table |= {"certificate": str(pair.certificate), "key": str(pair.key)}
        with installation.prepared(database, {"portal": table}) as made:
            Crowd.drawn(_PEOPLE, is_mixed=True).write(made.folder / "crowd.json")
            made.run("bench.inside", "population", str(made.folder / "crowd.json"))
            with installation.serving(made, "portal", port):
                yield made, url, authority.pin()
