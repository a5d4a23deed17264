"""What happened, in the order it was sealed, and who vouches for it."""

from django.db import models


class Event(models.Model):
    """One act. `data` is canonical JSON in the clear; `personal` is sealed under the person's own key."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    by = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    data = models.TextField()
    person = models.CharField(max_length=200, blank=True)
    personal = models.BinaryField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["subject", "id"]),
            models.Index(fields=["person", "id"]),
            models.Index(fields=["at", "id"], name="events_by_time"),
            models.Index(fields=["kind", "at", "id"], name="events_of_a_kind_by_time"),
            models.Index(fields=["by", "at", "id"], name="events_of_somebody_by_time"),
        )


class Waiting(models.Model):
    """A committed event that the sealer has still to link: ids are given out in no order of commits."""

    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, primary_key=True, related_name="waiting")


class Link(models.Model):
    """The event's place in the chain; `hash` covers the event, the place and the hash before it."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, related_name="link")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)


class Checkpoint(models.Model):
    """A signed head of the chain: whoever rewrites anything up to `seq` must also forge this."""

    seq = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key = models.PositiveIntegerField()
    signature = models.CharField(max_length=88)


class PersonKey(models.Model):
    """The sealed key of one person's entries of one month; without its row they stay unreadable for ever."""

    person = models.CharField(max_length=200, primary_key=True)
    month = models.CharField(max_length=7, blank=True, db_index=True)
    sealed_key = models.BinaryField()


class Tally(models.Model):
    """How often the same refusal came within one minute; becomes one event when the minute is over."""

    minute = models.DateTimeField()
    kind = models.CharField(max_length=80)
    by = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    reason = models.CharField(max_length=80)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["minute", "kind", "by", "subject", "source", "reason"], name="audit_tally_once"
            ),
        )
