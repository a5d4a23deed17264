"""Show me: the documents that an access may see; of others there are none."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from flexnet import configuration
from flexnet.access.belonging import Belonging
from flexnet.access.models import Access, Permission
from flexnet.access.present import Present
from flexnet.configuration import DocumentKind
from flexnet.documents import rules
from flexnet.documents.models import Document, RefusedFile
from flexnet.documents.rules import Reader
from flexnet.lib.quarters import Quarter
from flexnet.members.models import Practice
from flexnet.quarter_field import written


def kind(slug: str) -> DocumentKind:
    """As configured; one that is no more is called by its slug, and kept as kinds are by default."""
    known = {one.slug: one for one in configuration.current().documents.kinds}
    return known.get(slug) or DocumentKind(slug=slug, title=slug)


def for_(access: Access, now: datetime) -> QuerySet[Document]:
    """Everything that this access may see, the newest quarter first."""
    rows = Document.objects.filter(_visible(Present(access, now)), withdrawn_at=None)
    return rows.select_related("site").order_by("-quarter", "kind", "site__bsnr", "-put_at")


def one_for(access: Access, key: uuid.UUID, now: datetime) -> Document | None:
    """One of them; None for what is not there and for what is somebody else's."""
    return for_(access, now).filter(pk=key).first()


def unfetched_for(who: Present) -> int:
    """How many nobody of the practice has downloaded yet."""
    return Document.objects.filter(_visible(who), withdrawn_at=None, fetched_at=None).count()


def is_kept_from(access: Access) -> bool:
    """Staff see documents once the member who answers for them says so."""
    return access.kind == Access.Kind.EMPLOYEE and not _is_permitted(access)


def of_practice(practice: Practice) -> QuerySet[Document]:
    """All of them, also withdrawn ones; for the office, which sees that they are and not what they hold."""
    rows = Document.objects.filter(site__practice=practice).select_related("site", "fetched_by")
    return rows.order_by("-quarter", "kind", "-put_at")


def document(key: uuid.UUID) -> Document | None:
    """Whatever became of it; for the office."""
    return Document.objects.select_related("site__practice").filter(pk=key).first()


def refused() -> QuerySet[RefusedFile]:
    """What lies in quarantine and nobody has settled, the oldest first."""
    return RefusedFile.objects.filter(settled_at=None).order_by("pk")


def _visible(who: Present) -> Q:
    found = Q(pk__in=())
    if is_kept_from(who.access):
        return found
    for one in who.belongings:
        found |= _of_belonging(one, _readers(who.access, one.practice, who.practices))
    return found


def _of_belonging(one: Belonging, readers: frozenset[Reader]) -> Q:
    """Of quarters that ended in other hands nothing."""
    since = Q(quarter__gte=written(Quarter.of(one.since))) if one.since else Q()
    return Q(site__practice=one.practice) & since & _kinds(readers)


def _kinds(readers: frozenset[Reader]) -> Q:
    known = configuration.current().documents.kinds
    shown = Q(kind__in=[one.slug for one in known if rules.may_read(one, readers)])
    if rules.may_read(kind(""), readers):
        shown |= ~Q(kind__in=[one.slug for one in known])
    return shown


def _readers(access: Access, practice: Practice, owned: Iterable[int]) -> frozenset[Reader]:
    """What somebody is: staff what the member is, and staff."""
    member = access.origin or access
    of_person = Reader.OWNER if practice.pk in owned else Reader.EMPLOYED
    reader = Reader.PRACTICE if member.site_id else of_person
    return frozenset({reader, Reader.STAFF} if access.origin_id else {reader})


def _is_permitted(access: Access) -> bool:
    function = Permission.Function.DOCUMENTS
    return Permission.objects.filter(access=access, function=function, until_at=None).exists()
