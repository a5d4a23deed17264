"""The last results beside what was wanted: `python -m bench.table` writes them into bench/README.md."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import results

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- results: written by python -m bench.table -->", "<!-- end of results -->"
_DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wanted:
    """At least, at most, or exactly this; `postgresql` where it differs."""

    how: str
    value: float
    postgresql: float | None = None

    def on(self, database: str) -> float:
        return self.value if database == "sqlite" or self.postgresql is None else self.postgresql

    def is_met(self, seen: float, database: str) -> bool:
        return _COMPARED[self.how](seen, self.on(database))


_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "≥": lambda seen, wanted: seen >= wanted,
    "<": lambda seen, wanted: seen < wanted,
    "=": lambda seen, wanted: seen == wanted,
}


@dataclass(frozen=True)
class Row:
    """One figure of one benchmark."""

    name: str
    key: str
    words: str
    wanted: Wanted | None = None


ROWS = (
    Row("sign-in", "per_second", "sign-ins per second, 1,000 accesses, 8 at once"),
    Row("sign-in", "p50_ms", "… p50 (ms)"),
    Row("sign-in", "p99_ms", "… p99 (ms)"),
    Row("sign-in", "hash_bound_per_second", "argon2id alone, same machine and run"),
    Row("sign-in", "share_of_bound", "share of that bound", Wanted("≥", 0.85, postgresql=0.70)),
    Row("sign-in", "load_cpu_share", "processor share of the load generator (1 = one core)"),
    Row("sign-in", "radius_cpu_share", "processor share of radius"),
    Row("sign-in", "other_cpu_share", "processor share of everything else, the database too"),
    Row(
        "sign-in", "refused_per_second", "refused wrong codes per second, distinct accounts", Wanted("≥", 800)
    ),
    Row("sign-in", "throttled_per_second", "throttled tries per second", Wanted("≥", 3_000)),
    Row("sign-in", "throttled_anew_per_second", "… each from a new address"),
    Row("sign-in", "large_per_second", "sign-ins per second with 200,000 accesses"),
    Row("sign-in", "large_to_small", "… compared with 1,000", Wanted("≥", 0.9)),
    Row("sign-in", "radius_memory_mb", "radius at the end, with the requests above (MB)", Wanted("<", 200)),
    Row("replay", "attempts", "replay: attempts by 8 processes at once"),
    Row("replay", "accepted_twice", "… codes accepted twice", Wanted("=", 0)),
    Row("replay", "never_accepted", "… codes accepted never", Wanted("=", 0)),
    Row("lock", "locks", "locks timed, with 50 tunnels"),
    Row("lock", "p50_ms", "… act to last packet, p50 (ms)"),
    Row("lock", "p99_ms", "… p99 (ms)", Wanted("<", 300)),
    Row("lock", "came_back", "… tunnels that came back by cookie", Wanted("=", 0)),
    Row("lock", "agent_memory_mb", "agent with 50 tunnels (MB)", Wanted("<", 80)),
    Row(
        "lock-without-disconnects",
        "max_ms",
        "every Disconnect-Request lost: slowest lock (ms)",
        Wanted("<", 5_000),
    ),
    Row("lock-without-disconnects", "came_back", "… tunnels that came back by cookie", Wanted("=", 0)),
    Row("office", "p95_ms_small", "office, slowest page with 1,000 accesses, p95 (ms)"),
    Row("office", "p95_ms_large", "… with 200,000 accesses, p95 (ms)", Wanted("<", 150)),
    Row("office", "desk_p95_ms_large", "… … the desk"),
    Row("office", "accesses_ended_p95_ms_large", "… … 20,000 accesses in a state"),
    Row("office", "search_nobody_p95_ms_large", "… … a search for nobody"),
    Row("office", "practice_busy_p95_ms_large", "… … a practice with 2,000 entries in its timeline"),
    Row("office", "desk_campaign_begins_p95_ms_large", "… … the desk while everybody has to accept terms"),
    Row("office", "desk_campaign_ends_p95_ms_large", "… … the desk when a hundred have still to"),
    Row("office", "missing_s_large", "… everybody whose acceptance is missing (s)"),
    Row(
        "office", "publish_consent_s_large", "… terms that all have to accept published, all derived anew (s)"
    ),
    Row("office", "most_queries_large", "… queries of the page that asks most"),
    Row("office", "file_s_large", "… all accesses as a file for Excel (s)"),
    Row("office", "file_grown_mb_large", "… by how much the process grew meanwhile (MB)"),
    Row("portal", "p95_ms", "portal with 200,000 accesses, the start page, p95 (ms)", Wanted("<", 60)),
    Row("portal", "slowest_p95_ms", "… the slowest of the ten most used pages, p95 (ms)"),
    Row("portal", "most_queries", "… queries of the page that asks most"),
    Row("portal", "pages_per_second", "… start pages per second, 8 at once, through its web server"),
    Row("portal", "page_p95_ms", "… … of each, p95 (ms)"),
    Row("portal", "load_cpu_share", "… … processor share of the clicking (1 = one core)"),
    Row("lighthouse", "worst_performance", "Lighthouse, worst of ten pages: performance", Wanted("≥", 95)),
    Row("lighthouse", "worst_accessibility", "… accessibility", Wanted("≥", 95)),
    Row("lighthouse", "worst_best-practices", "… best practices", Wanted("≥", 95)),
    Row("register", "rows", "member register taken over, rows"),
    Row("register", "look_s", "… dry run (s)"),
    Row("register", "write_s", "… all written, each record in the trail (s)", Wanted("<", 60)),
    Row("register", "again_s", "… once more, when nothing is new (s)"),
    Row("keys", "sign_ins", "sign-ins of 10,000 keys that are pressed by accident"),
    Row("keys", "in_step_share", "… share that needs nobody's help", Wanted("≥", 0.999)),
    Row("keys", "guesses", "random codes against the window of each"),
    Row("keys", "guesses_hit", "… that hit"),
    Row("keys", "guesses_expected", "… that should, as computed"),
    Row("letters", "accesses", "accesses applied for, equipped by post and used"),
    Row("letters", "all_s", "… from the first application to the last sign-in (s)", Wanted("<", 300)),
    Row("letters", "hashes_apart_s", "… argon2id, beside that (s)"),
    Row("letters", "password_letters_per_s", "… password letters per second", Wanted("≥", 60)),
    Row("letters", "secrets", "… secrets made, each on one sheet"),
    Row("documents", "files", "documents dropped into a folder, each found by its practice"),
    Row("documents", "files_per_s", "… taken per second"),
    Row("documents", "memory_peak_mb", "… the process at its highest (MB)"),
    Row("billing", "varied_checked_mb_per_second", "billing files checked, typical (MB/s)", Wanted("≥", 40)),
    Row("billing", "repetitive_checked_mb_per_second", "… repetitive (MB/s)", Wanted("≥", 40)),
    Row("billing", "varied_check_ms", "… a typical file of 4 MB (ms)", Wanted("<", 100)),
    Row(
        "billing", "large_file_memory_mb", "… the process at its highest, with 200 MB (MB)", Wanted("<", 100)
    ),
    Row("billing-evening", "receipts", "the last evening: files of 4 MB checked and submitted"),
    Row("billing-evening", "all_s", "… from the first to the last (s)", Wanted("<", 900)),
    Row("billing-evening", "page_p95_ms", "… each page, p95 (ms)", Wanted("<", 300)),
    Row("billing-evening", "lost", "… lost", Wanted("=", 0)),
    Row("billing-evening", "doubled", "… doubled", Wanted("=", 0)),
    Row("billing-faults", "kills", "the server killed while practices hand in, times"),
    Row("billing-faults", "receipts", "… receipts given meanwhile"),
    Row("billing-faults", "lost", "… without their bytes", Wanted("=", 0)),
    Row("billing-faults", "doubled", "… doubled", Wanted("=", 0)),
    Row("billing-faults", "deliveries_not_submitted", "… deliveries that could not go on", Wanted("=", 0)),
    Row("billing-faults", "fetched_wrongly", "… not fetched, or not exactly once", Wanted("=", 0)),
    Row("downloads", "plain_mb_per_second", "200 MB of software to 50 clients at once (MB/s)"),
    Row("downloads", "plain_share_of_nginx", "… compared with nginx, same file and run", Wanted("≥", 0.7)),
    Row("downloads", "tls_mb_per_second", "… encrypted (MB/s)"),
    Row("downloads", "tls_share_of_nginx", "… encrypted, compared with nginx", Wanted("≥", 0.7)),
    Row("downloads", "plain_idle_memory_mb", "… the process before (MB)"),
    Row("downloads", "plain_peak_memory_mb", "… at its highest, plain (MB)"),
    Row("downloads", "tls_peak_memory_mb", "… at its highest, encrypted (MB)"),
    Row("radius-noise", "packets", "random and damaged packets on both ports"),
    Row("radius-noise", "answered", "… answered", Wanted("=", 0)),
    Row("radius-noise", "broke_inside", "… actions that broke", Wanted("=", 0)),
)


def table(kept: dict[str, dict[str, Any]]) -> str:
    """In Markdown; `kept` by the name of the file. A figure that was never measured shows as a dash."""
    lines = ["| Figure | Wanted | SQLite | PostgreSQL |", "|---|---|---|---|"]
    for row in ROWS:
        cells = [_cell(row, database, kept.get(f"{row.name}-{database}")) for database in _DATABASES]
        lines.append(f"| {row.words} | {_wanted(row.wanted)} | {cells[0]} | {cells[1]} |")
    return "\n".join([*lines, "", *_measured_on(kept)])


def _cell(row: Row, database: str, kept: dict[str, Any] | None) -> str:
    seen = (kept or {}).get("figures", {}).get(row.key)
    if seen is None:
        return "–"
    shown = f"{seen:,}"
    return shown if not row.wanted or row.wanted.is_met(seen, database) else f"**{shown}** (missed)"


def _wanted(wanted: Wanted | None) -> str:
    if wanted is None:
        return ""
    other = "" if wanted.postgresql is None else f" / {wanted.postgresql:,}"
    return f"{wanted.how} {wanted.value:,}{other}"


def _measured_on(kept: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"- `{name}`: {one['date']}, commit {one['commit']}, load before {one['load_before']:.2f}, "
        f"{one['machine']['cores']} cores ({one['machine']['processor']}), Python {one['machine']['python']}"
        for name, one in sorted(kept.items())
    ]


def main() -> None:
    """Everything between the two marks is replaced."""
    kept = {path.stem: json.loads(path.read_text()) for path in results.FOLDER.glob("*.json")}
    text = README.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{table(kept)}\n{END}{after}")


if __name__ == "__main__":
    main()
