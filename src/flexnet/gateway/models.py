"""Gateways, the sessions that came through them, and changes on their way."""

import uuid

from django.db import models

from flexnet.access.models import Access, Lock
from flexnet.keys.models import Key


class Gateway(models.Model):
    """A gateway known by its certificate (RadSec) or by address and secret (plain RADIUS)."""

    name = models.SlugField(unique=True)
    certificate_name = models.CharField(max_length=255, unique=True)
    address = models.GenericIPAddressField(null=True, unique=True)
    sealed_secret = models.BinaryField(null=True)

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A sign-in over a gateway, and the tunnel that came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="sessions")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="sessions")
    key = models.ForeignKey(Key, on_delete=models.PROTECT)
    state_hash = models.BinaryField(unique=True)
    acct_session_id = models.CharField(max_length=64, null=True)
    tunnel_address = models.GenericIPAddressField(null=True)
    source = models.GenericIPAddressField(null=True)
    is_narrow = models.BooleanField(default=False)
    signed_in_at = models.DateTimeField()
    connected_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)
    octets_in = models.BigIntegerField(default=0)
    octets_out = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "acct_session_id"], name="one_session_per_gateway_and_id"
            )
        ]
        indexes = [
            models.Index(fields=["tunnel_address", "ended_at"]),
            models.Index(fields=["access", "ended_at"]),
        ]


class Change(models.Model):
    """A Disconnect- or CoA-Request that a gateway has yet to answer."""

    class Kind(models.TextChoices):
        DISCONNECT = "disconnect"
        COA = "coa"

    kind = models.CharField(max_length=10, choices=Kind)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="changes")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, db_index=True)
    acknowledged = models.BooleanField(default=False)
    error_cause = models.PositiveSmallIntegerField(null=True)


class LockReceipt(models.Model):
    """What a lock had done when it was issued; written once, never changed. The statement is signed."""

    lock = models.ForeignKey(Lock, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    statement = models.TextField()
    key = models.PositiveIntegerField()
    signature = models.CharField(max_length=88)

    def __str__(self) -> str:
        return self.number
