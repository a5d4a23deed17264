"""Keys from a file: looked at first, all or the good ones, again without harm, broken off and done again."""

from typing import Any

import pytest

from flexnet.audit.models import Event
from flexnet.keys import actions, importing, queries
from flexnet.keys.importing import Format, Report, What
from flexnet.keys.models import Key, Movement, Place
from flexnet.lib import hotp
from flexnet.lib.key_rows import BadKeyFile, Why
from tests import make

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"by": make.BY, "reason": "Lieferung 7", "now": make.NOW}
WRONG = "30000009,1212,hotp"


class Killed(BaseException):
    """The process ends here."""


def seed(number: int) -> str:
    return f"{number:040d}"


def file(*lines: str, count: int = 3) -> bytes:
    """`count` keys from 30000001 on, and these lines."""
    good = (f"{30000000 + one},{seed(one)},hotp,6,16" for one in range(1, count + 1))
    return "\n".join([*good, *lines]).encode()


def run(content: bytes, **options: Any) -> Report:
    return importing.run(importing.read(content, Format.OATH), sha256="f" * 64, **{**WHY, **options})


def whats(report: Report) -> list[What]:
    return [line.what for line in report.lines]


def test_each_key_is_in_stock_sealed_and_types_what_it_should() -> None:
    report = run(file())
    assert (report.is_written, whats(report)) == (True, [What.NEW] * 3)
    for number in range(1, 4):
        key, raw = queries.key(str(30000000 + number)), bytes.fromhex(seed(number))
        assert raw not in bytes(key.sealed_seed)
        verdict = actions.judge(key, hotp.code(raw, 16), source="", now=make.NOW)
        assert verdict.outcome.is_spent
    assert set(Movement.objects.values_list("place", "reason")) == {(Place.IN_STOCK.value, "Lieferung 7")}
    assert Event.objects.filter(kind="key.added").count() == 3


def test_looking_writes_nothing() -> None:
    rows = importing.read(file(WRONG), Format.OATH)
    assert whats(importing.look(rows)) == [What.NEW] * 3 + [What.REFUSED]
    assert not Key.objects.exists()


def test_one_wrong_row_holds_all_back_unless_only_the_good_ones_are_wanted() -> None:
    report = run(file(WRONG))
    assert (report.is_written, Key.objects.count()) == (False, 0)
    assert [(line.row, line.serial, line.why) for line in report.wrong] == [(4, "30000009", Why.BAD_SEED)]
    assert run(file(WRONG), only_good=True).is_written
    assert Key.objects.count() == 3


def test_again_it_changes_nothing_not_even_a_counter_that_moved() -> None:
    run(file())
    Key.objects.update(counter=99)
    report = run(file())
    assert (whats(report), Key.objects.count()) == ([What.THERE] * 3, 3)
    assert set(Key.objects.values_list("counter", flat=True)) == {99}


def test_a_serial_number_that_is_there_with_another_seed_is_wrong() -> None:
    run(file(count=1))
    other = f"30000001,{seed(77)},hotp,6".encode()
    assert whats(run(other)) == [What.OTHER_SEED]
    assert whats(run(f"30000001,{seed(1)},hotp,8".encode())) == [What.OTHER_SEED]
    assert actions.has_seed(queries.key("30000001"), bytes.fromhex(seed(1)))


def test_what_breaks_off_between_two_portions_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PORTION", 2)
    add, left = actions.add, iter([False, False, False, True])

    def dies(**row: Any) -> Key:
        if next(left):
            raise Killed
        return add(**row)

    monkeypatch.setattr(actions, "add", dies)
    with pytest.raises(Killed):
        run(file(count=5))
    assert Key.objects.count() == Movement.objects.count() == 2
    assert Event.objects.filter(kind="key.added").count() == 2
    monkeypatch.setattr(actions, "add", add)
    assert whats(run(file(count=5))) == [What.THERE] * 2 + [What.NEW] * 3
    assert Key.objects.count() == Movement.objects.count() == 5


def test_what_somebody_else_brought_in_meanwhile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    content = file(count=2)
    rows = importing.read(content, Format.OATH)
    report = importing.look(rows)
    other = bytes.fromhex(seed(55))
    actions.add(serial="30000001", seed=other, by=make.BY, now=make.NOW)
    monkeypatch.setattr(importing, "look", lambda _rows: report)
    assert whats(importing.run(rows, sha256="f" * 64, **WHY)) == [What.OTHER_SEED, What.NEW]


@pytest.mark.parametrize("form", Format)
def test_a_file_without_keys_is_refused(form: Format) -> None:
    with pytest.raises(BadKeyFile):
        importing.read(b"# nothing\n", form)


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_KEYS", 2)
    with pytest.raises(BadKeyFile, match="several files"):
        importing.read(file(), Format.OATH)
