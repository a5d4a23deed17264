"""YubiKeys: the sealed seed and the counter."""

from django.db import models


class Key(models.Model):
    """A key that types one-time codes; `counter` is the lowest that may still be accepted."""

    serial = models.CharField(max_length=20, unique=True)
    digits = models.PositiveSmallIntegerField(default=6)
    identifier = models.CharField(max_length=12, blank=True)
    sealed_seed = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()

    # The last code that fitted nowhere, sealed: with the next one it may show how far the key has run ahead.
    missed_code = models.BinaryField(null=True)
    missed_source = models.CharField(max_length=45, blank=True)
    missed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.serial


class Place(models.TextChoices):
    """Where a key is, as far as the KV knows."""

    IN_STOCK = "in_stock"
    ASSIGNED = "assigned"
    PACKED = "packed"
    POSTED = "posted"
    IN_USE = "in_use"
    LOST = "lost"
    DEFECTIVE = "defective"
    TO_BE_RETURNED = "to_be_returned"
    RETURNED = "returned"
    DISPOSED_OF = "disposed_of"


class Movement(models.Model):
    """A key came to a place, and left it; the one that it did not leave yet says where it is.

    `counter` is where the key stood then: a key that was on its way and typed codes since is in use, though
    nobody wrote that down (`whereabouts.present`).
    """

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="movements")
    place = models.CharField(max_length=14, choices=Place)
    at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    counter = models.BigIntegerField(default=0)
    by = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    seal = models.CharField(max_length=20, blank=True)  # the number on the bag that it was closed into

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal"], condition=~models.Q(seal=""), name="a_seal_closes_one_bag"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(until_at=None), name="a_key_is_in_one_place"
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "at"], condition=models.Q(until_at=None), name="keys_by_present_place"
            ),
        ]


class Reminder(models.Model):
    """Whoever has a key that is to come back was asked for it once more."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="reminders")
    sent_at = models.DateTimeField()
    by = models.CharField(max_length=200)


class Device(models.Model):
    """What a key is made of, beside what it types: stands apart, for no sign-in reads it."""

    key = models.OneToOneField(Key, on_delete=models.PROTECT, related_name="device")
    model = models.CharField(max_length=40, blank=True)
    firmware = models.CharField(max_length=12, blank=True)
    slot = models.PositiveSmallIntegerField(null=True)


class Programming(models.Model):
    """A key is being written at the key desk, or was: its seed is sealed here before the key knows it.

    Until a touch has proved it, the key stands in no stock. The access code is kept for good: without it
    nobody programs this slot again.
    """

    serial = models.CharField(max_length=20, db_index=True)
    digits = models.PositiveSmallIntegerField()
    identifier = models.CharField(max_length=12, blank=True)
    counter = models.BigIntegerField()
    slot = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=40, blank=True)
    firmware = models.CharField(max_length=12, blank=True)
    sealed_seed = models.BinaryField(null=True)
    sealed_access_code = models.BinaryField()
    begun_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    written_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    given_up_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["serial"],
                condition=models.Q(proven_at=None, given_up_at=None),
                name="one_programming_of_a_key",
            ),
            models.CheckConstraint(
                name="a_seed_waits_for_a_touch",
                condition=models.Q(sealed_seed=None)
                ^ models.Q(proven_at=None, given_up_at=None, sealed_seed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class KeyFile(models.Model):
    """A file of keys from the office; what was read of it is sealed until somebody decides about it."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    sealed_rows = models.BinaryField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    ordered_at = models.DateTimeField(null=True)
    ordered_by = models.CharField(max_length=200, blank=True)
    only_good = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True)
    is_written = models.BooleanField(default=False)
    dropped_at = models.DateTimeField(null=True)
    lines = models.TextField(default="[]")  # what became of each key, as JSON; no seeds

    class Meta:
        indexes = [
            models.Index(fields=["ordered_at"], condition=models.Q(taken_at=None), name="key_files_to_take")
        ]

    def __str__(self) -> str:
        return self.file_name
