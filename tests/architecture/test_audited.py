"""Where is the audit event? Every public action records one, or stands here with the reason why not."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final

import pytest
from django.db.models import Q

from flexnet import transactions
from flexnet.access import actions as access
from flexnet.access import (
    breaches,
    change_requests,
    charges,
    confirming,
    copies,
    credentials,
    delegating,
    derived,
    emergency,
    endings,
    key_desk,
    key_returns,
    locking,
    mandating,
    objections,
    own_keys,
    queries,
    restricting,
    resync_requests,
    sign_in,
    terms,
    travelling,
)
from flexnet.access.models import (
    Access,
    Breach,
    CredentialRequest,
    Exemption,
    Lock,
    Mandate,
    Notice,
    Objection,
    Permission,
    Report,
    Restriction,
    TravelPass,
)
from flexnet.accounts import actions as accounts
from flexnet.accounts.models import Role, WebSession
from flexnet.applications import actions as applications
from flexnet.applications import signing
from flexnet.audit.models import Event, Tally
from flexnet.correspondence import actions as correspondence
from flexnet.correspondence import sealing
from flexnet.correspondence.models import Thread
from flexnet.documents import actions as documents
from flexnet.documents import taking
from flexnet.documents.models import Document, RefusedFile
from flexnet.gateway import actions as gateway
from flexnet.gateway import lock_receipts
from flexnet.gateway.actions import AccountingRecord
from flexnet.gateway.models import Session
from flexnet.keys import actions as keys
from flexnet.keys import importing as key_files
from flexnet.keys import movements, programming, resync, uploads
from flexnet.keys.models import Key, KeyFile, Place
from flexnet.lib import hotp, pskc
from flexnet.mail import actions as mail
from flexnet.mail.models import Mail
from flexnet.members import actions as members
from flexnet.members import (
    addresses,
    editing,
    importing,
    notes,
    questions,
    register_file,
    register_imports,
    register_work,
    succession,
    third_parties,
)
from flexnet.members import queries as members_queries
from flexnet.members.addresses import PostalAddress
from flexnet.members.import_models import RegisterImport
from flexnet.members.models import (
    Address,
    Direction,
    Employment,
    Practice,
    Question,
    SigningRight,
    Site,
    ThirdParty,
)
from flexnet.post import writings
from flexnet.publications import actions as publications
from flexnet.publications import ranges, stopping
from flexnet.publications.models import Range, Stop, Use
from flexnet.software import links, releases
from flexnet.software import requests as software
from flexnet.software.models import Release, SoftwareRequest
from flexnet.software.ranges import Span
from flexnet.software.systems import System
from tests import make
from tests.applications import forms
from tests.correspondence import writing
from tests.documents import dropping
from tests.mail import conftest as mails
from tests.members.register import file, row
from tests.publications import participants
from tests.software import giving_out

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"by": make.BY, "now": make.NOW}
WHY: dict[str, Any] = {"reason": "Grund", **ACT}
ON: dict[str, Any] = {"received_on": make.NOW.date()}
SINCE, UNTIL, NEXT = date(2020, 1, 1), date(2026, 3, 31), date(2026, 7, 1)
NEW_SEED = b"another seed of twenty"
PDF = b"%PDF-1.7\n%%EOF\n"

# Public functions that record nothing by themselves.
SILENT: Final = {
    "publications.note_use": "part of a sign-in, which is recorded with way and provider",
    "ranges.changing": "what an act that is recorded goes in",
    "ranges.refuse_overlap": "reads",
    "ranges.checked": "reads",
    "correspondence.clear_left_over": "files of messages that were never sent",
    "documents.prepared": "stores nothing",
    "documents.record_put": "what records",
    "documents.clear_left_over": "files of documents that never were, or were withdrawn",
    "documents.clear_settled": "names of refused files; that somebody saw to them is recorded",
    "documents.reseal": "recorded by `flexnet secrets rotate`, with all others",
    "taking.watch": "takes by take",
    "mail.queue": "part of an act that is recorded; what becomes of it is recorded too",
    "mail.named": "reads",
    "mail.reseal": "recorded by `flexnet secrets rotate`, with all others",
    "software.request_publicly": "a known site's is noted by request; whoever is unknown leaves nothing",
    "software.held": "part of an act that is recorded",
    "software.record": "what records",
    "links.answer_waiting": "sends by send",
    "links.opened": "reads",
    "links.granted": "reads",
    "links.permitted": "reads",
    "links.begin": "part of a download, whose end is recorded",
    "accounts.normal_user_name": "reads",
    "accounts.is_user_name": "reads",
    "accounts.new_account": "stores nothing; open_account does",
    "accounts.new_account_without_secrets": "stores nothing; open_account does",
    "accounts.prepare_password": "stores nothing but the count of a wrong old password",
    "accounts.new_credentials": "stores nothing; reissue does",
    "accounts.with_new_secrets": "stores nothing; reissue does",
    "accounts.with_new_word": "stores nothing; replace_word does",
    "credentials.store": "behind carry_out, and behind letters printed in batches",
    "credentials.store_word": "in printing's transaction; replace_word and its order are recorded",
    "credentials.after_locks": "reads",
    "accounts.end_web_sessions": "part of an act that is recorded",
    "accounts.clear_expired_web_sessions": "what ran out is no act",
    "accounts.reseal_passwords": "recorded by `flexnet secrets rotate`, with all others",
    "access.facts_changed": "part of an act that is recorded",
    "access.person_changed": "part of an act that is recorded",
    "access.members_changed": "part of an act that is recorded",
    "access.open_access": "behind open_practice_access, open_employee_access and their like",
    "access.unlocked_at": "reads",
    "endings.last_day": "reads",
    "endings.give_in_portal": "gives it by give_notice",
    "delegating.open_access": "opens it by derived.open_employee_access",
    "delegating.permit": "permits by derived.permit",
    "delegating.forbid": "forbids by derived.forbid",
    "delegating.withdraw": "withdraws by derived.withdraw",
    "delegating.renew_password": "renews by credentials.hand_over",
    "delegating.suspend": "locks by suspending.suspend",
    "delegating.resume": "opens by suspending.resume",
    "delegating.grant": "grants by access.grant",
    "delegating.revoke": "revokes by access.revoke",
    "change_requests.ask": "recorded as `portal`, which test_own_data looks at",
    "change_requests.subject_of": "reads",
    "mandating.give": "recorded as mandating.enter",
    "mandating.revoke_own": "revokes by mandating.revoke",
    "own_keys.unlocked": "reads",
    "own_keys.held": "reads",
    "own_keys.lock_lost": "locks by locking.report",
    "signing.sign": "receives by applications.receive",
    "signing.complete": "completes by applications.complete",
    "signing.withdraw": "withdraws by applications.withdraw",
    "locking.of": "imposes nothing yet",
    "locking.of_password": "imposes nothing yet",
    "locking.impose_lock": "behind lock_access, lock_practice and report_key_lost",
    "locking.accesses_of": "reads",
    "locking.locked_thing": "reads",
    "locking.act_of": "reads",
    "members.own_site": "reads",
    "addresses.entered_last": "reads",
    "addresses.kind_of": "reads",
    "editing.replace": "behind edit_practice, edit_person, edit_contact and third_parties.edit",
    "importing.are_too_many": "reads",
    "register_imports.state": "reads",
    "register_imports.newest": "reads",
    "register_imports.named": "reads",
    "register_imports.desk_imports": "reads",
    "register_imports.fingerprint": "reads",
    "lock_receipts.of_lock": "reads",
    "lock_receipts.numbered": "reads",
    "lock_receipts.is_genuine": "reads",
    "keys.judge": "changes nothing",
    "keys.sealed_seed": "changes nothing",
    "keys.opened_seed": "changes nothing",
    "keys.types_now": "part of the act that takes a programmed key in",
    "uploads.state": "reads",
    "uploads.report": "reads",
    "uploads.take_waiting": "key_files.run records what came in",
    "uploads.clear_old": "forgets what nobody decided about",
    "resync_requests.ask": "recorded when the worker has judged it",
    "resync_requests.of": "reads",
    "resync_requests.judge_waiting": "resync.by_codes records it",
    "resync_requests.clear_old": "what was answered stands in the trail",
    "programming.note_written": "what came of it is recorded: proven or given up",
    "programming.proven": "reads",
    "programming.finish": "part of the act that takes a programmed key in",
    "programming.under_way": "reads",
    "programming.make_of": "reads",
    "keys.spend": "part of a sign-in",
    "keys.remembering": "part of a sign-in",
    "keys.has_seed": "reads",
    "keys.standing": "reads",
    "keys.advance": "part of a sign-in, or of an act that is recorded",
    "keys.check_make": "reads",
    "key_files.read": "reads",
    "key_files.look": "reads",
    "keys.check": "reads",
    "movements.begin": "part of an act that is recorded",
    "movements.step": "part of an act that is recorded",
    "movements.travel": "part of an act that is recorded",
    "movements.unpack": "part of an act that is recorded",
    "movements.lose": "part of an act that is recorded",
    "movements.find": "part of an act that is recorded",
    "access.end_assignment": "part of an act that is recorded",
    "locking.needs_two": "reads",
    "locking.is_lost_key": "reads",
    "keys.reseal": "recorded by `flexnet secrets rotate`, with all others",
    "gateway.secret_of": "reads",
    "gateway.reseal": "recorded by `flexnet secrets rotate`, with all others",
    "gateway.answered": "notes what became of an act that is recorded",
    "gateway.facts_changed": "part of an act that is recorded",
    "terms.shown_to": "reads",
    "sign_in.verify_with_key": "part of gateway.sign_in",
    "sign_in.verify_password": "part of sign_in.to_portal",
    "sign_in.decide": "part of a sign-in",
    "confirming.by_password": "changes nothing; a wrong one is counted",
    "sign_in.note": "part of a sign-in",
}


class World:
    """Alice and Bob with all they have; every act below is done to them."""

    def __init__(self) -> None:
        make.portal_service()
        self.alice, self.bob = make.settled(), make.member("bob", declared=False)
        self.door = make.door(self.alice)
        self.practice, self.person = self.alice.site.practice, self.alice.person

    def write(self) -> Thread:
        return writing.from_member(self.alice.practice_access)

    def read_message(self) -> Thread:
        thread, clara = self.write(), make.colleague(Role.CLERK).staff
        assert writing.read(thread, clara) == 1
        return thread

    def settle_message(self) -> None:
        correspondence.settle(thread=self.read_message(), **ACT)

    def answer_message(self) -> None:
        clara = make.colleague(Role.CLERK).staff
        thread = Thread(practice=self.practice, opened_at=make.NOW)
        sealing.seal_subject(thread, "Honorar")
        thread.save(force_insert=True)
        writing.answered(thread, clara)

    def clear_messages(self) -> None:
        self.settle_message()
        correspondence.clear_old(make.NOW + timedelta(days=3000))

    def put(self) -> Document:
        return dropping.put(self.alice.site)

    def fetch_document(self) -> None:
        documents.note_fetched(document=self.put(), access=self.alice.practice_access, **ACT)

    def settle_refused(self) -> None:
        row = RefusedFile.objects.create(file_name="x.pdf", why="name", refused_at=make.NOW)
        documents.settle_refused(through=row.pk, **ACT)

    def clear_documents(self) -> None:
        self.put()
        documents.clear_old(make.NOW + timedelta(days=9000))

    def take(self) -> None:
        with TemporaryDirectory() as folder:
            dropping.drop(Path(folder), "x.pdf")
            later = make.NOW + timedelta(days=9000)
            taking.take(folder=Path(folder), by=make.BY, now=later)

    def notice(self) -> Notice:
        access, kind = self.alice.practice_access, Notice.Kind.MEMBER
        return endings.give_notice(access=access, kind=kind, received_on=make.NOW.date(), **WHY)

    def exemption(self) -> Exemption:
        return endings.exempt(access=self.alice.practice_access, until_on=date(2027, 3, 31), **WHY)

    @property
    def lock(self) -> Lock:
        return locking.lock_access(access=self.alice.personal_access, cause=Lock.Cause.OTHER, **WHY)

    def reissue(self) -> None:
        issued = accounts.new_credentials(self.alice.personal_access.account)
        with transactions.writing():
            accounts.reissue(issued, at=make.NOW, by=make.BY)

    def replace_word(self) -> None:
        with transactions.writing():
            accounts.replace_word(accounts.with_new_word(self.alice.practice_access.account), by=make.BY)

    def forget_word(self) -> None:
        with transactions.writing():
            accounts.forget_word(self.alice.practice_access.account, by=make.BY)

    def lock_in_emergency(self) -> None:
        word = self.alice.personal_word
        emergency.lock(user_name="alice", word=word, source=make.SOURCE, channel="public", **ACT)

    def report(self) -> Lock:
        lock = locking.of(self.alice.practice_access, cause=Lock.Cause.LOSS, now=make.NOW)
        way = Report.Way.TELEPHONE
        return locking.report(lock, reported_by="Frau Muster", way=way, by=make.BY, reason="Grund")

    def restrict(self) -> Restriction:
        access, cause = self.alice.practice_access, Lock.Cause.VIOLATION
        return restricting.restrict(access=access, services=[], cause=cause, **WHY)

    def travel(self) -> TravelPass:
        access, today = self.alice.practice_access, make.NOW.date()
        return travelling.grant_pass(access=access, from_on=today, until_on=today, **WHY)

    def request(self) -> CredentialRequest:
        access, way = self.alice.practice_access, CredentialRequest.Way.PORTAL
        return credentials.request(access=access, way=way, **WHY)

    def order_word(self) -> CredentialRequest:
        access, way = self.alice.practice_access, CredentialRequest.Way.PORTAL
        return credentials.order_word(access=access, way=way, **WHY)

    def address(self) -> Address:
        where = PostalAddress("Am Markt 1", "39104", "Magdeburg")
        site, today = self.alice.site, make.NOW.date()
        return addresses.register(addressee=site, address=where, seen=None, from_on=today, **ACT)

    def write_letter(self) -> None:
        self.address()
        credentials.carry_out(number=self.request().pk, **ACT)

    def hand_over(self) -> None:
        access = self.alice.practice_access
        credentials.hand_over(accounts.new_credentials(access.account), access=access, **ACT)

    def release(self) -> Release:
        with TemporaryDirectory() as folder:
            return giving_out.release(Path(folder))

    def ask_for_software(self) -> SoftwareRequest:
        return giving_out.asked(self.alice.site)

    def riddle(self) -> SoftwareRequest:
        nothing = dict.fromkeys(("sender", "subject", "text"), "")
        row = software.receive_mail(digest="x", site=None, system=None, **nothing, now=make.NOW)
        assert row is not None
        return row

    def software_link(self) -> str:
        self.release()
        _link, token = giving_out.linked(giving_out.reachable(self.alice.site))
        return token

    def download(self) -> str:
        token = self.software_link()
        return giving_out.downloading(Release.objects.get(), token)

    def fetch(self) -> None:
        permit = links.permitted(self.download(), make.NOW)
        assert permit is not None
        links.note_given(permit, Span(0, permit.release.size), is_taken=True, now=make.NOW)

    def breach(self) -> Breach:
        lock = locking.lock_access(access=self.alice.practice_access, cause=Lock.Cause.MISUSE, **WHY)
        return lock.breach

    def tell_breach(self) -> Breach:
        number, at = self.breach().pk, make.NOW
        return breaches.tell_breach(number=number, told_authority_at=at, told_supervisor_at=at, **ACT)

    def dismiss_breach(self) -> Breach:
        return breaches.dismiss_breach(number=self.breach().pk, reasons="Fehlalarm", **ACT)

    def clear_changes(self) -> object:
        row = make.change_asked(self.alice)
        change_requests.decline(request=row, **WHY)
        return change_requests.clear_old(make.NOW.replace(year=2029))

    def read_mandate_scan(self) -> object:
        wanted = mandating.Wanted(make.submitter().third_party_id or 0, ["889999900"], make.NOW.date())
        told: dict[str, Any] = {"practice": self.alice.site.practice, "signer": self.alice.person, **ACT}
        rows = mandating.enter(wanted=wanted, signed_on=make.NOW.date(), scan=PDF, **told)
        return mandating.read_scan(mandate=rows[0], by=make.BY, reason="Nachweis")

    def read_scan(self) -> object:
        declaration = self.person.declarations.get()
        terms.add_scan(declaration=declaration, content=PDF, **ACT)
        return terms.read_scan(declaration=declaration, by=make.BY, reason="Nachweis")

    def objection(self) -> Objection:
        make.changed_terms(effective_on=NEXT)
        return objections.enter(signer=self.person, version=2, received_on=make.NOW.date(), text="", **ACT)

    def object_in_portal(self) -> Any:
        shown = make.changed_terms(effective_on=NEXT)
        return objections.object_in_portal(
            access=self.alice.personal_access, version=2, sha256=shown.sha256, text="", **ACT
        )

    def judge(self) -> Objection:
        return objections.judge(number=self.objection().pk, is_justified=False, **WHY)

    def authorize(self) -> object:
        accepted = self.door.sign_in(5)
        assert isinstance(accepted, gateway.Accepted)
        return self.door.authorize(accepted.state)

    def account(self) -> None:
        self.door.open()
        record = AccountingRecord("stop", "session-1", "", None, None, 1, 1, 1, "", make.NOW)
        gateway.account(gateway=self.door.gateway, record=record)

    def run_out(self) -> None:
        self.door.open()
        gateway.end_expired(make.NOW.replace(year=2027))

    def clear_sessions(self) -> None:
        self.run_out()
        gateway.clear_old(make.NOW.replace(year=2029))

    def resync(self) -> None:
        serial = self.alice.key.serial
        resync.resync(serial=serial, first="000000", second="000000", spoken_to="Dr. Alice", **ACT)

    def begin_programming(self) -> programming.Begun:
        begun = programming.begin(serial="20000001", **ACT)
        programming.note_written(begun.row, now=make.NOW)
        return begun

    def give_up_programming(self) -> None:
        programming.give_up(str(self.begin_programming().row), why="no touch", **ACT)

    def take_in(self) -> None:
        begun = self.begin_programming()
        key_desk.take_in(begun.row, hotp.code(begun.wanted.seed, 0), **ACT)

    def bind_ready(self) -> None:
        key, to = make.stock_key(NEW_SEED), key_desk.For(self.alice.personal_access, "one more", "B-1")
        key_desk.bind_ready(serial=key.serial, typed=hotp.code(NEW_SEED, 0), to=to, **ACT)

    def find_owners(self) -> None:
        key_desk.find_owners(typed="000000", account_id=1, **ACT)

    def upload_keys(self) -> KeyFile:
        content = f"20000009,{NEW_SEED.hex()},hotp,6".encode()
        given: dict[str, Any] = {"form": key_files.Format.OATH, "digits": 6, "secrets": pskc.NONE}
        return uploads.upload(content=content, file_name="x.csv", **given, **WHY)

    def resync_by_codes(self) -> None:
        resync.by_codes(self.alice.key, ["000000"] * 3, **ACT)

    def bring_keys_in(self) -> None:
        content = f"20000001,{NEW_SEED.hex()},hotp,6".encode()
        key_files.run(key_files.read(content, key_files.Format.OATH), sha256="f" * 64, **WHY)

    def move_key(self, to: Place) -> str:
        movements.move(serial=self.alice.key.serial, to=to, **WHY)
        return self.alice.key.serial

    def returned_key(self) -> Key:
        access.take_key_back(serial=self.move_key(Place.IN_USE), **WHY)
        return self.alice.key

    def lost_key(self) -> Lock:
        return locking.report_key_lost(serial=self.alice.key.serial, **WHY)

    def own(self) -> object:
        return members.enter_ownership(practice=self.practice, person=self.bob.person, from_on=SINCE, **ACT)

    def leave(self) -> None:
        (held,) = self.person.ownerships.all()
        members.end_ownership(ownership=held, until_on=UNTIL, **ACT)

    def work(self) -> Any:
        return members.enter_activity(person=self.person, from_on=SINCE, **ACT)

    def employ(self) -> Employment:
        kind = Employment.Kind.EMPLOYED
        return members.enter_employment(
            practice=self.practice, person=self.bob.person, kind=kind, from_on=SINCE, **ACT
        )

    def direct(self) -> Direction:
        site = members.enter_practice(bsnr="879999900", name="MVZ", kind=Practice.Kind.MVZ, by=make.BY)
        return members.enter_direction(practice=site.practice, person=self.person, from_on=SINCE, **ACT)

    def sign(self) -> SigningRight:
        return members.enter_signing_right(person=self.person, from_on=SINCE, **ACT)

    def second_site(self) -> Site:
        return members.enter_site(practice=self.practice, bsnr="869999900", by=make.BY)

    def move(self) -> object:
        address = addresses.PostalAddress("Doctor-Eisenbart-Ring 2", "39120", "Magdeburg")
        return addresses.register(addressee=self.alice.site, address=address, seen=None, from_on=SINCE, **ACT)

    def die(self) -> object:
        return succession.enter_death(person=self.person, died_on=UNTIL, heirs_contact="Tochter", **ACT)

    def revive(self) -> None:
        self.die()
        succession.withdraw_death(person=self.person, **WHY)

    @property
    def third(self) -> ThirdParty:
        return members_queries.third_party(make.third_party().third_party_id or 0)

    def take_register(self) -> None:
        """It names another practice, and so of Alice's and Bob's ones it asks about Bob's."""
        rows = row(self.alice.site.bsnr, self.person.lanr), row("879999900", "111111101", name="Dr. C")
        importing.run(register_file.read(file(*rows)), **ACT)

    def end_many(self) -> None:
        number = self.alice.site.bsnr
        ending = {"row": 2, "kind": "owner", "lanr": self.person.lanr, "main_bsnr": number}
        importing.end_many([{**ending, "until": "2026-03-31"}], **ACT)

    def answer(self) -> None:
        self.take_register()
        questions.answer(question=Question.objects.get(), answer="In Elternzeit", **ACT)

    def move_away(self) -> None:
        self.take_register()
        ids = [Question.objects.get().pk]
        questions.end(ids=ids, until_on=UNTIL, answer="Verzogen", **ACT)

    def register(self) -> RegisterImport:
        """Looked at; what it ends is more than one person may decide."""
        ended = row(self.alice.site.bsnr, self.person.lanr, until="31.03.2026", since="01.01.2020")
        content = file(ended)
        one = register_imports.upload(content=content, file_name="x.csv", is_complete=False, **ACT)
        register_work.work(make.NOW)
        return register_imports.named(one.pk)

    def ordered(self) -> RegisterImport:
        one = self.register()
        register_imports.order(one, only_good=True, **ACT)
        register_work.work(make.NOW)
        RegisterImport.objects.update(endings=30)
        return register_imports.named(one.pk)

    def rename(self) -> None:
        seen = editing.PracticeDetails.of(self.practice)
        wanted = editing.PracticeDetails("Neuer Name", seen.kind)
        editing.edit_practice(practice=self.practice, seen=seen, wanted=wanted, by=make.BY)

    def rename_person(self) -> None:
        seen, wanted = editing.PersonDetails.of(self.person), editing.PersonDetails("Dr. Neu")
        editing.edit_person(person=self.person, seen=seen, wanted=wanted, by=make.BY)

    def reach(self) -> None:
        wanted = editing.Contact("0391 1234", email="praxis@example.org")
        editing.edit_contact(site=self.alice.site, seen=editing.Contact(), wanted=wanted, by=make.BY)

    def edit_third(self) -> None:
        party = self.third
        seen = third_parties.ThirdPartyDetails.of(party)
        third_parties.edit(party=party, seen=seen, wanted=replace(seen, contact="Frieda"), by=make.BY)

    def staff(self) -> Access:
        return make.employee(self.alice.practice_access)

    def permit(self) -> Access:
        access = self.staff()
        derived.permit(access=access, function=Permission.Function.SUBMISSION, **ACT)
        return access

    def mandate(self) -> Mandate:
        dora = make.submitter()
        return make.mandate(self.alice.personal_access, dora, self.alice.site)

    def enter_mandate(self) -> object:
        dora = make.submitter()
        return mandating.enter(
            practice=self.alice.site.practice,
            signer=self.alice.person,
            wanted=mandating.Wanted(dora.third_party_id or 0, [self.alice.site.bsnr], make.NOW.date()),
            signed_on=make.NOW.date(),
            **ACT,
        )

    def open_account(self) -> None:
        from flexnet import transactions

        with transactions.writing():
            accounts.open_account(accounts.new_account("fresh", now=make.NOW), by=make.BY)

    def grant(self) -> object:
        letters = make.service("letters", make.PORTAL_RULE)
        return access.grant(access=self.alice.practice_access, service=letters, **ACT)

    def revoke(self) -> None:
        self.grant()
        letters = queries.service("letters")
        access.revoke(access=self.alice.practice_access, service=letters, **WHY)

    def work_on(self, act: Callable[..., object], **values: Any) -> object:
        return act(application=forms.received(), seen=1, **ACT, **values)

    def sent_mail(self) -> Mail:
        row = mails.queue()
        Mail.objects.filter(pk=row.pk).update(sent_at=make.NOW, next_at=None)
        return row

    def failed_mail(self) -> int:
        return mails.failed().pk

    def certify(self) -> Any:
        url = "https://netz.example/"
        return publications.certify(name="Netz AG", url=url, from_on=SINCE, until_on=UNTIL, by=make.BY)

    def range(self) -> Range:
        return participants.come_from()

    def stop(self) -> Stop:
        provider, on = participants.provider(), (make.NOW + timedelta(days=30)).date()
        return stopping.decide(provider=provider, stops_on=on, **WHY)

    def write_letters(self) -> int:
        said: dict[str, Any] = {"subject": "Ende", "text": "bis Dezember.", "occasion": "test:1"}
        return writings.ask(accesses=[self.alice.practice_access], **said, **ACT)

    def used_long_ago(self) -> Use:
        provider, at = participants.provider(), make.NOW - timedelta(days=100)
        return Use.objects.create(provider=provider, access=self.alice.practice_access, last_at=at)

    def maintain(self) -> Any:
        begins, ends = (make.NOW + timedelta(hours=hours) for hours in (1, 2))
        return publications.announce_maintenance(begins_at=begins, ends_at=ends, text="Wartung", **ACT)

    def clear(self) -> object:
        forms.received(signed_on=None)
        return applications.clear_old(make.NOW.replace(year=2027))

    def change_password(self) -> object:
        account = self.alice.personal_access.account
        return access.change_password(account=account, old=make.PASSWORD, new="Sommer-2026-neu", **ACT)

    def end_session(self) -> None:
        self.door.open()
        gateway.end_session(Session.objects.get(), **ACT)

    def end_browsers(self) -> int:
        account = self.alice.practice_access.account
        WebSession.objects.create(session_key="k", account=account, expire_date=make.NOW)
        return accounts.end_browsers(Q(), account=account, by=make.BY)

    def store_password(self) -> object:
        return self.change_password()


