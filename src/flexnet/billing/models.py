"""Billing files that were handed in, and the receipts given for them."""

import uuid

from django.db import models

from flexnet.accounts.models import Account
from flexnet.billing import standing
from flexnet.billing.extension_models import Extension as Extension
from flexnet.billing.fields import QuarterField
from flexnet.billing.reply_models import FullCheck as FullCheck
from flexnet.billing.reply_models import RefusedReply as RefusedReply
from flexnet.billing.reply_models import Reply as Reply
from flexnet.billing.reply_models import ReplyKind as ReplyKind
from flexnet.billing.standing import Facts, State
from flexnet.lib.quarters import Quarter
from flexnet.lib.sealed_file import Mark
from flexnet.members.models import Person, Practice


class Package(models.Model):
    """Deliveries that the billing department fetches together, from the drop; it says when it has them."""

    made_at = models.DateTimeField()
    laid_at = models.DateTimeField(null=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    misread_at = models.DateTimeField(null=True)  # acknowledged with another check sum
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(cleared_at=None), name="packages_in_the_drop")
        ]

    def __str__(self) -> str:
        return f"{self.pk:06d}"


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
    is_partial = models.BooleanField(default=False)
    begun_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    rejected_why = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_why = models.TextField(blank=True)
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    content_deleted_at = models.DateTimeField(null=True)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="deliveries")
    damaged_at = models.DateTimeField(null=True)  # its bytes are not in the store as they came

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bsnr", "quarter", "kind", "sha256"],
                condition=models.Q(withdrawn_at=None),
                name="one_delivery_per_content",
            ),
            models.CheckConstraint(
                condition=models.Q(begun_at=None) | models.Q(withdrawn_at=None), name="begun_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(rejected_at=None), name="accepted_or_rejected"
            ),
        ]
        indexes = [
            models.Index(fields=["bsnr", "-uploaded_at"]),
            models.Index(fields=["quarter", "submitted_at"], name="deliveries_by_quarter"),
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(content_deleted_at=None),
                name="deliveries_with_content",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(package=None, submitted_at__isnull=False),
                name="deliveries_to_fetch",
            ),
            models.Index(
                fields=["damaged_at"],
                condition=models.Q(damaged_at__isnull=False),
                name="deliveries_damaged",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def facts(self) -> Facts:
        """What has happened to it."""
        return Facts(
            checked=self.checked_at is not None,
            submitted=self.submitted_at is not None,
            begun=self.begun_at is not None,
            accepted=self.accepted_at is not None,
            rejected=self.rejected_at is not None,
            withdrawn=self.withdrawn_at is not None,
            released=self.released_at is not None,
            replaced=self.replaced_at is not None,
        )

    @property
    def state(self) -> State:
        return standing.state(self.facts)


class Upload(models.Model):
    """A file that comes in pieces; it lies sealed in the store, as far as it came, for a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    quarter = QuarterField()
    kind = models.CharField(max_length=5, choices=Delivery.Kind)
    modified = models.BigIntegerField(null=True)
    content_key = models.BinaryField()
    segments = models.PositiveIntegerField(default=0)
    received = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField()
    announced_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def mark(self) -> Mark:
        """What is durable of it."""
        return Mark(self.segments, self.received, self.stored)

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def percent(self) -> int:
        return 100 * self.received // self.size


class Sending(models.Model):
    """A file that a program said it would send, by a number of its own: however often, it is one delivery.

    `refused` is what was wrong with it, so that whoever asks again hears the same.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    upload = models.UUIDField(unique=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, null=True, related_name="+")
    refused = models.JSONField(null=True)
    began_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="one_sending_for_each_number")
        ]

    def __str__(self) -> str:
        return str(self.upload)


class Receipt(models.Model):
    """The KV has the file; written once, never changed."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=24, unique=True)
    user_name = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Series(models.Model):
    """The last numbers given out for a quarter: of receipts, of declarations."""

    quarter = QuarterField(primary_key=True)
    last = models.PositiveIntegerField(default=0)
    last_declaration = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{Quarter.parse(str(self.quarter))}: {self.last}"


class Precheck(models.Model):
    """What a check in advance found: counts and causes, nothing of a patient, and nothing of the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    facts = models.JSONField()
    findings = models.JSONField()
    others = models.JSONField(default=list)
    checked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class CollectiveDeclaration(models.Model):
    """Somebody vouches for all that a practice bills of a quarter (Sammelerklärung); written once."""

    number = models.CharField(max_length=24, unique=True)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="collective_declarations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="collective_declarations")
    quarter = QuarterField()
    bsnrs = models.JSONField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    user_name = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["practice", "quarter"])]

    def __str__(self) -> str:
        return self.number


class Confirmation(models.Model):
    """What the KV confirms under its seal: said with the act and never changed, sealed once by the worker."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt"
        DECLARATION = "collective_declaration"

    number = models.CharField(max_length=24, primary_key=True)
    kind = models.CharField(max_length=22, choices=Kind)
    statement = models.TextField()
    stated_at = models.DateTimeField()
    pdf = models.BinaryField(null=True)
    signature = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["stated_at"], condition=models.Q(sealed_at=None), name="confirmations_to_seal"
            )
        ]

    def __str__(self) -> str:
        return self.number
