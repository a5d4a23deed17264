"""Show me: releases, requests with what became of them, links and downloads that hold."""

from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from flexnet.software import ranges, rules
from flexnet.software.models import Download, Link, Release, SoftwareRequest
from flexnet.software.rules import Fetching, Standing, State
from flexnet.software.systems import System, numbers

OPEN = Q(sent_at=None, refused_at=None)
_CLEAR = Q(site__isnull=False) & ~Q(system="")


def releases() -> QuerySet[Release]:
    """All of them, the newest first."""
    return Release.objects.prefetch_related("parts").order_by("-published_at", "-pk")


def release(number: int) -> Release | None:
    return Release.objects.filter(pk=number).first()


def current(system: System) -> list[Release]:
    """Of each line for this system the highest version that is given out."""
    newest: dict[str, Release] = {}
    rows = Release.objects.prefetch_related("parts").filter(system=system, withdrawn_at=None)
    for row in sorted(rows, key=lambda one: (numbers(one.version), one.pk)):
        newest[row.line] = row
    return sorted(newest.values(), key=lambda one: (one.title, one.line))


def systems() -> list[System]:
    """Those for which something is given out."""
    there = set(Release.objects.filter(withdrawn_at=None).values_list("system", flat=True))
    return [one for one in System if one in there]


def request(number: int) -> SoftwareRequest | None:
    """With its links and downloads, whatever became of it."""
    return _whole().filter(pk=number).first()


def requests(*, state: str = "") -> QuerySet[SoftwareRequest]:
    """The newest first; `state` is open, answered, or empty for all."""
    rows = _whole().order_by("-requested_at", "-pk")
    if state == "open":
        return rows.filter(OPEN)
    return rows.exclude(OPEN) if state == "answered" else rows


def desk_requests(limit: int) -> QuerySet[SoftwareRequest]:
    """Those that wait for a clerk, the oldest first; they have no links yet."""
    rows = SoftwareRequest.objects.select_related("site__practice").filter(OPEN)
    return rows.order_by("requested_at", "pk")[:limit]


def clear_ones() -> list[int]:
    """Open requests that say for whom and for which system; the practice can be written to."""
    rows = SoftwareRequest.objects.filter(OPEN, _CLEAR, system__in=systems()).exclude(site__email="")
    return list(rows.order_by("requested_at", "pk").values_list("pk", flat=True))


def unclear_count() -> int:
    """How many mails wait for a clerk."""
    return SoftwareRequest.objects.filter(OPEN).exclude(_CLEAR).count()


def state_of(row: SoftwareRequest, now: datetime) -> State:
    """Of a row of `request`, `requests` or `desk_requests`."""
    links = list(row.links.all())
    return rules.state_of(
        Standing(
            is_clear=bool(row.site_id and row.system),
            sent_at=row.sent_at,
            refused_at=row.refused_at,
            expires_at=max((link.expires_at for link in links), default=None),
            downloads=tuple(
                Fetching(one.begun_at, one.ended_at, one.whole_at)
                for link in links
                for one in link.downloads.all()
            ),
        ),
        now,
    )


def usable(digest: str, now: datetime) -> Link | None:
    """The link with this hash, if it still gives something out."""
    rows = Link.objects.select_related("request__site__practice")
    used = Count("downloads", filter=Q(downloads__whole_at__isnull=False))
    row = rows.annotate(used=used).filter(token_sha256=digest).first()
    if row is None:
        return None
    holds = rules.is_usable(
        expires_at=row.expires_at, replaced_at=row.replaced_at, uses=row.uses, used=row.used, now=now
    )
    return row if holds else None


def release_for(link: Link, number: int) -> Release | None:
    """A release that this link offers now."""
    offered = current(System(link.request.system))
    return next((row for row in offered if row.pk == number), None)


def unfinished(link: Link, release: int, now: datetime) -> Download | None:
    """The download that the button opened, while its address holds."""
    rows = Download.objects.select_related("release")
    return rows.filter(link=link, release=release, whole_at=None, expires_at__gt=now).first()


def running(digest: str, now: datetime) -> Download | None:
    """What this short address gives: not once it was given, or link or release hold no more."""
    rows = Download.objects.select_related("release", "link").filter(
        token_sha256=digest,
        whole_at=None,
        expires_at__gt=now,
        release__withdrawn_at=None,
        link__replaced_at=None,
    )
    used = Count("link__downloads", filter=Q(link__downloads__whole_at__isnull=False))
    return rows.annotate(used=used).filter(used__lt=F("link__uses")).first()


def share_of(row: Download) -> int:
    """How many hundredths of the file were given."""
    given = ranges.total(ranges.read(row.given))
    return given * 100 // row.release.size


def _whole() -> QuerySet[SoftwareRequest]:
    downloads = Download.objects.select_related("release").order_by("pk")
    links = Link.objects.order_by("pk").prefetch_related(Prefetch("downloads", downloads))
    return SoftwareRequest.objects.select_related("site__practice").prefetch_related(Prefetch("links", links))
