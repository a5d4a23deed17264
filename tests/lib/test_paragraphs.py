"""What changed between two texts, as somebody would say it."""

from hypothesis import given
from hypothesis import strategies as st

from flexnet.lib import paragraphs
from flexnet.lib.paragraphs import Kind

OLD = """# § 1 Nutzung

Der YubiKey gehört
in Ihre Hand.

# § 2 Kennwort

Das Kennwort hat mindestens zwölf Zeichen.

Schreiben Sie es nicht auf.
"""


def told(before: str, after: str) -> list[tuple[str, str, str, str]]:
    return [
        (change.kind, change.place, text(change.before), text(change.after))
        for change in paragraphs.changes(before, after)
    ]


def text(pieces: tuple[paragraphs.Piece, ...]) -> str:
    return " ".join(f"[{piece.text}]" if piece.is_changed else piece.text for piece in pieces)


def test_the_same_text_has_no_changes_however_its_lines_are_broken() -> None:
    assert told(OLD, OLD) == []
    assert told(OLD, OLD.replace("gehört\nin", "gehört in").replace("\n\n", "\n \n\n")) == []


def test_a_word_that_changed_is_shown_in_its_paragraph_under_its_heading() -> None:
    assert told(OLD, OLD.replace("zwölf", "vierzehn")) == [
        (
            Kind.CHANGED,
            "§ 2 Kennwort",
            "Das Kennwort hat mindestens [zwölf] Zeichen.",
            "Das Kennwort hat mindestens [vierzehn] Zeichen.",
        )
    ]


def test_a_new_heading_stands_for_itself_and_above_what_follows() -> None:
    new = OLD + "\n# § 3 Kosten\n\nDie Nutzung ist frei.\n"
    assert told(OLD, new) == [
        (Kind.ADDED, "", "", "§ 3 Kosten"),
        (Kind.ADDED, "§ 3 Kosten", "", "Die Nutzung ist frei."),
    ]


def test_a_paragraph_taken_out_and_one_put_in() -> None:
    assert told(OLD, OLD.replace("Schreiben Sie es nicht auf.\n", "")) == [
        (Kind.REMOVED, "§ 2 Kennwort", "Schreiben Sie es nicht auf.", "")
    ]
    new = OLD.replace("# § 2", "Er wird nicht verliehen.\n\n# § 2")
    assert told(OLD, new) == [(Kind.ADDED, "§ 1 Nutzung", "", "Er wird nicht verliehen.")]


def test_what_has_little_in_common_is_exchanged_and_not_changed() -> None:
    new = OLD.replace("Schreiben Sie es nicht auf.", "Für Schäden haftet niemand.")
    assert [(kind, before or after) for kind, _, before, after in told(OLD, new)] == [
        (Kind.REMOVED, "Schreiben Sie es nicht auf."),
        (Kind.ADDED, "Für Schäden haftet niemand."),
    ]


def test_of_a_list_only_the_item_that_changed_is_told() -> None:
    before = "# § 3 Pflichten\n\n- Kennwort nie geheim weitersagen\n- YubiKey einschließen\n"
    after = before.replace("geheim", "am Telefon")
    assert told(before, after) == [
        (
            Kind.CHANGED,
            "§ 3 Pflichten",
            "Kennwort nie [geheim] weitersagen",
            "Kennwort nie [am Telefon] weitersagen",
        )
    ]
    assert told(before, before.replace("# §", "§").replace("\n\n- K", "\n- K")) == []


def test_a_heading_is_told_without_its_mark_and_before_the_first_there_is_none() -> None:
    assert told(OLD, OLD.replace("# § 1 Nutzung", "# § 1 Nutzung und Pflichten")) == [
        (Kind.CHANGED, "", "§ 1 Nutzung", "§ 1 Nutzung [und Pflichten]")
    ]
    assert told("§ 1 A\n\nx", "§ 1 A\n\nx\n\ny") == [(Kind.ADDED, "§ 1 A", "", "y")]


written = st.lists(st.sampled_from(["a b c", "a b d", "# § 1", "# § 2", "x y z", "-"]), max_size=8).map(
    "\n\n".join
)


@given(written, written)
def test_with_its_changes_the_old_text_becomes_the_new_one(before: str, after: str) -> None:
    """By what is counted: nothing is told that is not there, nothing is lost."""
    gone = [
        text(change.before).replace("[", "").replace("]", "") for change in paragraphs.changes(before, after)
    ]
    come = [
        text(change.after).replace("[", "").replace("]", "") for change in paragraphs.changes(before, after)
    ]
    old = [part.removeprefix("# ") for part in paragraphs.of(before)]
    new = [part.removeprefix("# ") for part in paragraphs.of(after)]
    for one in filter(None, gone):
        old.remove(one)
    for one in filter(None, come):
        new.remove(one)
    assert sorted(old) == sorted(new)