Act = Callable[[World], object]
RECORDED: Final[dict[str, tuple[str, Act]]] = {
    "correspondence.open_thread": ("message.written", World.write),
    "correspondence.note_read": ("message.read", World.read_message),
    "correspondence.settle": ("message.settled", World.settle_message),
    "correspondence.clear_old": ("message.deleted", World.clear_messages),
    "correspondence.answer": ("message.written", World.answer_message),
    "documents.put": ("document.put", World.put),
    "documents.note_fetched": ("document.fetched", World.fetch_document),
    "documents.withdraw": ("document.withdrawn", lambda w: documents.withdraw(document=w.put(), **WHY)),
    "documents.settle_refused": ("documents.settled", World.settle_refused),
    "documents.clear_old": ("documents.deleted", World.clear_documents),
    "taking.take": ("documents.refused", World.take),
    "members.enter_practice": (
        "practice.entered",
        lambda w: members.enter_practice(bsnr="879999900", name="Praxis", by=make.BY),
    ),
    "members.enter_person": (
        "person.entered",
        lambda w: members.enter_person(lanr="111111101", name="Dr.", by=make.BY),
    ),
    "members.enter_ownership": ("ownership.entered", World.own),
    "members.end_ownership": ("ownership.ended", World.leave),
    "members.enter_activity": ("activity.entered", World.work),
    "members.end_activity": (
        "activity.ended",
        lambda w: members.end_activity(activity=w.work(), until_on=UNTIL, **ACT),
    ),
    "members.enter_site": ("site.entered", World.second_site),
    "members.make_main": (
        "site.made_main",
        lambda w: members.make_main(site=w.second_site(), by=make.BY),
    ),
    "members.close_site": (
        "site.closed",
        lambda w: members.close_site(site=w.alice.site, until_on=UNTIL, **ACT),
    ),
    "members.enter_employment": ("employment.entered", World.employ),
    "members.end_employment": (
        "employment.ended",
        lambda w: members.end_employment(employment=w.employ(), until_on=UNTIL, **ACT),
    ),
    "members.enter_direction": ("direction.entered", World.direct),
    "members.end_direction": (
        "direction.ended",
        lambda w: members.end_direction(direction=w.direct(), until_on=UNTIL, **ACT),
    ),
    "members.enter_signing_right": ("signing_right.entered", World.sign),
    "members.end_signing_right": (
        "signing_right.ended",
        lambda w: members.end_signing_right(right=w.sign(), until_on=UNTIL, **ACT),
    ),
    "addresses.register": ("address.registered", World.move),
    "editing.edit_practice": ("practice.edited", World.rename),
    "editing.edit_person": ("person.edited", World.rename_person),
    "editing.edit_contact": ("contact.edited", World.reach),
    "succession.takeover": (
        "practice.taken_over",
        lambda w: succession.takeover(practice=w.practice, to=w.bob.person, on=UNTIL, **ACT),
    ),
    "succession.enter_death": ("death.entered", World.die),
    "succession.withdraw_death": ("death.withdrawn", World.revive),
    "importing.run": ("person.entered", World.take_register),
    "importing.end_many": ("ownership.ended", World.end_many),
    "questions.ask": ("question.asked", World.take_register),
    "questions.answer": ("question.answered", World.answer),
    "questions.end": ("question.answered", World.move_away),
    "register_imports.upload": ("register.uploaded", World.register),
    "register_imports.order": ("register.ordered", World.ordered),
    "register_imports.discard": (
        "register.discarded",
        lambda w: register_imports.discard(w.register(), **ACT),
    ),
    "register_imports.release_endings": (
        "register.endings_released",
        lambda w: register_imports.release_endings(w.ordered(), approved_by="office:berta", **ACT),
    ),
    "register_imports.drop_endings": (
        "register.endings_dropped",
        lambda w: register_imports.drop_endings(w.ordered(), **WHY),
    ),
    "register_imports.clear_old": (
        "register.forgotten",
        lambda w: w.register() and register_imports.clear_old(make.NOW + timedelta(days=100)),
    ),
    "register_work.work": ("register.imported", World.ordered),
    "third_parties.enter": ("third_party.entered", lambda w: w.third),
    "third_parties.edit": ("third_party.edited", World.edit_third),
    "third_parties.end": (
        "third_party.ended",
        lambda w: third_parties.end(party=w.third, until_on=UNTIL, **WHY),
    ),
    "derived.open_employee_access": ("access.opened", World.staff),
    "derived.open_third_party_access": ("access.opened", lambda w: w.third),
    "derived.withdraw": ("access.withdrawn", lambda w: derived.withdraw(access=w.staff(), **WHY)),
    "derived.permit": ("permission.given", World.permit),
    "derived.forbid": (
        "permission.taken",
        lambda w: derived.forbid(access=w.permit(), function=Permission.Function.SUBMISSION, **WHY),
    ),
    "change_requests.withdraw": (
        "change.withdrawn",
        lambda w: change_requests.withdraw(request=make.change_asked(w.alice), **ACT),
    ),
    "change_requests.accept": (
        "change.accepted",
        lambda w: change_requests.accept(request=make.change_asked(w.alice), **ACT),
    ),
    "change_requests.decline": (
        "change.declined",
        lambda w: change_requests.decline(request=make.change_asked(w.alice), **WHY),
    ),
    "mandating.enter": ("mandate.given", World.enter_mandate),
    "mandating.revoke": ("mandate.revoked", lambda w: mandating.revoke(mandate=w.mandate(), **WHY)),
    "uploads.upload": ("keyfile.uploaded", World.upload_keys),
    "uploads.order": ("keyfile.ordered", lambda w: uploads.order(w.upload_keys(), only_good=False, **ACT)),
    "uploads.drop": ("keyfile.dropped", lambda w: uploads.drop(w.upload_keys(), **ACT)),
    "programming.begin": ("key.programming_begun", World.begin_programming),
    "programming.give_up": ("key.programming_given_up", World.give_up_programming),
    "key_desk.take_in": ("key.programmed", World.take_in),
    "key_desk.bind_ready": ("key.packed", World.bind_ready),
    "key_desk.find_owners": ("key.owner_looked_up", World.find_owners),
    "keys.add": ("key.added", lambda w: make.stock_key()),
    "resync.by_codes": ("key.resync_refused", World.resync_by_codes),
    "resync.resync": ("key.resync_refused", World.resync),
    "key_files.run": ("keys.imported", World.bring_keys_in),
    "keys.reseed": ("key.reseeded", lambda w: keys.reseed(w.returned_key(), NEW_SEED, **WHY)),
    "movements.move": ("key.moved", lambda w: w.move_key(Place.PACKED)),
    "movements.remind": (
        "key.return_reminded",
        lambda w: movements.remind(serial=w.move_key(Place.TO_BE_RETURNED), **ACT),
    ),
    "key_returns.declare_lost": (
        "charge.decided",
        lambda w: key_returns.declare_lost(serial=w.move_key(Place.TO_BE_RETURNED), **WHY),
    ),
    "key_returns.reseed": (
        "key.reseeded",
        lambda w: key_returns.reseed(serial=w.returned_key().serial, seed=NEW_SEED, **WHY),
    ),
    "key_returns.dispose_of": (
        "key.disposed_of",
        lambda w: key_returns.dispose_of(serial=make.stock_key().serial, **WHY),
    ),
    "charges.charge": ("charge.decided", lambda w: charges.charge(w.lost_key(), **WHY)),
    "charges.waive": ("charge.decided", lambda w: charges.waive(w.lost_key(), **WHY)),
    "charges.withdraw": (
        "charge.withdrawn",
        lambda w: charges.withdraw(charges.charge(w.lost_key(), **WHY), **WHY),
    ),
    "accounts.open_account": ("account.opened", World.open_account),
    "accounts.end_browsers": ("browsers.ended", World.end_browsers),
    "accounts.store_password": ("password.changed", World.store_password),
    "accounts.reissue": ("credentials.reissued", World.reissue),
    "accounts.reissue_all": ("credentials.reissued", World.reissue),
    "accounts.replace_word": ("revocation_word.replaced", World.replace_word),
    "accounts.forget_word": ("revocation_word.forgotten", World.forget_word),
    "emergency.lock": ("emergency_lock.accepted", World.lock_in_emergency),
    "terms.publish": ("terms.published", lambda w: make.terms(2)),
    "terms.add_scan": (
        "scan.kept",
        lambda w: terms.add_scan(declaration=w.person.declarations.get(), content=PDF, **ACT),
    ),
    "terms.read_scan": ("scan.read", World.read_scan),
    "mandating.read_scan": ("scan.read", World.read_mandate_scan),
    "change_requests.clear_old": ("changes.deleted", World.clear_changes),
    "terms.accept": ("terms.accepted", lambda w: make.tick(w.bob.personal_access, make.terms())),
    "terms.note_reminder": (
        "terms.reminded",
        lambda w: terms.note_reminder(signer=w.person, terms=make.terms(), due_on=UNTIL, **ACT),
    ),
    "objections.enter": ("objection.entered", World.objection),
    "objections.object_in_portal": ("objection.entered", World.object_in_portal),
    "objections.judge": ("objection.judged", World.judge),
    "objections.lock": (
        "lock.imposed",
        lambda w: objections.lock(number=w.judge().pk, access=w.alice.practice_access, **WHY),
    ),
    "terms.enter_declaration": ("declaration.entered", lambda w: make.declare(w.bob.person)),
    "access.open_practice_access": (
        "access.opened",
        lambda w: access.open_practice_access(site=w.alice.site, user_name="fresh", **ACT),
    ),
    "access.open_personal_access": (
        "access.opened",
        lambda w: access.open_personal_access(person=w.person, user_name="fresh", **ACT),
    ),
    "access.assign_key": (
        "key.assigned",
        lambda w: access.assign_key(key=make.stock_key(), access=w.alice.personal_access, **WHY),
    ),
    "access.take_key_back": (
        "key.taken_back",
        lambda w: access.take_key_back(serial=w.alice.key.serial, **WHY),
    ),
    "locking.report_key_lost": (
        "lock.imposed",
        lambda w: locking.report_key_lost(serial=w.alice.key.serial, **WHY),
    ),
    "locking.lock_practice": (
        "lock.imposed",
        lambda w: locking.lock_practice(practice=w.practice, cause=Lock.Cause.MISUSE, **WHY),
    ),
    "locking.lock_access": ("lock.imposed", lambda w: w.lock),
    "locking.lock_key": (
        "lock.imposed",
        lambda w: locking.lock_key(serial=w.alice.key.serial, cause=Lock.Cause.OTHER, **WHY),
    ),
    "locking.lock_password": (
        "lock.imposed",
        lambda w: locking.lock_password(access=w.alice.practice_access, cause=Lock.Cause.LOSS, **WHY),
    ),
    "locking.report": ("lock.imposed", World.report),
    "locking.review": ("lock.reviewed", lambda w: locking.review(w.report(), note="Rückruf", **ACT)),
    "restricting.restrict": ("restriction.imposed", World.restrict),
    "restricting.lift_restriction": (
        "restriction.lifted",
        lambda w: restricting.lift_restriction(w.restrict(), **WHY),
    ),
    "credentials.request": ("credentials.requested", World.request),
    "credentials.order_word": ("revocation_word.ordered", World.order_word),
    "credentials.request_publicly": (
        "credentials.requested",
        lambda w: credentials.request_publicly(user_name="alice", source=make.SOURCE, now=make.NOW),
    ),
    "credentials.confirm": (
        "credentials.confirmed",
        lambda w: credentials.confirm(number=w.request().pk, spoken_to="Muster", note="Rückruf", **ACT),
    ),
    "credentials.lock_what_is_replaced": (
        "lock.imposed",
        lambda w: credentials.lock_what_is_replaced(access=w.alice.practice_access, **WHY),
    ),
    "credentials.refuse": ("credentials.refused", lambda w: credentials.refuse(number=w.request().pk, **WHY)),
    "credentials.carry_out": ("credentials.letter_written", World.write_letter),
    "credentials.hand_over": ("credentials.reissued", World.hand_over),
    "credentials.tell_old_address": (
        "address.old_one_told",
        lambda w: credentials.tell_old_address(address=w.address(), **ACT),
    ),
    "travelling.grant_pass": ("travel_pass.granted", World.travel),
    "travelling.revoke_pass": (
        "travel_pass.revoked",
        lambda w: travelling.revoke_pass(number=w.travel().pk, **WHY),
    ),
    "breaches.open_breach": ("breach.opened", World.breach),
    "breaches.tell_breach": ("breach.told", World.tell_breach),
    "breaches.dismiss_breach": ("breach.dismissed", World.dismiss_breach),
    "breaches.close_breach": (
        "breach.closed",
        lambda w: breaches.close_breach(number=w.dismiss_breach().pk, note="", **ACT),
    ),
    "locking.lift_lock": ("lock.lifted", lambda w: locking.lift_lock(w.lock, **WHY)),
    "notes.write": ("note.written", lambda w: notes.write(practice=w.practice, text="Notiz", **ACT)),
    "endings.give_notice": ("notice.given", World.notice),
    "endings.withdraw_notice": (
        "notice.withdrawn",
        lambda w: endings.withdraw_notice(number=w.notice().pk, agreement="Telefonat", **ACT),
    ),
    "endings.exempt": ("exemption.granted", World.exemption),
    "endings.revoke_exemption": (
        "exemption.revoked",
        lambda w: endings.revoke_exemption(number=w.exemption().pk, **WHY),
    ),
    "access.add_service": ("service.added", lambda w: make.service("letters", make.PORTAL_RULE)),
    "access.grant": ("service.granted", World.grant),
    "access.revoke": ("service.revoked", World.revoke),
    "access.change_password": ("password.changed", World.change_password),
    "lock_receipts.issue": (
        "lock_receipt.issued",
        lambda w: lock_receipts.issue(lock=w.lock, **ACT),
    ),
    "gateway.register": ("gateway.registered", lambda w: make.gateway("gw2")),
    "gateway.sign_in": ("sign_in.accepted", lambda w: w.door.sign_in(0)),
    "gateway.authorize": ("tunnel.connected", World.authorize),
    "gateway.account": ("tunnel.ended", World.account),
    "copies.note": ("copy.taken", lambda w: copies.note(w.alice.personal_access, by=make.BY)),
    "gateway.end_session": ("tunnel.ended", World.end_session),
    "gateway.end_expired": ("tunnel.ended", World.run_out),
    "gateway.clear_old": ("sessions.deleted", World.clear_sessions),
    **{
        f"applications.{name}": (f"application.{event}", act)
        for name, event, act in (
            ("receive", "received", lambda w: forms.received()),
            ("complete", "completed", lambda w: w.work_on(applications.complete, **ON, values={})),
            ("assign", "completed", lambda w: w.work_on(applications.assign, district_office="")),
            ("send_back", "sent_back", lambda w: w.work_on(applications.send_back, reason="Grund")),
            ("refuse", "refused", lambda w: w.work_on(applications.refuse, reason="Grund")),
            ("withdraw", "withdrawn", lambda w: w.work_on(applications.withdraw, reason="Grund")),
            ("approve", "approved", lambda w: w.work_on(applications.approve)),
            ("clear_old", "cleared", World.clear),
        )
    },
    "mail.try_again": (
        "mail.tried_again",
        lambda w: mail.try_again(number=w.failed_mail(), **ACT),
    ),
    "mail.settle": ("mail.settled", lambda w: mail.settle(number=w.failed_mail(), note="", **ACT)),
    "mail.note_bounce": (
        "mail.bounced",
        lambda w: mail.note_bounce(tag=w.sent_mail().tag, why="", **ACT),
    ),
    "mail.clear_old": (
        "mails.deleted",
        lambda w: (w.sent_mail(), mail.clear_old(make.NOW.replace(year=2027))),
    ),
    "releases.publish": ("software.published", World.release),
    "releases.withdraw": (
        "software.withdrawn",
        lambda w: releases.withdraw(number=w.release().pk, **WHY),
    ),
    "software.request": ("software.requested", World.ask_for_software),
    "software.receive_mail": ("software.mail_unclear", World.riddle),
    "software.clarify": (
        "software.clarified",
        lambda w: software.clarify(number=w.riddle().pk, site=w.alice.site, system=System.LINUX, **ACT),
    ),
    "software.refuse": (
        "software.refused",
        lambda w: software.refuse(number=w.ask_for_software().pk, **WHY),
    ),
    "software.clear_old": (
        "software.requests_deleted",
        lambda w: (
            software.refuse(number=w.ask_for_software().pk, **WHY),
            software.clear_old(make.NOW.replace(year=2029)),
        ),
    ),
    "links.send": ("software.link_sent", World.software_link),
    "links.send_again": (
        "software.link_sent_again",
        lambda w: (
            w.software_link(),
            links.send_again(number=SoftwareRequest.objects.latest("pk").pk, **ACT),
        ),
    ),
    "links.grant": ("software.download_granted", World.download),
    "links.note_given": ("software.downloaded", World.fetch),
    "publications.certify": ("certificate.entered", lambda w: w.certify()),
    "publications.withdraw_certificate": (
        "certificate.withdrawn",
        lambda w: publications.withdraw_certificate(number=w.certify().pk, on=UNTIL, reason="x", by=make.BY),
    ),
    "publications.announce_maintenance": ("maintenance.announced", lambda w: w.maintain()),
    "publications.cancel_maintenance": (
        "maintenance.cancelled",
        lambda w: publications.cancel_maintenance(number=w.maintain().pk, **WHY),
    ),
    "publications.clear_old_uses": (
        "uses.deleted",
        lambda w: (w.used_long_ago(), publications.clear_old_uses(make.NOW)),
    ),
    "ranges.enter": ("range.entered", lambda w: w.range()),
    "ranges.end": ("range.ended", lambda w: ranges.end(w.range(), last_on=make.NOW.date(), **WHY)),
    "stopping.decide": ("range_stop.decided", lambda w: w.stop()),
    "stopping.stop_at_once": (
        "range_stop.decided",
        lambda w: stopping.stop_at_once(provider=participants.provider(), stops_on=make.NOW.date(), **WHY),
    ),
    "stopping.note_written": (
        "range_stop.announced",
        lambda w: stopping.note_written(w.stop(), on=make.NOW.date(), **ACT),
    ),
    "stopping.cancel": ("range_stop.cancelled", lambda w: stopping.cancel(w.stop(), **WHY)),
    "writings.ask": ("letter.asked", lambda w: w.write_letters()),
    "writings.cancel": (
        "letter.called_off",
        lambda w: (w.write_letters(), writings.cancel(occasion="test:1", **ACT)),
    ),
    "sign_in.to_portal": (
        "sign_in.accepted",
        lambda w: sign_in.to_portal(
            user_name="alice", password=make.PASSWORD, source=make.SOURCE, now=make.NOW
        ),
    ),
}


