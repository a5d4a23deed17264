"""`flexnet bench downloads`: a release to many clients at once, beside nginx with the same file, same run."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import installation, processes
from bench.installation import Failed, Installation
from bench.results import Figures
from lab import ports
from lab.pki import Authority, Certified

_NGINX = "nginx"
_BELOW = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--megabytes", type=int, default=200, help="of the release (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=50, help="at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="in turns with nginx (default: %(default)s)")


@dataclass(frozen=True)
class Way:
    """Plain or encrypted: where both listen, and what they show."""

    name: str
    ours: int
    nginx: int
    pair: Certified | None
    ca: Path | None


def run(arguments: argparse.Namespace) -> Figures:
    """Raises Failed, also where nginx is not installed."""
    if shutil.which(_NGINX) is None:
        raise Failed("The yardstick is missing. Install the Debian package nginx-light.")
    uses = {"software": {"link_uses": 20}}
    figures: Figures = {"database": arguments.database, "rounds": arguments.rounds}
    figures |= {"clients": arguments.clients, "megabytes": arguments.megabytes}
    with installation.prepared(arguments.database, uses) as made:
        told = _granted(made, str(arguments.megabytes), str(arguments.clients))
        file = made.configuration.software_store / told["sha256"][:2] / told["sha256"]
        for way in _ways(made.folder):
            figures |= _measured(made, way, file, arguments)
    return figures


def _ways(folder: Path) -> Iterator[Way]:
    authority = Authority(folder)
    pair = authority.certify("localhost")
    yield Way("plain", ports.claim(), ports.claim(), None, None)
    yield Way("tls", ports.claim(), ports.claim(), pair, authority.certificate)


def _measured(made: Installation, way: Way, file: Path, arguments: argparse.Namespace) -> Figures:
    """Rates in 10^6 bytes a second, the median of the rounds; memory of our process."""
    rates: dict[str, list[float]] = {"ours": [], "nginx": []}
    wanted = arguments.megabytes * 1_000_000 * arguments.clients
    with _served(made, way) as child, _nginx(made.folder, way, file):
        idle = processes.memory_mb(child.pid)
        for _round in range(arguments.rounds):
            paths = {"nginx": [f"/{file.name}"] * arguments.clients, "ours": _granted(made)["paths"]}
            for who, port in (("nginx", way.nginx), ("ours", way.ours)):
                told = _fetched(port, paths[who], way.ca)
                if told["bytes"] != wanted:
                    raise Failed(
                        f"{who} gave {told['bytes']} of {wanted} bytes: {made.said('downloads.log')}"
                    )
                rates[who].append(wanted / told["s"] / 1e6)
        peak = processes.peak_memory_mb(child.pid)
    ours, nginx = (statistics.median(rates[who]) for who in ("ours", "nginx"))
    return {
        f"{way.name}_mb_per_second": round(ours, 1),
        f"{way.name}_nginx_mb_per_second": round(nginx, 1),
        f"{way.name}_share_of_nginx": round(ours / nginx, 3),
        f"{way.name}_idle_memory_mb": round(idle, 1),
        f"{way.name}_peak_memory_mb": round(peak, 1),
    }


def _granted(made: Installation, *words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        made.run("bench.inside", "granting", str(made.folder / "tokens.json"), *words)
    )
    return answer


def _fetched(port: int, paths: list[str], ca: Path | None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.fetching", str(port), *([str(ca)] if ca else [])],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def _served(made: Installation, way: Way) -> Iterator[subprocess.Popen[str]]:
    """Our process, with a configuration of its own."""
    scheme = "https" if way.pair else "http"
    lines = ["[downloads]", f'listen = "127.0.0.1:{way.ours}"', f'url = "{scheme}://localhost:{way.ours}/"']
    if way.pair:
        lines += [f'certificate = "{way.pair.certificate}"', f'key = "{way.pair.key}"']
    file = made.folder / f"{way.name}.toml"
    file.write_text(made.file.read_text() + "\n".join(lines) + "\n")
    child = replace(made, file=file).start("flexnet.cli", "run", "downloads", log="downloads.log")
    try:
        installation.wait_for(way.ours)
        yield child
    finally:
        installation.end(child)
        made.children.remove(child)


@contextmanager
def _nginx(folder: Path, way: Way, file: Path) -> Iterator[None]:
    """With as many workers as there are cores, and what its manual names for large files."""
    name = folder / f"nginx-{way.name}"
    pair = way.pair
    encrypted = f"ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};" if pair else ""
    temporary = " ".join(f"{one}_temp_path {name}-{one};" for one in _BELOW)
    listen = f"listen 127.0.0.1:{way.nginx}{' ssl' if pair else ''};"
    name.with_suffix(".conf").write_text(
        f"daemon off; user root; pid {name}.pid; error_log {name}.log; worker_processes auto;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; {temporary}\n"
        f"server {{ {listen} root {file.parent}; ssl_protocols TLSv1.3; {encrypted} }} }}\n"
    )
    with subprocess.Popen([_NGINX, "-e", f"{name}.log", "-c", f"{name}.conf"]) as child:
        try:
            installation.wait_for(way.nginx)
            yield
        finally:
            child.terminate()
