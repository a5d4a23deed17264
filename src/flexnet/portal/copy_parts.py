"""What the copy of one's own data holds: of each table whose rows, which columns, and which it leaves out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone

from flexnet.access import models as access
from flexnet.access.models import Access
from flexnet.accounts import models as accounts
from flexnet.applications import models as applications
from flexnet.billing import models as billing
from flexnet.documents import models as documents
from flexnet.documents import queries as shown
from flexnet.gateway import models as gateway
from flexnet.keys import models as keys
from flexnet.mail.models import Mail
from flexnet.members import models as members
from flexnet.post.models import Item, Writing
from flexnet.publications import models as publications
from flexnet.software import models as software


@dataclass(frozen=True)
class Whose:
    """A person with a personal access, the accesses that are theirs, and what the trail calls them."""

    member: Access
    accesses: list[Access]
    subjects: list[str]

    @cached_property
    def accounts(self) -> list[int]:
        return [one.account_id for one in self.accesses]

    @cached_property
    def practices(self) -> list[int]:
        return [one.site.practice_id for one in self.accesses if one.site]


@dataclass(frozen=True)
class Part:
    """A table: whose rows, and its columns in two lists, so that a new one is decided about."""

    model: type[Model]
    mine: Callable[[Whose], Q]
    shows: str
    hides: str = ""
    order: str = "pk"
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.shows.split()))

    @property
    def name(self) -> str:
        """How it is called in the file."""
        return str(self.model._meta.label_lower)


def _accesses(whose: Whose) -> Q:
    return Q(access__in=whose.accesses)


def _person(whose: Whose) -> Q:
    return Q(person=whose.member.person)


def _practices(whose: Whose) -> Q:
    return Q(practice__in=whose.practices)


def _locks(whose: Whose) -> Q:
    """Of a key those from the time in which it was theirs: before and after it was somebody else's."""
    held = access.KeyAssignment.objects.filter(
        Q(until_at=None) | Q(until_at__gte=OuterRef("imposed_at")),
        access__in=whose.accesses,
        key=OuterRef("key"),
        from_at__lte=OuterRef("imposed_at"),
    )
    return _accesses(whose) | _practices(whose) | Q(Exists(held))


def _held(whose: Whose) -> Q:
    held = access.KeyAssignment.objects.filter(access__in=whose.accesses, until_at=None)
    return Q(pk__in=held.values("key"))


def _confirmed(whose: Whose) -> Q:
    """What is confirmed of what these accounts handed in, and of what the person declared."""
    handed = billing.Receipt.objects.filter(delivery__account__in=whose.accounts)
    declared = billing.CollectiveDeclaration.objects.filter(person=whose.member.person)
    return Q(pk__in=handed.values("number")) | Q(pk__in=declared.values("number"))


