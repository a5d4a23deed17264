"""How a benchmark ends: its figures for people, for programs, and kept with what they were measured on."""

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

Figure = str | int | float | bool | None
Figures = dict[str, Figure]
FOLDER = Path(__file__).resolve().parent / "results"


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` of all do not exceed (nearest rank); None if there are none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else None


def keep(name: str, figures: Mapping[str, Figure], load: float) -> Path:
    """Write them with the date, the commit, the machine and its load before; the last run's are replaced."""
    path = FOLDER / f"{name}-{figures['database']}.json"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = {"figures": dict(figures), "date": now, "commit": commit(), "load_before": load}
    kept["machine"] = machine()
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return path


def machine() -> dict[str, Figure]:
    """What the figures depend on, and nothing by which this machine could be found."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: metadata.version(name) for name in ("Django", "argon2-cffi", "pyrad", "psycopg")},
    }


def commit() -> str:
    """The commit measured; with `+` if files differ from it."""
    told = ["git", "-C", str(FOLDER.parent)]
    head = subprocess.run(
        [*told, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    changed = subprocess.run([*told, "diff", "--quiet", "HEAD", "--", "../src"], check=False).returncode
    return (head.stdout.strip() or "unknown") + ("+" if changed else "")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


def peak_mb() -> float:
    """The most memory this process held; getrusage would count what its parent held before exec too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)
