"""Anchors: one file a day, appended to and durable, and a power cut or a full disk spoils none of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flexnet.audit import anchors, standalone

HEAD = standalone.Head(7, "ab" * 32, "2026-02-03T10:00:00.000000+00:00", 1, "c2ln")


def read(folder: Path) -> list[int]:
    return [head.seq for head in standalone.read_anchors(folder)]


def test_a_head_reads_back_as_it_was_written(tmp_path: Path) -> None:
    anchors.append(tmp_path, HEAD)
    [head] = standalone.read_anchors(tmp_path)
    assert head.record() == HEAD.record()
    assert head.is_anchor
    assert [file.name for file in tmp_path.iterdir()] == ["2026-02-03.jsonl"]


def test_a_line_torn_by_a_power_cut_spoils_no_other(tmp_path: Path) -> None:
    anchors.append(tmp_path, HEAD)
    with (tmp_path / "2026-02-03.jsonl").open("ab") as file:
        file.write(b'{"seq": 8, "ha')
    anchors.append(tmp_path, standalone.Head(9, HEAD.hash, HEAD.at, 1, "c2ln"))
    assert read(tmp_path) == [7, 9]


def test_what_a_full_disk_cut_short_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anchors.append(tmp_path, HEAD)
    before = (tmp_path / "2026-02-03.jsonl").read_bytes()
    genuine = os.write
    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "write", lambda descriptor, line: genuine(descriptor, line[:10]))
        with pytest.raises(OSError, match="disk is full"):
            anchors.append(tmp_path, HEAD)
    assert (tmp_path / "2026-02-03.jsonl").read_bytes() == before
