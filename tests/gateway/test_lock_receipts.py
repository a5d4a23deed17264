"""Lock receipts: what a lock ended, when gateways said so, what is open; signed, and drawn as one PDF."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from pypdf import PdfReader

from flexnet import transactions
from flexnet.access import locking
from flexnet.access.models import Lock, Report
from flexnet.accounts.models import WebSession
from flexnet.audit import keys
from flexnet.gateway import actions as gateways
from flexnet.gateway import effects, lock_receipt_pdf, lock_receipts
from flexnet.gateway.effects import Effect, Outcome
from flexnet.gateway.models import Change, LockReceipt
from tests import make

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
MOMENT, HOUR = timedelta(milliseconds=420), timedelta(hours=1)


@pytest.fixture
def door() -> make.Door:
    make.portal_service()
    return make.door(make.settled())


@pytest.fixture
def lock(door: make.Door) -> Lock:
    """On an access with a tunnel, a browser through it, and one that signed in and did not connect."""
    door.open()
    accepted = door.sign_in(1)
    assert isinstance(accepted, gateways.Accepted)
    access = door.who.practice_access
    WebSession.objects.create(
        session_key="one", session_data="", expire_date=make.NOW + HOUR, account=access.account
    )
    row = locking.of(access, cause=Lock.Cause.LOSS, now=make.NOW)
    return locking.report(
        row, reported_by="Frau Muster", way=Report.Way.TELEPHONE, by=make.BY, reason="Tasche weg"
    )


def answer(acknowledged: bool = True, cause: int | None = None) -> None:
    (change,) = Change.objects.all()
    gateways.answered(
        change_id=change.pk, acknowledged=acknowledged, error_cause=cause, now=make.NOW + MOMENT
    )


def effect(lock: Lock) -> Effect:
    return effects.of(lock, make.NOW + HOUR)


class TestEffect:
    def test_it_is_measured_from_the_lock_to_the_last_answer(self, lock: Lock) -> None:
        answer()
        found = effect(lock)
        outcomes = {tunnel.outcome for tunnel in found.tunnels}
        assert outcomes == {Outcome.CONFIRMED, Outcome.NEVER_UP}
        assert (found.took, found.is_complete) == (MOMENT, True)
        assert (found.browsers_ended, found.browsers_alive, found.tunnels_alive) == (1, 0, 0)

    def test_without_an_answer_it_is_open(self, lock: Lock) -> None:
        found = effect(lock)
        assert (found.took, found.is_complete) == (None, False)
        assert Outcome.WAITING in {tunnel.outcome for tunnel in found.tunnels}

    @pytest.mark.parametrize(
        ("cause", "outcome", "is_complete"), [(503, Outcome.GONE_BEFORE, True), (501, Outcome.REFUSED, False)]
    )
    def test_a_gateway_that_could_not_may_have_had_nothing_to_do(
        self, lock: Lock, cause: int, outcome: Outcome, is_complete: bool
    ) -> None:
        answer(acknowledged=False, cause=cause)
        found = effect(lock)
        assert outcome in {tunnel.outcome for tunnel in found.tunnels}
        assert found.is_complete == is_complete

    def test_what_another_act_ended_is_not_of_this_lock(self, door: make.Door, lock: Lock) -> None:
        later = locking.lock_access(access=door.who.practice_access, cause=Lock.Cause.OTHER, reason="", **ACT)
        found = effect(later)
        assert (found.tunnels, found.browsers_ended, found.took) == ((), 0, None)
        assert found.is_complete

    def test_a_lost_key_leaves_browsers_signed_in_and_says_so(self, door: make.Door) -> None:
        door.open()
        WebSession.objects.create(
            session_key="one",
            session_data="",
            expire_date=make.NOW + HOUR + HOUR,
            account=door.who.practice_access.account,
        )
        lock = locking.report_key_lost(serial=door.who.key.serial, reason="", **ACT)
        found = effect(lock)
        assert (found.browsers_ended, found.browsers_alive, found.tunnels_alive) == (0, 1, 0)


def issue(lock: Lock) -> LockReceipt:
    return lock_receipts.issue(lock=lock, by=make.BY, now=make.NOW + HOUR)


def text_of(receipt: LockReceipt) -> str:
    pages = PdfReader(BytesIO(lock_receipt_pdf.pdf(receipt))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


class TestReceipt:
    def test_it_says_everything(self, lock: Lock) -> None:
        answer()
        text = text_of(issue(lock))
        for said in (
            f"S-{lock.pk:06d}-1",
            "Zugang alice-praxis",
            "Dienstag, 14. April 2026, 10:00:00 Uhr (Sommerzeit)",
            "2026-04-14 08:00:00.000 UTC",
            "Verlust",
            "telefonisch",
            "getrennt",
            "kam nicht mehr zustande",
            "0,42 Sekunden",
            "1 Anmeldung in KVSAonline",
            "Nichts.",
        ):
            assert said in text, said
        assert "Muster" not in text

    def test_what_is_open_stands_on_it_until_a_later_one(self, lock: Lock) -> None:
        assert "1 Trennung noch nicht bestätigt." in text_of(issue(lock))
        answer()
        later = issue(lock)
        assert later.number.endswith("-2")
        assert "Nichts." in text_of(later)

    @pytest.mark.parametrize(
        ("make_lock", "said"),
        [
            (
                lambda a: locking.lock_key(serial=a.key.serial, cause=Lock.Cause.LOSS, reason="", **ACT),
                "YubiKey",
            ),
            (
                lambda a: locking.lock_password(
                    access=a.practice_access, cause=Lock.Cause.LOSS, reason="", **ACT
                ),
                "Kennwort des Zugangs alice-praxis",
            ),
            (
                lambda a: locking.lock_practice(
                    practice=a.site.practice, cause=Lock.Cause.MISUSE, reason="", **ACT
                ),
                "Alle Zugänge der Praxis und ihrer Mitarbeiterinnen und Mitarbeiter: Praxis alice",
            ),
        ],
    )
    def test_it_names_what_is_locked(self, door: make.Door, make_lock: Any, said: str) -> None:
        text = text_of(issue(make_lock(door.who)))
        assert said in text
        assert "Es bestand keine Verbindung" in text

    @pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*_$x$ <b> \\ @"])
    def test_a_name_is_text_and_never_typesetting(self, door: make.Door, name: str) -> None:
        practice = door.who.site.practice
        practice.name = name
        practice.save()
        lock = locking.lock_practice(practice=practice, cause=Lock.Cause.OTHER, reason="", **ACT)
        assert name.replace(" ", "") in text_of(issue(lock)).replace(" ", "")

    def test_the_same_receipt_gives_the_same_bytes(self, lock: Lock) -> None:
        receipt = issue(lock)
        answer()
        assert lock_receipt_pdf.pdf(receipt) == lock_receipt_pdf.pdf(LockReceipt.objects.get())

    def test_what_is_attached_is_what_was_signed(self, lock: Lock) -> None:
        document = PdfReader(BytesIO(lock_receipt_pdf.pdf(issue(lock))))
        (text,) = document.attachments["sperrbestaetigung.txt"]
        (signature,) = document.attachments["sperrbestaetigung.sig"]
        public = keys.current().public[-1]
        public.verify(signature, text)
        assert b'"locked":"alice-praxis"' in text
        with pytest.raises(InvalidSignature):
            public.verify(signature, text.replace(b"alice", b"bobby"))

    def test_it_is_made_for_the_archive(self, lock: Lock) -> None:
        metadata = PdfReader(BytesIO(lock_receipt_pdf.pdf(issue(lock)))).xmp_metadata
        assert metadata is not None
        assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "B")

    def test_it_is_never_drawn_while_others_wait_for_the_database(self, lock: Lock) -> None:
        receipt = issue(lock)
        assert base64.b64decode(receipt.signature)
        with transactions.writing(), pytest.raises(AssertionError, match="outside of any transaction"):
            lock_receipt_pdf.pdf(receipt)
