"""The outbox: what was written to whom, and every instant that says what became of it."""

from django.db import models
from django.db.models import Q


class Trouble(models.TextChoices):
    """Why a mail waits or was given up, where it is not for what the server answered about it."""

    AWAY = "away"
    NO_TLS = "no_tls"
    BAD_CERTIFICATE = "bad_certificate"
    SIGN_IN_REFUSED = "sign_in_refused"
    REFUSES_US = "refuses_us"
    LOST = "lost"
    SEAL_BROKEN = "seal_broken"


class Mail(models.Model):
    """One mail to one address. Where it stands follows from its instants (`rules.state_of`).

    `about` is what its entries in the trail speak of, `occasion` what it was written for, once. While it
    waits, `next_at` says until when. A part that only its reader may know stands sealed beside the text,
    and is gone as soon as the mail is. `kind` is one of `kinds.Kind`. `tag` is random: by it the servers on
    the way know the mail. `answer` is the server's last word about it.
    """

    kind = models.CharField(max_length=40)
    tag = models.CharField(max_length=32, unique=True)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    sealed = models.BinaryField(null=True)
    about = models.CharField(max_length=200)
    occasion = models.CharField(max_length=120)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True)
    answer = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occasion", "to"], name="an_occasion_is_told_once"),
            models.CheckConstraint(
                name="a_mail_waits_or_it_is_sent_or_given_up",
                condition=Q(next_at__isnull=False, sent_at=None, given_up_at=None)
                | Q(next_at=None, sent_at__isnull=False, given_up_at=None)
                | Q(next_at=None, sent_at=None, given_up_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_what_was_sent_bounces", condition=Q(bounced_at=None) | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="what_is_sent_holds_no_secret", condition=Q(sealed=None) | Q(sent_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="mails_that_wait", condition=Q(next_at__isnull=False)
            ),
            models.Index(fields=["queued_at", "id"], name="mails_by_time"),
            models.Index(
                fields=["id"],
                name="mails_that_failed",
                condition=Q(settled_at=None) & (Q(given_up_at__isnull=False) | Q(bounced_at__isnull=False)),
            ),
            models.Index(fields=["about", "id"], name="mails_about_something"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Told(models.Model):
    """What was told by a mail that is deleted since: no letter need tell it."""

    occasion = models.CharField(max_length=120, unique=True)
