"""Every benchmark runs in a tiny size, keeps its keys, and finds nothing wrong."""

import json
from typing import Any

import pytest

from bench import main


@pytest.fixture(params=["sqlite", "postgresql"])
def measure(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> dict[str, Any]:
        main.run([*words, "--database", request.param, "--json"])
        figures: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return figures

    return run


@pytest.mark.lab
def test_sign_in(measure: Any) -> None:
    figures = measure("sign-in", "--accesses", "4", "--seconds", "0.5", "--requests", "20")
    keys = ["per_second", "p50_ms", "p99_ms", "hash_bound_per_second", "share_of_bound", "refused_per_second"]
    assert all(figures[key] > 0 for key in [*keys, "throttled_per_second", "first_per_second"])
    assert 20 < figures["radius_memory_mb"] <= figures["radius_peak_memory_mb"]
    assert (figures["refused_by_mistake"], figures["lost"], figures["requests_lost"]) == (0, 0, 0)


@pytest.mark.lab
def test_replay(measure: Any) -> None:
    figures = measure("replay", "--attempts", "24", "--processes", "3")
    assert (figures["attempts"], figures["rounds"]) == (24, 8)
    assert (figures["accepted"], figures["accepted_twice"], figures["never_accepted"]) == (8, 0, 0)
    assert figures["sessions_opened"] == figures["sessions_expected"] == 4


@pytest.mark.lab
def test_office(measure: Any) -> None:
    figures = measure("office", "--small", "3", "--large", "60", "--rounds", "2")
    assert figures["p95_ms_small"] > 0
    assert 0 < figures["p95_ms_large"] < 5_000
    assert figures[f"{figures['slowest_large']}_p95_ms_large"] == figures["p95_ms_large"]
    assert figures["most_queries_large"] < 60


@pytest.mark.lab
def test_portal(measure: Any) -> None:
    figures = measure("portal", "--accesses", "60", "--rounds", "3", "--seconds", "1")
    assert 0 < figures["p95_ms"] <= figures["slowest_p95_ms"] < 5_000
    assert figures[f"{figures['slowest']}_p95_ms"] == figures["slowest_p95_ms"]
    assert figures["most_queries"] < 40
    assert figures["pages"] > 0
    assert figures["pages_per_second"] > 0


@pytest.mark.lab
def test_register(measure: Any) -> None:
    figures = measure("register", "--rows", "40")
    assert (figures["rows"], figures["people"]) == (40, 40)
    assert (figures["look_changed"], figures["write_changed"], figures["again_changed"]) == (40, 40, 0)


@pytest.mark.lab
def test_letters(measure: Any) -> None:
    figures = measure("letters", "--accesses", "20")
    assert (figures["accesses"], figures["signed_in"], figures["adds_up"]) == (20, 20, True)
    assert figures["secrets"] == figures["sheets_used"] >= 20
    assert figures["password_letters_per_s"] > 0


@pytest.mark.lab
def test_documents(measure: Any) -> None:
    figures = measure("documents", "--files", "12", "--kilobytes", "3")
    assert (figures["files"], figures["adds_up"]) == (12, True)
    assert figures["files_per_s"] > 0
    assert 20 < figures["memory_before_mb"] <= figures["memory_peak_mb"]


@pytest.mark.lab
def test_radius_noise(measure: Any) -> None:
    figures = measure("radius-noise", "--packets", "400")
    assert (figures["packets"], figures["answered"], figures["unaccounted"]) == (400, 0, 0)
    assert (figures["signed_packets"], figures["signed_accepted"]) == (40, 0)
    assert (figures["good_before"], figures["good_after"]) == (True, True)
    assert (figures["good_between_unanswered"], figures["broke_inside"]) == (0, 0)


@pytest.mark.lab
def test_downloads(measure: Any) -> None:
    figures = measure("downloads", "--megabytes", "2", "--clients", "3", "--rounds", "1")
    for way in ("plain", "tls"):
        assert figures[f"{way}_mb_per_second"] > 0
        assert figures[f"{way}_nginx_mb_per_second"] > 0
        assert 20 < figures[f"{way}_idle_memory_mb"] <= figures[f"{way}_peak_memory_mb"] < 300


def test_keys(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["keys", "--keys", "200", "--sign-ins", "5", "--guesses", "50", "--json"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    ways = ("at_once", "healed", "by_telephone", "new_key")
    assert sum(figures[way] for way in ways) == figures["sign_ins"] == 1_000
    assert figures["healed"] > 0
    assert figures["in_step_share"] > 0.99
    assert figures["guesses_hit"] <= 3
    assert figures["hits_a_day"] == pytest.approx(0.0145)
    assert figures["pair_hits"] == pytest.approx(1e-9)


def test_billing(capsys: pytest.CaptureFixture[str]) -> None:
    main.run(["billing", "--megabytes", "0.2", "--large", "0.6", "--rounds", "1", "--json"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    for kind in ("varied", "repetitive"):
        assert figures[f"{kind}_findings"] == 0
        for way in ("walk", "straightforward", "checked"):
            assert figures[f"{kind}_{way}_mb_per_second"] > 0
    assert 0.15 < figures["varied_distinct_share"] < 0.3
    assert figures["repetitive_distinct_share"] < 0.15
    assert 10 < figures["large_file_memory_mb"] < 100


@pytest.mark.lab
def test_billing_on_the_last_evening(measure: Any) -> None:
    words = ("--practices", "3", "--seconds", "0.5", "--megabytes", "0.1", "--seed", "1")
    figures = measure("billing", "--part", "evening", *words)
    assert (figures["receipts"], figures["lost"], figures["doubled"]) == (3, 0, 0)
    assert figures["receipts_verified"] == 3
    assert (figures["receipts_nobody_has"], figures["deliveries_not_submitted"]) == (0, 0)
    assert all(figures[f"{name}_p95_ms"] > 0 for name in ("page", "check", "upload", "submit", "receipt"))
    assert figures["all_s"] > 0


@pytest.mark.lab
def test_billing_while_the_server_is_killed(measure: Any) -> None:
    words = ("--practices", "2", "--kills", "2", "--life", "0.3", "--kilobytes", "30", "--seed", "1")
    figures = measure("billing", "--part", "faults", *words)
    assert (figures["kills"], figures["seed"]) == (2, 1)
    assert figures["receipts"] == figures["fetched_once"] >= 2
    nothing = ("lost", "doubled", "receipts_nobody_has", "deliveries_not_submitted", "uploads_left")
    assert [figures[name] for name in (*nothing, "not_fetched", "fetched_wrongly")] == [0] * 7
    assert sum(value for name, value in figures.items() if name.startswith("cut_off_in_")) > 0


def test_what_cannot_be_measured_is_said_in_a_sentence() -> None:
    with pytest.raises(SystemExit, match="2"):
        main.run(["no-such-benchmark"])