# Who of the KV's staff did something is said to nobody outside (CJEU, C-579/21): columns `*_by`.
PARTS: Final = (
    Part(members.Person, lambda w: Q(pk=w.member.person_id), "lanr name", "id folded"),
    Part(members.Activity, _person, "from_on until_on", "id person"),
    Part(members.SigningRight, _person, "from_on until_on", "id person"),
    Part(members.Ownership, _person, "practice__name from_on until_on", "id person"),
    Part(members.Employment, _person, "practice__name kind from_on until_on", "id person"),
    Part(members.Direction, _person, "practice__name from_on until_on", "id person"),
    Part(
        members.Question,
        _person,
        "practice__name bond asked_at answered_at answer",
        "id person answered_by",
    ),
    Part(members.Practice, lambda w: Q(pk__in=w.practices), "name kind", "id folded"),
    Part(
        members.Site,
        _practices,
        "practice__name bsnr is_main opened_on closed_on phone fax email",
        "id",
    ),
    Part(
        members.Address,
        lambda w: Q(site__practice__in=w.practices),
        "site__bsnr extra street postcode town from_on entered_at",
        "id third_party",
    ),
    Part(
        access.Access,
        lambda w: Q(pk__in=[one.pk for one in w.accesses]),
        "user_name kind site__bsnr person__lanr holder is_signatory unlocked_at withdrawn_at",
        "id account origin third_party folded",
    ),
    Part(
        accounts.Account,
        lambda w: Q(pk__in=w.accounts),
        "user_name password_set_at password_is_initial password_first_changed_at",
        "id password revocation_word",
    ),
    Part(
        accounts.FormerPassword,
        lambda w: Q(account__in=w.accounts),
        "account__user_name set_at",
        "id password",
    ),
    Part(
        accounts.WebSession,
        lambda w: Q(account__in=w.accounts),
        "account__user_name source expire_date",
        "session_key session_data via",
        "expire_date",
    ),
    Part(access.Permission, _accesses, "access__user_name function from_at until_at", "id"),
    Part(access.Grant, _accesses, "access__user_name service__name from_at until_at", "id"),
    Part(access.KeyAssignment, _accesses, "access__user_name key__serial from_at until_at", "id"),
    Part(
        keys.Key,
        _held,
        "serial digits counter added_at",
        "id identifier sealed_seed missed_code missed_source missed_at",
    ),
    Part(
        access.Declaration,
        _person,
        "terms__version way access__user_name signed_on entered_at",
        "id person third_party",
    ),
    Part(
        access.Scan,
        lambda w: (
            Q(declaration__person=w.member.person)
            | Q(pk__in=access.Mandate.objects.filter(person=w.member.person).values("scan"))
        ),
        "declaration__terms__version kind size sha256 kept_at",
        "id",
    ),
    Part(
        access.ChangeRequest,
        _accesses,
        "access__user_name datum site__bsnr seen wanted from_on note asked_at withdrawn_at accepted_at "
        "declined_at reason",
        "id person third_party decided_by",
    ),
    Part(
        access.Mandate,
        _person,
        "third_party__name site__bsnr way from_on until_on given_at signed_on scan__sha256 revoked_at",
        "id person",
    ),
    Part(
        access.Objection,
        _person,
        "terms__version way text received_on entered_at judged_at is_justified judgement",
        "id person third_party",
    ),
    Part(access.Reminder, _person, "terms__version due_on sent_at", "id person third_party"),
    Part(
        access.Lock,
        _locks,
        "scope cause key__serial access__user_name practice__name imposed_at reason browsers_ended "
        "reviewed_at lifted_at lift_reason",
        "id report imposed_by reviewed_by lifted_by lift_approved_by",
    ),
    Part(
        access.Charge,
        _accesses,
        "access__user_name cents decided_at reason withdrawn_at withdrawal_reason",
        "id lock decided_by withdrawn_by",
    ),
    Part(access.Notice, _accesses, "access__user_name kind received_on ends_on withdrawn_at", "id"),
    Part(access.Exemption, _accesses, "access__user_name granted_at until_on revoked_at", "id"),
    Part(
        access.Restriction,
        _accesses,
        "access__user_name services__name cause reason imposed_at lifted_at",
        "id imposed_by lifted_by",
    ),
    Part(
        access.CredentialRequest,
        _accesses,
        "access__user_name what way reason requested_at confirmed_at spoken_to carried_out_at refused_at",
        "id requested_by confirmed_by carried_out_by refused_by",
    ),
    Part(
        access.TravelPass,
        _accesses,
        "access__user_name from_on until_on reason granted_at revoked_at",
        "id granted_by approved_by revoked_by",
    ),
    Part(
        access.Program,
        _accesses,
        "access__user_name name connected_at expires_at last_used_at ended_at",
        "id secret_sha256",
    ),
    Part(
        access.ResyncRequest,
        _accesses,
        "access__user_name key__serial asked_at judged_at outcome",
        "id sealed_codes",
    ),
    Part(
        gateway.Session,
        _accesses,
        "access__user_name gateway__name key__serial source tunnel_address signed_in_at connected_at seen_at "
        "expires_at ended_at end_reason octets_in octets_out",
        "id state_hash acct_session_id is_narrow ended_by",
    ),
    Part(publications.Use, _accesses, "access__user_name provider__name last_at", "id"),
    Part(
        billing.Delivery,
        lambda w: Q(account__in=w.accounts),
        "account__user_name bsnr quarter kind file_name size sha256 uploaded_at checked_at submitted_at "
        "is_partial begun_at accepted_at rejected_at rejected_why withdrawn_at released_at released_why "
        "replaced_at content_deleted_at",
        "id path content_key summary warnings replaced_by package damaged_at",
    ),
    Part(
        billing.Upload,
        lambda w: Q(account__in=w.accounts),
        "account__user_name quarter kind file_name size received announced_at expires_at",
        "id content_key segments stored modified",
    ),
    Part(
        billing.Sending,
        lambda w: Q(account__in=w.accounts),
        "account__user_name number began_at",
        "id fingerprint upload delivery refused",
    ),
    Part(
        billing.Precheck,
        lambda w: Q(account__in=w.accounts),
        "account__user_name file_name checked_at",
        "id level facts findings others",
    ),
    Part(
        billing.Receipt,
        lambda w: Q(delivery__account__in=w.accounts),
        "number user_name issued_at",
        "id delivery",
    ),
    Part(
        billing.CollectiveDeclaration,
        _person,
        "number practice__name quarter bsnrs text sha256 user_name given_at",
        "id person",
    ),
    Part(
        billing.Confirmation,
        _confirmed,
        "number kind statement stated_at",
        "pdf signature sealed_at",
        order="stated_at",
    ),
    Part(
        billing.Reply,
        lambda w: Q(delivery__account__in=w.accounts, withdrawn_at=None),
        "delivery__receipt__number kind file_name size sha256 put_at read_at",
        "id report put_by read_by withdrawn_at withdrawn_why",
        order="put_at",
    ),
    Part(
        applications.Application,
        lambda w: Q(applicant=w.member) | Q(lanr=w.member.person.lanr if w.member.person else ""),
        "number kind channel bsnr organisation street postcode town lanr name role email phone "
        "wants_practice_access wants_personal_access since_on until_on interest services district_office "
        "terms_version signed_on",
        "id sent_as applicant",
    ),
    Part(
        applications.Step,
        lambda w: (
            Q(application__applicant=w.member)
            | Q(application__lanr=w.member.person.lanr if w.member.person else "")
        ),
        "application__number kind on at reason",
        "id by",
    ),
    Part(
        Item,
        lambda w: _accesses(w) | _person(w),
        "kind access__user_name key__serial made_at printed_at posted_at arrived_at returned_at returned_why "
        "void_at void_why due_on",
        "id address lock notice charge terms writing person third_party batch made_by issued_at printed_by "
        "posted_by arrived_by returned_by cleared_at cleared_by void_by void_reason",
    ),
    Part(Writing, _accesses, "access__user_name subject text asked_at cancelled_at", "id occasion asked_by"),
    Part(
        Mail,
        lambda w: Q(about__in=w.subjects),
        "kind to subject text queued_at sent_at given_up_at bounced_at",
        "id tag sealed about occasion next_at tries tried_at trouble answer again_at settled_at settled_by "
        "note",
    ),
    Part(
        documents.Document,
        lambda w: Q(pk__in=shown.for_(w.member, timezone.now()).order_by().values("pk")),
        "site__bsnr quarter kind file_name size sha256 put_at fetched_at",
        "id put_by fetched_by withdrawn_at withdrawn_why",
        order="put_at",
    ),
    Part(
        software.SoftwareRequest,
        lambda w: Q(site__practice__in=w.practices),
        "site__bsnr system way requested_at sender subject text sent_at refused_at refused_why",
        "id requested_by mail_digest sent_by refused_by",
    ),
    Part(
        software.Link,
        lambda w: Q(request__site__practice__in=w.practices),
        "sent_to made_at expires_at uses replaced_at",
        "id request token_sha256",
    ),
)
