"""Every fault a billing file can have is found, said with its cure, and nothing of the file stays."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from flexnet.access.models import Access
from flexnet.billing import actions, findings
from flexnet.billing.findings import Code, Finding
from flexnet.billing.models import Delivery, Receipt
from flexnet.lib import file_name
from flexnet.lib.quarters import Quarter
from tests import configured, make
from tests.billing import files

XKM = f"{files.NAME}.XKM"


@dataclass(frozen=True)
class Case:
    """A file, how it is called and wished for, and what is found."""

    code: Code
    content: bytes
    name: str = files.NAME
    quarter: Quarter = files.QUARTER


def broken_line() -> bytes:
    """A line in the middle that is longer than it says."""
    lines = files.plain().split(b"\r\n")
    lines[10] += b"x"
    return b"\r\n".join(lines)


FAULTS = [
    Case(Code.EMPTY, b""),
    Case(Code.TOO_LARGE, b"x" * (1024 * 1024 + 1)),
    Case(Code.WRONG_NAME, files.plain(), name="Abrechnung.pdf"),
    Case(Code.WRONG_NAME, files.plain(), name="Z01889999900_10.13.2026_09.30.CON"),
    Case(Code.NOT_KVDT, b"%PDF-1.7\r\n"),
    Case(Code.TRUNCATED, files.plain()[:-30]),
    Case(Code.RULE_BROKEN, broken_line()),
    Case(Code.CONTAINER_UNREADABLE, files.container().replace(b"Paket", b"Paekt"), name=XKM),
    Case(Code.TEST_KEY, files.container(key="TESTschluessel"), name=XKM),
    Case(Code.TEST_KEY, files.container(mode="15"), name=XKM),
    Case(Code.SITE_FOREIGN, files.plain(files.BOB)),
    Case(Code.SITE_FOREIGN, files.container(files.BOB), name=XKM),
    Case(Code.QUARTER_DIFFERS, files.plain(), quarter=files.QUARTER + 1),
    Case(Code.QUARTER_AHEAD, files.plain(quarter=files.QUARTER + 2), quarter=files.QUARTER + 2),
    Case(Code.QUARTER_AHEAD, files.container(), name=XKM, quarter=files.QUARTER + 2),
]
ODDITIES = [
    Case(Code.QUARTER_OLD, files.plain(quarter=files.QUARTER + -4), quarter=files.QUARTER + -4),
    Case(Code.RULE_WARNS, files.plain(), name=files.NAME.replace(files.ALICE, files.BOB)),
    Case(Code.PART_OF_MANY, files.container(part="2/3"), name=XKM),
]


def kept_in(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case.code)
def test_a_fault_is_found_and_nothing_stays(access: Access, store: Path, case: Case) -> None:
    found = files.receive(access, case.content, name=case.name, quarter=case.quarter)
    assert isinstance(found, actions.Rejected)
    assert [finding.code for finding in found.findings] == [case.code]
    assert not Delivery.objects.exists()
    assert kept_in(store) == []


@pytest.mark.parametrize("case", ODDITIES, ids=lambda case: case.code)
def test_an_oddity_is_told_and_refuses_nothing(access: Access, case: Case) -> None:
    found = files.receive(access, case.content, name=case.name, quarter=case.quarter)
    assert isinstance(found, Delivery), found
    assert [Finding.restored(row).code for row in found.warnings] == [case.code]


def test_a_file_of_two_sites_is_told_of_the_other_one(access: Access) -> None:
    content = files.plain()
    begin, end = content.index(b"0180201"), content.index(b"0138000rvsa")
    other = content[begin:end].replace(files.ALICE.encode(), files.BOB.encode())
    found = files.receive(access, content[:end] + other + content[end:])
    assert isinstance(found, Delivery), found
    assert Finding(Code.SITE_FOREIGN_TOO, {"found": files.BOB}).stored() in found.warnings


def test_a_test_key_may_come_with_a_test(access: Access) -> None:
    content = files.container(key="TESTschluessel")
    assert isinstance(files.receive(access, content, name=XKM, kind=Delivery.Kind.TEST), Delivery)


def test_a_plain_file_is_refused_where_encryption_is_asked_for(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.change(monkeypatch, billing={"allow_plain": False})
    found = files.receive(access, files.plain())
    assert isinstance(found, actions.Rejected)
    assert [finding.code for finding in found.findings] == [Code.PLAIN_NOT_ALLOWED]
    assert isinstance(files.receive(access, files.container(), name=XKM), Delivery)


def test_the_same_file_again_is_the_same_delivery(access: Access, store: Path) -> None:
    first = files.received(access, files.plain())
    assert files.received(access, files.plain()) == first
    assert len(kept_in(store)) == 1


def test_the_same_file_for_another_quarter_or_as_a_test_is_another_delivery(access: Access) -> None:
    content = files.container()
    first = files.receive(access, content, name=XKM)
    assert isinstance(first, Delivery)
    assert files.receive(access, content, name=XKM, quarter=files.QUARTER + -1) != first
    assert files.receive(access, content, name=XKM, kind=Delivery.Kind.TEST) != first


def test_a_file_that_is_submitted_is_said_to_be_there_with_its_receipt(access: Access) -> None:
    row = files.received(access, files.plain())
    receipt = actions.submit(delivery=row, access=access, by=make.BY, now=make.NOW)
    assert isinstance(receipt, Receipt)
    found = files.receive(access, files.plain())
    assert isinstance(found, actions.Rejected)
    assert found.earlier == receipt
    assert receipt.number in found.findings[0].cure
    assert "14.04.2026" in found.findings[0].cure


def test_every_finding_has_its_two_sentences() -> None:
    assert set(findings.TEXTS) == set(Code)


def test_the_example_name_is_one() -> None:
    assert file_name.parse(findings.EXAMPLE_NAME).sender
