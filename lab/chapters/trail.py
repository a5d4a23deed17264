"""Chapter 12: the audit trail is whole, and whoever changes it is found."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from lab.stage import Stage, chapter
from lab.story import expect, expect_words

CHAPTER = chapter("The audit trail")
_SOME = 10  # records before the one that is changed
_VERIFIER = Path(__file__).resolve().parents[2] / "src" / "flexnet" / "audit" / "standalone.py"


@CHAPTER.step("flexnet audit verify: whole, up to an anchored head")
def _(stage: Stage) -> str:
    before = stage.system.answer("audit", "verify")["entries"]
    stage.system.flexnet("audit", "seal")
    answer = stage.system.answer("audit", "verify")
    expect("the trail", (answer["ok"], answer["first_bad"]), (True, None))
    expect("anchored at least up to what was there", answer["anchored_up_to"] >= before, True)
    return f"{answer['entries']} entries, anchored up to {answer['anchored_up_to']}"


@CHAPTER.step("its export is whole for a stand-alone program that has nothing but the public key")
def _(stage: Stage) -> str:
    stage.system.flexnet("audit", "export", str(_folder(stage) / "whole"))
    _folder(stage).joinpath("keys").write_text(stage.system.flexnet("audit", "public-key"))
    done = _verify(stage, "whole")
    expect(f"the verifier's exit status; it said: {done.stdout}{done.stderr}", done.returncode, 0)
    return f"{len(_records(stage))} records"


@CHAPTER.step("one altered entry is found")
def _(stage: Stage) -> str:
    records = _records(stage)
    altered = records[_entry(records)]
    altered["event"]["by"] = "cli:nobody"
    return _found(stage, records, f"entry {altered['seq']}")


@CHAPTER.step("one deleted entry is found")
def _(stage: Stage) -> str:
    records = _records(stage)
    gone = records.pop(_entry(records))
    return _found(stage, records, f"entry {gone['seq']} is deleted")


@CHAPTER.step("entries cut off at the end are found, because their signed head lies elsewhere too")
def _(stage: Stage) -> str:
    records = _records(stage)[:_SOME]
    return _found(stage, records, f"entry {records[-1]['seq'] + 1} is cut off")


def _entry(records: list[dict[str, Any]]) -> int:
    """The place of an entry in the midst of them: where the story went slowly, heads stand between them."""
    return next(place for place, one in enumerate(records) if place >= _SOME and "event" in one)


def _found(stage: Stage, records: list[dict[str, Any]], words: str) -> str:
    """Expect that the verifier refuses these records and names what is wrong."""
    text = "".join(json.dumps(one, sort_keys=True, separators=(",", ":")) + "\n" for one in records)
    _folder(stage).joinpath("forged").write_text(text)
    done = _verify(stage, "forged")
    expect(f"the verifier's exit status; it said: {done.stdout}{done.stderr}", done.returncode, 1)
    expect_words("what it says", done.stdout + done.stderr, words)
    return words


def _verify(stage: Stage, name: str) -> subprocess.CompletedProcess[str]:
    folder = _folder(stage)
    anchors = stage.system.configuration.parent / "anchors"
    command = [sys.executable, str(_VERIFIER), str(folder / name), str(folder / "keys"), str(anchors)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _records(stage: Stage) -> list[dict[str, Any]]:
    lines = _folder(stage).joinpath("whole").read_text().splitlines()
    return [json.loads(line) for line in lines]


def _folder(stage: Stage) -> Path:
    folder = stage.system.folder / "trail"
    folder.mkdir(exist_ok=True)
    return folder
