"""Threads between the KV and a practice or a third party, their messages, and what was attached."""

import uuid

from django.db import models
from django.db.models import Q

from flexnet.access.models import Access
from flexnet.accounts.models import Staff
from flexnet.lib.file_kinds import FileKind
from flexnet.members.models import Practice, ThirdParty

WAITS = Q(access__isnull=False, settled_at=None)
UNREAD_BY_MEMBER = Q(staff__isnull=False, read_at=None)


class Thread(models.Model):
    """What one subject was written about, with one practice or one third party; the subject is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, related_name="threads")
    third_party = models.ForeignKey(ThirdParty, on_delete=models.PROTECT, null=True, related_name="threads")
    sealed_subject = models.BinaryField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_thread_is_with_one",
                condition=Q(practice__isnull=False, third_party=None)
                | Q(practice=None, third_party__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def party(self) -> Practice | ThirdParty:
        party = self.practice or self.third_party
        assert party is not None  # noqa: S101 - one of them is set, the database holds it
        return party


class Message(models.Model):
    """One text, written with an access or by staff; never changed.

    `read_at` and a reader: who on the other side opened it first. `settled_at`: the KV answered what came
    with an access, or said that it needs no answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="messages")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="messages")
    sealed_text = models.BinaryField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    reading_access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="+")
    reading_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_message_is_from_one_side",
                condition=Q(access__isnull=False, staff=None) | Q(access=None, staff__isnull=False),
            ),
            models.CheckConstraint(
                name="a_message_is_read_by_the_other_side",
                condition=Q(read_at=None, reading_access=None, reading_staff=None)
                | Q(read_at__isnull=False, access=None, reading_access__isnull=False, reading_staff=None)
                | Q(read_at__isnull=False, staff=None, reading_access=None, reading_staff__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["at", "thread"], name="messages_that_wait", condition=WAITS),
            models.Index(fields=["thread"], name="messages_unread_by_members", condition=UNREAD_BY_MEMBER),
            models.Index(fields=["thread", "at"], name="messages_of_a_thread"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A file that came with a message; its bytes lie sealed in the store, under its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in FileKind])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
