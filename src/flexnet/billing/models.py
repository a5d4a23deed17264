"""Billing files that were handed in, and the receipts given for them."""

import uuid
from enum import StrEnum

from django.db import models

from flexnet.accounts.models import Account
from flexnet.billing.fields import QuarterField
from flexnet.lib.quarters import Quarter


class State(StrEnum):
    """Where a delivery stands; derived from its instants."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    SUBMITTED = "submitted"


class Delivery(models.Model):
    """A billing file as it came; of its content only counts are kept, nothing of a patient."""

    class Kind(models.TextChoices):
        ECHT = "echt"
        TEST = "test"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries")
    bsnr = models.CharField(max_length=9)
    quarter = QuarterField()
    kind = models.CharField(max_length=5, choices=Kind)
    file_name = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=80, unique=True)
    content_key = models.BinaryField(null=True)  # sealed; None: the file lies plain, from before that
    summary = models.JSONField()
    warnings = models.JSONField()
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bsnr", "quarter", "kind", "sha256"], name="one_delivery_per_content"
            )
        ]
        indexes = [models.Index(fields=["bsnr", "-uploaded_at"])]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def state(self) -> State:
        if self.submitted_at:
            return State.SUBMITTED
        return State.CHECKED if self.checked_at else State.UPLOADED


class Receipt(models.Model):
    """The KV has the file; written once, never changed."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=24, unique=True)
    user_name = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Series(models.Model):
    """The last number given out for a quarter."""

    quarter = QuarterField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{Quarter.parse(str(self.quarter))}: {self.last}"
