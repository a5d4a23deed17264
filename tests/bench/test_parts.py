"""The parts of the benchmarks that must not deceive: people, packets, noise, percentiles, counting."""

import random
from pathlib import Path
from typing import Any

import pytest

from bench import lighthouse, main, noise, packets, replay, results
from bench.crowd import Crowd
from bench.load import Hits, Typing, Volley
from flexnet.lib import hotp
from flexnet.lib.identifiers import Bsnr, Lanr
from flexnet.radius import codec

SECRET = b"a secret of the tests"
CROWD = Crowd(200_000, "ab" * 32, "Fruehling-2026")


def test_everyone_has_numbers_that_could_be_real() -> None:
    for number in (0, 1, 99_999, 199_999):
        assert Bsnr.parse(CROWD.bsnr(number))
        assert Lanr.parse(CROWD.lanr(number))
    assert len({CROWD.source(one) for one in range(300)} | {CROWD.stranger(one) for one in range(300)}) == 600


def test_a_crowd_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    CROWD.write(tmp_path / "crowd.json")
    assert Crowd.read(tmp_path / "crowd.json") == CROWD
    assert tmp_path.joinpath("crowd.json").stat().st_mode & 0o777 == 0o600


def test_a_wrong_code_is_wrong() -> None:
    code = CROWD.wrong_field(5, 30)[-6:].decode()
    assert hotp.find(CROWD.seed(5), code, counter=20, window=20, digits=6) is None


def test_the_server_reads_what_the_generator_sends() -> None:
    field = CROWD.field(3, 0)
    raw = packets.sign_in(9, user_name="praxis", field=field, source="192.0.2.1", secret=SECRET)
    packet = codec.read_request(raw, SECRET)
    assert codec.revealed(packet.values("User-Password")[0], SECRET, packet.authenticator) == field
    assert codec.read_request(packets.accounting(1, session="s", secret=SECRET), SECRET).code == 4


def test_an_answer_is_known_from_a_forged_one() -> None:
    raw = packets.unusable(9, secret=SECRET)
    answer = codec.answer(codec.read_request(raw, SECRET), codec.ACCESS_REJECT, [], SECRET)
    assert packets.is_answer(answer, raw, SECRET)
    assert not packets.is_answer(answer[:-1] + bytes((answer[-1] ^ 1,)), raw, SECRET)


@pytest.mark.parametrize("code", [noise.AUTHENTICATION, noise.ACCOUNTING])
def test_noise_is_never_a_good_packet(code: int) -> None:
    chance = random.Random(code)  # noqa: S311 - noise is no secret
    for _ in range(2_000):
        packet = codec.without_padding(noise.make(code, chance, SECRET))
        with pytest.raises(codec.Malformed):
            codec.read_request(packet, SECRET)


def test_signed_noise_gets_past_the_signature() -> None:
    chance = random.Random(1)  # noqa: S311 - as above
    faults = [_fault(noise.make_signed(chance, SECRET)) for _ in range(200)]
    assert "message_authenticator" not in faults
    assert faults.count("") > 50


def test_a_key_that_was_not_pressed_stays_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr("bench.load.fire", _answering_only(3, sent))
    typing, volley = Typing(CROWD, SECRET), Volley("right", requests=9, seconds=1, people=2)
    typing.fire(volley, ("127.0.0.1", 9))
    typing.fire(volley, ("127.0.0.1", 9))
    again = codec.read_request(sent[9], SECRET)
    typed = codec.revealed(again.values("User-Password")[0], SECRET, again.authenticator)
    assert typed == CROWD.field(0, 2)  # of the first volley's three, two were this person's


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(one) for one in range(1, 101)]
    assert [results.percentile(values, share) for share in (0.5, 0.99, 1.0)] == [50.0, 99.0, 100.0]
    assert results.percentile([7.0], 0.5) == 7.0
    assert results.percentile([], 0.5) is None


def test_of_lighthouse_the_median_counts_and_what_costs_points_is_told() -> None:
    reports = [_visited(score) for score in (0.5, 0.97, 0.9)]
    assert lighthouse.points(reports) == dict.fromkeys(lighthouse.CATEGORIES, 90)
    assert "accessibility: Contrast too low" in set(lighthouse.lost(reports[0]))
    assert not list(lighthouse.lost(reports[1]))
    pages = {"a": lighthouse.points(reports), "b": lighthouse.points(reports[:1])}
    assert lighthouse.summed(pages)["worst_performance"] == 50


def test_without_npx_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit, match=r"npx is missing\. Install Node\.js"):
        main.run(["lighthouse"])


def test_a_code_that_counts_twice_is_counted() -> None:
    figures = replay.summed({"0": 1, "1": 5, "2": 2, "8": 1}, processes=8, rounds=9)
    assert figures == {
        "processes": 8,
        "attempts": 72,
        "rounds": 9,
        "accepted": 17,
        "accepted_twice": 3,
        "never_accepted": 1,
    }


def _fault(packet: bytes) -> str:
    try:
        codec.read_request(packet, SECRET)
    except codec.Malformed as bad:
        return str(bad)
    return ""


def _visited(score: float) -> dict[str, Any]:
    part = {"score": score, "auditRefs": [{"id": "contrast", "weight": 7}, {"id": "manual", "weight": 0}]}
    audits = {"contrast": {"score": score, "title": "Contrast too low"}, "manual": {"score": None}}
    return {"categories": dict.fromkeys(lighthouse.CATEGORIES, part), "audits": audits}


def _answering_only(count: int, sent: list[bytes]) -> Any:
    def fire(requests: list[bytes], *_: object) -> Hits:
        sent.extend(requests)
        return Hits(accepted=count, elapsed=1.0)

    return fire
