"""Applications as they were typed, and the dated steps from which their status is derived."""

from django.db import models

from flexnet.access.models import Access
from flexnet.applications import content
from flexnet.applications.content import Content
from flexnet.applications.kinds import ENDS


def _text(name: str, **options: object) -> "models.CharField[str, str]":
    return models.CharField(max_length=content.LONGEST[name], blank=True, **options)  # type: ignore[arg-type]  # options of one field


class Application(models.Model):
    """A form that came in; `sent_as` is the key under which a browser sent it, so that it is sent once.

    `applicant` is the access with which it was signed in the portal.
    """

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    sent_as = models.UUIDField(null=True, unique=True)
    applicant = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="applications")

    bsnr = _text("bsnr", db_index=True)
    organisation = _text("organisation")
    street = _text("street")
    postcode = _text("postcode")
    town = _text("town")
    lanr = _text("lanr", db_index=True)
    name = _text("name")
    role = _text("role")
    email = _text("email")
    phone = _text("phone")
    wants_practice_access = models.BooleanField(default=False)
    wants_personal_access = models.BooleanField(default=False)
    since_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    interest = models.TextField(max_length=content.LONGEST["interest"], blank=True)
    services = models.TextField(max_length=content.LONGEST["services"], blank=True)
    district_office = _text("district_office")
    terms_version = models.PositiveSmallIntegerField(null=True)
    signed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.number

    @property
    def content(self) -> Content:
        return Content(**{name: getattr(self, name) for name in content.NAMES})


class Step(models.Model):
    """What became of an application: the day it happened, and when, by whom and why it was entered."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(kind__in=[kind.value for kind in ENDS]),
                name="one_end_per_application",
            )
        ]
        ordering = ["pk"]


class Series(models.Model):
    """The last number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)
