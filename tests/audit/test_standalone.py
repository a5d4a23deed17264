"""The stand-alone verifier: an export, the public keys and perhaps the anchors are all it needs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.audit import actions, keys, queries, standalone
from tests.audit.conftest import Record

Lines = list[dict[str, Any]]


@pytest.fixture
def exported(record: Record, tmp_path: Path) -> Path:
    """Two heads with three entries each, and one entry behind them; the keys lie beside."""
    for count in (3, 3, 1):
        record(count)
        actions.seal_pending()
        if count == 3:
            actions.checkpoint()
    (tmp_path / "keys.pem").write_bytes(keys.current().public_pem())
    path = tmp_path / "export.jsonl"
    with path.open("wb") as file:
        queries.export(file)
    return path


def verify(export: Path, *anchors: Path) -> standalone.Report:
    return standalone.verify_export(export, export.with_name("keys.pem"), anchors)


def changed(export: Path, change: Callable[[Lines], object]) -> Path:
    lines: Lines = [json.loads(line) for line in export.read_bytes().splitlines()]
    change(lines)
    export.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return export


def test_a_true_export_is_found_true(exported: Path, anchor_dir: Path) -> None:
    assert verify(exported) == standalone.Report(entries=7, checkpoints=2)
    assert verify(exported, anchor_dir) == standalone.Report(entries=7, checkpoints=2, anchored_up_to=6)


def test_it_needs_nothing_but_the_standard_library_and_cryptography() -> None:
    tree = ast.parse(Path(standalone.__file__).read_text())
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} - sys.stdlib_module_names == {"cryptography"}


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (lambda lines: lines[1]["event"].update(subject="key:9"), "entry 2 is altered"),
        (lambda lines: lines[1].update(previous="0" * 64), "entry 2 is altered"),
        (lambda lines: lines.pop(1), "entry 2 is deleted"),
        (lambda lines: lines[1].update(event=None), "entry 2 is deleted"),
        (lambda lines: lines.insert(2, lines[1]), "entry 2 is there twice or in the wrong place"),
        (lambda lines: lines.insert(0, lines.pop(1)), "entry 1 is deleted"),
        (lambda lines: lines.pop(2), "entry 3 is deleted"),
        (lambda lines: lines[3].update(at="2020"), "the checkpoint of entry 3 bears no valid signature"),
        (lambda lines: lines[3].update(key=2), "the checkpoint of entry 3 bears no valid signature"),
        (lambda lines: lines[3].update(signature="?"), "the checkpoint of entry 3 bears no valid signature"),
        (lambda lines: lines.append(lines[3]), "the checkpoint of entry 3 stands in the wrong place"),
        (lambda lines: lines.insert(1, {}), "after entry 1 there is a line that is no record"),
    ],
)
def test_an_export_that_was_tampered_with_is_found_and_the_place_named(
    exported: Path, change: Callable[[Lines], object], first_bad: str
) -> None:
    assert verify(changed(exported, change)).first_bad == first_bad


def test_a_tail_cut_off_is_found_by_the_anchors(exported: Path, anchor_dir: Path) -> None:
    cut = changed(exported, lambda lines: lines.__delitem__(slice(4, None)))
    assert verify(cut).ok
    report = verify(cut, anchor_dir)
    assert report.first_bad == "entry 4 is cut off: entry 6 has a signed head"
    assert report.anchored_up_to == 3


def run(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", standalone.__file__, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_as_a_program_it_answers_by_its_exit_code(exported: Path, anchor_dir: Path) -> None:
    good = run(exported, exported.with_name("keys.pem"), anchor_dir)
    assert (good.returncode, good.stdout) == (0, "OK: 7 entries, 2 checkpoints, anchored up to entry 6\n")
    changed(exported, lambda lines: lines[0]["event"].update(by="cli:mallory"))
    bad = run(exported, exported.with_name("keys.pem"))
    assert bad.returncode == 1
    assert bad.stdout.startswith("BAD: entry 1 is altered")
    missing = run("nothing.jsonl", exported.with_name("keys.pem"))
    assert (missing.returncode, "cannot verify" in missing.stderr) == (2, True)


def test_another_installations_keys_do_not_vouch_for_it(exported: Path, tmp_path: Path) -> None:
    other = keys.create(tmp_path / "other.pem")
    exported.with_name("keys.pem").write_bytes(other.public_pem())
    assert verify(exported).first_bad == "the checkpoint of entry 3 bears no valid signature"


@pytest.mark.parametrize("pem", [b"", b"text", b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"])
def test_keys_that_are_none_are_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        standalone.read_keys(pem)


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
names = st.sampled_from(["seq", "previous", "hash", "event", "at", "key", "signature"])
json_values = st.recursive(
    values, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=12
)


@given(
    st.lists(
        st.binary(max_size=60) | st.dictionaries(names, json_values).map(lambda it: json.dumps(it).encode())
    )
)
def test_no_file_makes_it_stumble(lines: list[bytes]) -> None:
    records = [standalone.parsed(line) for line in lines]
    stream = [standalone.entry_of(record) or standalone.head_of(record) for record in records]
    report = standalone.verify(stream, [])
    assert report.ok == (not stream)
