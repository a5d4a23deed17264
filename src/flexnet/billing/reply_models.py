"""What the KV answers to a delivery, and what is on the way to such an answer."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from flexnet.access.models import Access
from flexnet.billing.decryption import Failure
from flexnet.billing.reply_rules import Why


class ReplyKind(models.TextChoices):
    CHECK = "check"
    TEXT = "text"
    PDF = "pdf"


class FullCheck(models.Model):
    """A container that is to be decrypted and checked to the last line; it waits, has failed, or is done."""

    delivery = models.OneToOneField(
        "Delivery", on_delete=models.PROTECT, primary_key=True, related_name="full_check"
    )
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, blank=True, choices=[(one.value, one.value) for one in Failure])
    code = models.SmallIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(done_at=None), name="full_checks_not_done"),
        ]

    def __str__(self) -> str:
        return str(self.delivery_id)


class Reply(models.Model):
    """What the KV says of a delivery. `read_at`: who of the practice opened it first.

    A text's or PDF's bytes lie sealed in the store, under its id; withdrawn, they are gone. Of a check its
    report is kept, which says nothing of a patient.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    delivery = models.ForeignKey("Delivery", on_delete=models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=5, choices=ReplyKind)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict)
    put_at = models.DateTimeField(db_index=True)
    put_by = models.CharField(max_length=200)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="read_replies")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "sha256"],
                condition=Q(withdrawn_at=None) & ~Q(sha256=""),
                name="one_reply_per_content",
            ),
            models.CheckConstraint(
                name="read_by_somebody",
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def level(self) -> int:
        return int(self.report["level"])

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.report["facts"])

    @property
    def findings(self) -> list[dict[str, Any]]:
        return list(self.report["findings"])

    @property
    def others(self) -> list[dict[str, Any]]:
        return list(self.report["others"])

    @property
    def checked_at(self) -> datetime:
        return self.put_at


class RefusedReply(models.Model):
    """A file of the replies' folder that lies in quarantine; until somebody settles it, it is on the desk."""

    file_name = models.CharField(max_length=300)
    why = models.CharField(max_length=20, choices=[(why.value, why.value) for why in Why])
    refused_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_name", "why"],
                condition=Q(settled_at=None),
                name="refused_reply_once_until_settled",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
