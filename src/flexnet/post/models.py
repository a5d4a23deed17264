"""Letters and parcels, the batches they are printed in, and the numbered sheets: dated facts, no states."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from flexnet.access.models import Access, Charge, Lock, Notice, Terms
from flexnet.keys.models import Key
from flexnet.members.models import Address, Person, ThirdParty
from flexnet.post import numbers

_THINGS = ("access", "key", "address", "lock", "notice", "charge", "terms", "due_on", "writing")


def _about(kinds: Sequence[str], *things: str) -> Q:
    """Letters of these kinds are about these things, and about nothing else."""
    return Q(kind__in=kinds, **{f"{one}__isnull": one not in things for one in _THINGS})


class Batch(models.Model):
    """Letters that are printed together on one queue, once.

    Begun: secrets may exist from here on. Handed over: the printer has taken it. Settled: somebody said which
    letters came out. On security paper `first_sheet` lay on top before, `next_sheet` after it; sheets that
    bore no letter and are no good any more are counted in `spoiled_sheets`.
    """

    queue = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    dissolved_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    begun_by = models.CharField(max_length=200, blank=True)
    first_sheet = models.PositiveIntegerField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    next_sheet = models.PositiveIntegerField(null=True)
    spoiled_sheets = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_batch_goes_step_by_step",
                condition=(Q(begun_at=None) | Q(dissolved_at=None))
                & (Q(handed_over_at=None) | Q(begun_at__isnull=False))
                & (Q(settled_at=None) | Q(begun_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["queue"],
                condition=Q(begun_at__isnull=False, settled_at=None),
                name="one_batch_at_a_printer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Item(models.Model):
    """One letter or parcel: what happened to it, when, by whom. It is printed once or never.

    Void: it will not be posted. `issued_at` is when the password or the word that it carries was set: while
    the account has a password of another instant, what stands in the letter opens nothing. A reminder goes to
    whoever promises to keep the terms; `due_on` says which time it is. Of an end that nobody gave notice of
    it is the last day.
    """

    class Kind(models.TextChoices):
        WELCOME = "welcome"
        KEY = "key"
        PASSWORD = "password"  # noqa: S105 - a kind of letter, not a secret
        WORD = "word"
        LOCK = "lock"
        END = "end"
        RETURN = "return"
        CHARGE = "charge"
        REMINDER = "reminder"
        NEW_ADDRESS = "new_address"
        WRITING = "writing"

    class Void(models.TextChoices):
        SPOILED = "spoiled"  # it came out, and is no good
        MISSING = "missing"  # it never came out
        WITHDRAWN = "withdrawn"  # before it was printed

    class Return(models.TextChoices):
        UNKNOWN = "unknown"
        MOVED = "moved"
        REFUSED = "refused"
        UNCLAIMED = "unclaimed"
        OTHER = "other"
        LOST = "lost"  # it neither arrived nor came back

    kind = models.CharField(max_length=11, choices=Kind)
    access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="items")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, related_name="items")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="items")
    lock = models.ForeignKey(Lock, on_delete=models.PROTECT, null=True, related_name="items")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="items")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, related_name="items")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, null=True, related_name="items")
    due_on = models.DateField(null=True)
    writing = models.ForeignKey("Writing", on_delete=models.PROTECT, null=True, related_name="items")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="items")
    third_party = models.ForeignKey(ThirdParty, on_delete=models.PROTECT, null=True, related_name="items")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)
    printed_by = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.CharField(max_length=200, blank=True)
    arrived_at = models.DateTimeField(null=True)
    arrived_by = models.CharField(max_length=200, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.CharField(max_length=200, blank=True)
    returned_why = models.CharField(max_length=9, choices=Return, blank=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=200, blank=True)
    void_at = models.DateTimeField(null=True)
    void_by = models.CharField(max_length=200, blank=True)
    void_why = models.CharField(max_length=9, choices=Void, blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_item_is_about_what_its_kind_says",
                condition=_about(["welcome", "password", "word"], "access")
                | _about(["key", "return"], "access", "key")
                | _about(["lock"], "access", "lock")
                | _about(["end"], "access", "notice")
                | _about(["end"], "access", "due_on")
                | _about(["charge"], "access", "charge")
                | _about(["reminder"], "terms", "due_on")
                | _about(["new_address"], "address")
                | _about(["writing"], "access", "writing"),
            ),
            models.CheckConstraint(
                name="a_reminder_goes_to_one_signer",
                condition=Q(kind="reminder", person=None, third_party__isnull=False)
                | Q(kind="reminder", person__isnull=False, third_party=None)
                | ~Q(kind="reminder") & Q(person=None, third_party=None),
            ),
            models.CheckConstraint(
                name="an_item_goes_step_by_step",
                condition=(Q(posted_at=None) | Q(printed_at__isnull=False))
                & (Q(returned_at=None) | Q(posted_at__isnull=False, arrived_at=None))
                & (Q(arrived_at=None) | Q(posted_at__isnull=False))
                & (Q(cleared_at=None) | Q(returned_at__isnull=False))
                & (Q(void_at=None) | Q(posted_at=None)),
            ),
            models.UniqueConstraint(
                fields=["access", "kind"],
                condition=Q(kind__in=["welcome", "password", "word"], posted_at=None, void_at=None),
                name="one_letter_of_a_kind_under_way",
            ),
            models.UniqueConstraint(
                fields=["access", "key", "kind"],
                condition=Q(kind__in=["key", "return"], posted_at=None, void_at=None),
                name="one_parcel_of_a_key_under_way",
            ),
            *(
                models.UniqueConstraint(
                    fields=[thing],
                    condition=Q(kind=kind, void_at=None, returned_at=None),
                    name=f"one_letter_about_a_{thing}",
                )
                for kind, thing in (
                    ("lock", "lock"),
                    ("end", "notice"),
                    ("charge", "charge"),
                    ("writing", "writing"),
                )
            ),
            *(
                models.UniqueConstraint(
                    fields=[signer, "terms", "due_on"],
                    condition=Q(kind="reminder", void_at=None, returned_at=None),
                    name=f"one_reminder_of_a_{signer}",
                )
                for signer in ("person", "third_party")
            ),
            models.UniqueConstraint(
                fields=["access", "due_on"],
                condition=Q(kind="end", notice=None, void_at=None, returned_at=None),
                name="one_letter_about_an_end",
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(kind="new_address", posted_at=None, void_at=None),
                name="one_letter_to_a_former_address",
            ),
        ]
        indexes = [models.Index(fields=["access", "kind"], name="items_of_an_access")]

    @property
    def number(self) -> str:
        """As it stands on the sheet; valid once the row is stored."""
        return numbers.number(self.made_at.year, self.pk)

    def __str__(self) -> str:
        return self.number


class Writing(models.Model):
    """What a clerk writes to an access on paper, in the KV's own words; of one occasion once.

    Cancelled: there is nothing to tell any more. What came out before that goes its way.
    """

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="writings")
    occasion = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access", "occasion"],
                condition=Q(cancelled_at=None),
                name="one_writing_of_an_occasion",
            )
        ]


class Sheets(models.Model):
    """A pack of numbered security paper, put on the stack of its queue; `last` included."""

    queue = models.CharField(max_length=40)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sheets_from_to", condition=Q(first__lte=models.F("last"))),
            models.UniqueConstraint(fields=["queue", "first"], name="a_pack_once"),
        ]


class SpoiledSheets(models.Model):
    """Sheets from the top of the stack that went another way than through a batch, and why."""

    queue = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    reason = models.TextField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=200)