def public_functions(name: str, module: ModuleType) -> set[str]:
    own = inspect.getmembers(module, inspect.isfunction)
    return {
        f"{name}.{function}"
        for function, value in own
        if value.__module__ == module.__name__ and not function.startswith("_")
    }


def test_every_public_action_stands_in_one_of_the_two_tables() -> None:
    modules = {
        "members": members,
        "addresses": addresses,
        "editing": editing,
        "notes": notes,
        "succession": succession,
        "third_parties": third_parties,
        "importing": importing,
        "questions": questions,
        "register_imports": register_imports,
        "register_work": register_work,
        "derived": derived,
        "delegating": delegating,
        "mandating": mandating,
        "change_requests": change_requests,
        "own_keys": own_keys,
        "signing": signing,
        "keys": keys,
        "programming": programming,
        "uploads": uploads,
        "resync_requests": resync_requests,
        "key_desk": key_desk,
        "movements": movements,
        "key_files": key_files,
        "resync": resync,
        "key_returns": key_returns,
        "charges": charges,
        "confirming": confirming,
        "copies": copies,
        "accounts": accounts,
        "access": access,
        "endings": endings,
        "locking": locking,
        "emergency": emergency,
        "restricting": restricting,
        "breaches": breaches,
        "credentials": credentials,
        "travelling": travelling,
        "terms": terms,
        "objections": objections,
        "sign_in": sign_in,
        "gateway": gateway,
        "lock_receipts": lock_receipts,
        "applications": applications,
        "publications": publications,
        "ranges": ranges,
        "stopping": stopping,
        "writings": writings,
        "mail": mail,
        "releases": releases,
        "software": software,
        "links": links,
        "correspondence": correspondence,
        "documents": documents,
        "taking": taking,
    }
    public = set[str]().union(*(public_functions(*pair) for pair in modules.items()))
    assert public == set(RECORDED) | set(SILENT)
    assert not set(RECORDED) & set(SILENT)


@pytest.mark.parametrize("name", RECORDED)
def test_an_act_leaves_its_entry_with_who_did_it(name: str) -> None:
    event, act = RECORDED[name]
    world = World()
    before = Event.objects.filter(kind=event).count()
    act(world)
    assert Event.objects.filter(kind=event).count() == before + 1
    entry = Event.objects.filter(kind=event).latest("pk")
    assert entry.by in (make.BY, "radius:gw1", "portal", "public", "worker")
    assert entry.subject


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda w: w.door.type(b"wrong000000"), "wrong_code"),
        (lambda w: w.door.sign_in(0, password="wrong"), "wrong_password"),
        (lambda w: w.door.type(b"wrong000000", user_name="nobody"), "unknown"),
        (lambda w: make.door(w.bob).sign_in(0), "declaration_missing"),
    ],
)
def test_a_refusal_is_counted_with_its_reason(act: Act, reason: str) -> None:
    act(World())
    assert [(row.reason, row.source, row.count) for row in Tally.objects.all()] == [(reason, make.SOURCE, 1)]
