"""Every event that the code records has German words, and a topic if it may stand in a timeline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

import flexnet
from flexnet.applications.kinds import StepKind
from flexnet.office import event_words

SOURCE = Path(flexnet.__file__).parent
NAME = re.compile(r"[a-z_]+(\.[a-z_]+){1,2}")
NO_EVENTS = ("flexnet.", "django.", "bench.", "wsgi.")  # modules, and what a server hands over
SUFFIXES = {"py", "txt", "typ", "toml", "pdf", "json"}  # files
# Put together from parts: the events of an application's steps, and the bonds that an import begins and ends.
COMPOSED = {
    "application.": {f"application.{kind}" for kind in StepKind},
    ".entered": {f"{bond}.entered" for bond in ("ownership", "direction", "employment")},
    ".ended": {f"{bond}.ended" for bond in ("ownership", "direction", "employment")},
}
# Whoever works here, the machines and the texts have no timeline of their own.
WITHOUT_TOPIC = {"application", "approval", "audit", "certificate", "factor", "gateway", "key_ring"}
WITHOUT_TOPIC |= {
    "batch",
    "documents",
    "keyfile",
    "mails",
    "changes",
    "sheets",
    "list",
    "register",
    "maintenance",
    "month",
    "package",
    "range",
    "range_stop",
    "uses",
    "recovery_codes",
    "sessions",
    "staff",
    "task",
}


def literals() -> Iterator[str]:
    """Every text in the code that is shaped like an event's name; of one put together its fixed part."""
    for path in (path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
                yield from COMPOSED.get(str(parts[0]) if len(parts) == 1 else "", ())


def recorded() -> set[str]:
    tables = {one._meta.label_lower for one in apps.get_models()}  # the copy of one's data names them
    found = {text for text in literals() if NAME.fullmatch(text)} - tables
    return {one for one in found if not one.startswith(NO_EVENTS) and one.split(".")[-1] not in SUFFIXES}


def test_every_event_has_words_and_every_word_an_event() -> None:
    in_code = recorded()
    in_words = {kind for kind in in_code if kind in event_words.WHAT}
    assert in_code - in_words == set()
    assert "lock.imposed" in in_code
    assert "employment.ended" in in_code


def test_every_event_of_a_practice_has_one_topic() -> None:
    nouns = [noun for topic in event_words.TOPICS.values() for noun in topic.nouns]
    assert len(nouns) == len(set(nouns))
    assert {kind.partition(".")[0] for kind in event_words.WHAT} == set(nouns) | WITHOUT_TOPIC | {"person"}
    assert all(list(event_words.kinds_of(topic)) for topic in event_words.TOPICS.values())
