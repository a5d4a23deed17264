"""Releases of client software, who asked for them, the link that was sent, what was fetched: dated facts."""

from django.db import models
from django.db.models import Q

from flexnet.members.models import Site
from flexnet.software.systems import System

_SYSTEMS = [(one.value, one.value) for one in System]


class Release(models.Model):
    """One file that is given out: as its maker made it, or a ZIP of several.

    Its bytes lie in the store under their SHA-256. `line` says which releases follow one another.
    """

    line = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    system = models.CharField(max_length=7, choices=_SYSTEMS)
    version = models.CharField(max_length=40)
    minimum = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "version"], condition=Q(withdrawn_at=None), name="one_release_of_a_version"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Part(models.Model):
    """A file in a release's ZIP."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="parts")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()


class SoftwareRequest(models.Model):
    """Somebody asked for software. Of a mail that does not say for whom, or for which system: its words."""

    class Way(models.TextChoices):
        PUBLIC = "public"
        MAIL = "mail"
        OFFICE = "office"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="software_requests")
    system = models.CharField(max_length=7, choices=_SYSTEMS, blank=True)
    way = models.CharField(max_length=6, choices=Way)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=200)
    mail_digest = models.CharField(max_length=64, null=True, unique=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=200, blank=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=200, blank=True)
    refused_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_software_request_has_one_answer",
                condition=(Q(sent_at=None) | Q(refused_at=None))
                & (Q(sent_at=None) | (Q(site__isnull=False) & ~Q(system=""))),
            ),
            models.UniqueConstraint(
                fields=["site", "system"],
                condition=Q(sent_at=None, refused_at=None, site__isnull=False) & ~Q(system=""),
                name="asked_for_once_until_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(sent_at=None, refused_at=None),
                name="open_software_requests",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Link(models.Model):
    """What was sent: of the address only a hash is here. It ends with its time, its uses, or another one."""

    request = models.ForeignKey(SoftwareRequest, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses = models.PositiveSmallIntegerField()
    replaced_at = models.DateTimeField(null=True)


class Download(models.Model):
    """The button was pressed: a short address, until the whole file was given or its time is over.

    `given` are the parts that were handed out, as `0-1048576,2097152-3145728`, the last byte not included. Of
    one that broke off the end may not have been taken; whoever has not got it asks for it again.
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="downloads")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    token_sha256 = models.CharField(max_length=64, unique=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    given = models.TextField(blank=True)
    is_end_taken = models.BooleanField(default=False)
    whole_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "release"], condition=Q(whole_at=None), name="one_unfinished_download"
            )
        ]
