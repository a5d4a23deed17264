"""The rules of contracts/filter-rules.json, read and refused as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet_gateway import filter_rules
from flexnet_gateway.filter_rules import BadRule

CONTRACT = json.loads((Path(__file__).resolve().parents[2] / "contracts" / "filter-rules.json").read_text())


@pytest.mark.parametrize("example", CONTRACT["accepted"], ids=lambda one: str(one["rule"]))
def test_a_rule_means_what_the_contract_says(example: dict[str, Any]) -> None:
    rule = filter_rules.parse(example["rule"])
    assert (rule.protocol, str(rule.network)) == (example["protocol"], example["network"])
    assert (list(rule.ports) if rule.ports else None) == example["ports"]


@pytest.mark.parametrize(
    "text", [*CONTRACT["refused"], "permit in tcp from assigned to 10.20.0.0/255.255.0.0"]
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        filter_rules.parse(text)


@given(st.text())
def test_a_text_is_a_rule_or_a_bad_rule(text: str) -> None:
    with pytest.raises(BadRule):
        filter_rules.parse(text)


def test_one_bad_rule_spoils_the_answer() -> None:
    good = CONTRACT["accepted"][0]["rule"].encode()
    assert len(filter_rules.texts([good + b"\0", good])) == 2
    for spoilt in (b"\0deny", b"\0", b"\n"):
        with pytest.raises(BadRule):
            filter_rules.texts([good + spoilt])


def test_no_attribute_is_no_rule() -> None:
    assert filter_rules.texts([]) == ()
